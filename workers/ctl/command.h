#pragma once
// What harborctl can do: a table with one row per command, and what a command is given.

#include <exception>
#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/service.h"
#include "ctl/arguments.h"
#include "db/database.h"

namespace harbor::ctl {

/// The command cannot be done as things stand: exit code 1, and nothing was changed.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command has said all there is to say; this is the exit code.
class Ended : public std::exception {
 public:
  explicit Ended(ExitCode code) : code_(code) {}
  ExitCode code() const { return code_; }
  const char* what() const noexcept override { return "ended"; }

 private:
  ExitCode code_;
};

/// Where a command's results and notes go, and where a password comes from.
struct Surroundings {
  std::ostream& out;
  std::ostream& notes;      ///< standard error: errors, warnings, progress
  bool shows_progress;      ///< `notes` is a terminal
  bool asks_for_passwords;  ///< standard input is a terminal
  /// The password for whom the text names; empty for none. Throws Refused for one that no
  /// sign-in could repeat.
  std::function<std::string(const std::string& whose)> read_password;
};

struct Context : Surroundings {
  const Config& config;
  std::vector<std::string> config_files = {};  ///< those it was read from
  std::string config_fault =
      {};  ///< why it is the defaults instead, of a command that asks for that

  /// Opens the database and checks its schema. Throws DatabaseError, SchemaError.
  std::unique_ptr<db::Connection> open(db::Mode mode) const;
};

struct Command {
  std::string_view name;   ///< "tenant add"
  std::string_view usage;  ///< its grammar (ctl/arguments.h)
  std::string_view about;
  void (*run)(const Context& context, const Arguments& arguments);
  bool judges_configuration = false;  ///< is run with a wrong one, and says so itself
};

std::span<const Command> commands();

/// The command that `words` begin with, or null.
const Command* find_command(std::span<const std::string> words);

}  // namespace harbor::ctl
