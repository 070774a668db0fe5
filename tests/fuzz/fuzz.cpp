#include "fuzz.h"

#include <cstdio>
#include <cstdlib>

#include "core/text.h"

namespace harbor::fuzz {

void require(bool holds, std::string_view property, std::string_view seen) {
  if (holds) return;
  std::fprintf(stderr, "\nbroken: %.*s\n", static_cast<int>(property.size()), property.data());
  if (!seen.empty()) {
    std::fprintf(stderr, "seen:   %.*s\n", static_cast<int>(seen.size()), seen.data());
  }
  std::abort();
}

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

std::string unescaped(std::string_view field) {
  return percent_decode(field, false).value_or(std::string(field));
}

std::int64_t number_of(std::string_view field) {
  const bool negative = field.starts_with('-');
  if (negative) field.remove_prefix(1);
  std::uint64_t number = 0;
  for (const char c : field) {
    if (c < '0' || c > '9') break;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return static_cast<std::int64_t>(negative ? 0 - number : number);
}

}  // namespace harbor::fuzz
