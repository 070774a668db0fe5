#include "http/request.h"

#include <algorithm>

#include "core/api_error.h"
#include "core/text.h"

namespace harbor::http {
namespace {

[[noreturn]] void throw_bad_value(std::string_view name, const std::string& wanted) {
  throw ApiError("bad_value", std::string(name) + " must be " + wanted + ".", std::string(name));
}

// Takes the part of `text` before `separator` off its front.
std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::string decoded_name(std::string_view text) {
  auto plain = percent_decode(text, true);
  if (!plain || !is_utf8(*plain)) {
    throw ApiError("bad_request", "The query is not valid UTF-8 in percent-encoding.");
  }
  return *std::move(plain);
}

// A broken escape is kept as a byte that no UTF-8 has: text() then refuses it by name.
std::string decoded_value(std::string_view text) {
  return percent_decode(text, true).value_or("\xff");
}

}  // namespace

std::string_view Request::header(std::string_view lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Request::cookie(std::string_view name) const {
  std::string_view rest = header("cookie");
  while (!rest.empty()) {
    std::string_view pair = trim(take_until(rest, ';'));
    if (take_until(pair, '=') == name) return pair;
  }
  return {};
}

Parameters::Parameters(std::string_view query) {
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    if (pair.empty()) continue;
    const std::string name = decoded_name(take_until(pair, '='));
    if (!values_.emplace(name, decoded_value(pair)).second) {
      throw ApiError("bad_request", "The parameter " + name + " stands twice.", name);
    }
  }
}

std::optional<std::string> Parameters::text(std::string_view name) {
  auto value = bytes(name);
  if (value && !is_utf8(*value)) throw_bad_value(name, "valid UTF-8 in percent-encoding");
  return value;
}

std::optional<std::string> Parameters::bytes(std::string_view name) {
  taken_.emplace_back(name);
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::string Parameters::required_text(std::string_view name) {
  auto value = text(name);
  if (!value) throw ApiError("missing_key", std::string(name) + " is missing.", std::string(name));
  return *std::move(value);
}

std::optional<std::int64_t> Parameters::integer(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto number = parse_id(*value);
  if (!number) throw_bad_value(name, "a whole number");
  return number;
}

std::optional<bool> Parameters::boolean(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value != "true" && *value != "false") throw_bad_value(name, "true or false");
  return *value == "true";
}

std::int64_t Parameters::limit(std::int64_t fallback, std::int64_t most) {
  const std::int64_t value = integer("limit").value_or(std::min(fallback, most));
  if (value < 1 || value > most) {
    throw_bad_value("limit", "between 1 and " + std::to_string(most));
  }
  return value;
}

void Parameters::finish() const {
  for (const auto& [name, value] : values_) {
    if (std::find(taken_.begin(), taken_.end(), name) == taken_.end()) {
      throw ApiError("unknown_key", "The parameter " + name + " is not known here.", name);
    }
  }
}

}  // namespace harbor::http
