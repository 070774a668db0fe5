#include "events/cursor.h"

#include <algorithm>

#include "core/text.h"

namespace harbor::events {

std::optional<Cursor> parse_cursor(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot < 4 || dot > 16) return std::nullopt;
  const auto epoch = text.substr(0, dot);
  const bool plain = std::all_of(epoch.begin(), epoch.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  const auto seq = parse_id(text.substr(dot + 1));
  if (!plain || !seq) return std::nullopt;
  return Cursor{std::string(epoch), *seq};
}

std::string format_cursor(std::string_view epoch, std::int64_t seq) {
  return std::string(epoch) + '.' + std::to_string(seq);
}

}  // namespace harbor::events
