#pragma once
// The words after a command, read by its usage line, which is the grammar: "ID --name NAME
// [--admin]" takes one word, needs --name with a value, and knows the flag --admin. Options stand
// before, between or after the words, as "--name NAME" or "--name=NAME"; after "--" all are words.

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::ctl {

/// The command line is not one we know: exit code 64.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct OptionRule {
  std::string_view name;  ///< "--name"
  bool takes_value = false;
  bool is_required = false;
};

struct Grammar {
  std::vector<std::string_view> words;  ///< their names, all required
  std::vector<OptionRule> options;
};

/// Views into `usage`.
Grammar read_usage(std::string_view usage);

class Arguments {
 public:
  /// Throws UsageError naming the word or option at fault.
  Arguments(const Grammar& grammar, std::span<const std::string> given);

  /// Precondition: the grammar has that many words.
  const std::string& word(std::size_t index) const { return words_.at(index); }
  bool has(std::string_view option) const { return options_.contains(option); }
  /// Empty where the option was not given.
  std::string value(std::string_view option) const;

 private:
  void take_option(const Grammar& grammar, std::string_view text,
                   std::span<const std::string>& rest);
  void check(const Grammar& grammar) const;

  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> options_;
};

}  // namespace harbor::ctl
