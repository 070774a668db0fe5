#pragma once
// What harborctl can do: a table with one row per command, and what a command is given.

#include <functional>
#include <iosfwd>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/config.h"
#include "ctl/arguments.h"
#include "db/database.h"

namespace harbor::ctl {

/// The command cannot be done as things stand: exit code 1, and nothing was changed.
class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
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

  /// Opens the database and checks its schema. Throws DatabaseError, SchemaError.
  std::unique_ptr<db::Connection> open(db::Mode mode) const;
};

struct Command {
  std::string_view name;   ///< "tenant add"
  std::string_view usage;  ///< its grammar (ctl/arguments.h)
  std::string_view about;
  void (*run)(const Context& context, const Arguments& arguments);
};

std::span<const Command> commands();

/// The command that `words` begin with, or null.
const Command* find_command(std::span<const std::string> words);

}  // namespace harbor::ctl
