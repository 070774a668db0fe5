#include "ctl/arguments.h"

#include <algorithm>

namespace harbor::ctl {
namespace {

std::string_view take_token(std::string_view& text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  const auto end = std::min(text.find(' ', begin), text.size());
  const std::string_view token = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return token;
}

bool is_option(std::string_view token) { return token.starts_with("--"); }

}  // namespace

Grammar read_usage(std::string_view usage) {
  Grammar grammar;
  for (auto token = take_token(usage); !token.empty(); token = take_token(usage)) {
    const bool optional = token.starts_with('[');
    if (optional) token.remove_prefix(1);
    const bool closed = token.ends_with(']');
    if (closed) token.remove_suffix(1);
    if (!is_option(token)) {
      grammar.words.push_back(token);
      continue;
    }
    // A flag's bracket closes at once; what follows any other option is its value's name.
    if (!closed) take_token(usage);
    grammar.options.push_back({token, !closed, !optional});
  }
  return grammar;
}

Arguments::Arguments(const Grammar& grammar, std::span<const std::string> given) {
  bool words_only = false;
  while (!given.empty()) {
    const std::string& text = given.front();
    given = given.subspan(1);
    if (words_only || !is_option(text)) {
      words_.push_back(text);
    } else if (text == "--") {
      words_only = true;
    } else {
      take_option(grammar, text, given);
    }
  }
  check(grammar);
}

void Arguments::take_option(const Grammar& grammar, std::string_view text,
                            std::span<const std::string>& rest) {
  const auto equals = text.find('=');
  const std::string name(text.substr(0, equals));
  const auto rule = std::find_if(grammar.options.begin(), grammar.options.end(),
                                 [&](const OptionRule& option) { return option.name == name; });
  if (rule == grammar.options.end()) throw UsageError("unknown option " + name);
  std::string value;
  if (equals != std::string_view::npos) {
    if (!rule->takes_value) throw UsageError(name + " takes no value");
    value = text.substr(equals + 1);
  } else if (rule->takes_value) {
    if (rest.empty()) throw UsageError(name + " needs a value");
    value = rest.front();
    rest = rest.subspan(1);
  }
  if (!options_.emplace(name, std::move(value)).second) throw UsageError(name + " stands twice");
}

void Arguments::check(const Grammar& grammar) const {
  if (words_.size() < grammar.words.size()) {
    throw UsageError(std::string(grammar.words[words_.size()]) + " is missing");
  }
  if (words_.size() > grammar.words.size()) {
    throw UsageError("one word too many: " + words_[grammar.words.size()]);
  }
  for (const OptionRule& option : grammar.options) {
    if (option.is_required && !has(option.name)) {
      throw UsageError(std::string(option.name) + " is missing");
    }
  }
}

std::string Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  return found == options_.end() ? std::string() : found->second;
}

}  // namespace harbor::ctl
