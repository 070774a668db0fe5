#pragma once
// A place in a tenant's event log: "<epoch>.<seq>", CONTRACTS "Cursors".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harbor::events {

struct Cursor {
  std::string epoch;     ///< [a-z0-9]{4,16}, one per tenant and database life
  std::int64_t seq = 0;  ///< the last event that was taken in; 0 before the first

  friend bool operator==(const Cursor&, const Cursor&) = default;
};

/// Nothing where the text is not a cursor: never throws, whatever the bytes.
std::optional<Cursor> parse_cursor(std::string_view text);

std::string format_cursor(std::string_view epoch, std::int64_t seq);
inline std::string format_cursor(const Cursor& cursor) {
  return format_cursor(cursor.epoch, cursor.seq);
}

}  // namespace harbor::events
