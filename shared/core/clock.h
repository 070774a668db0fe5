#pragma once
// Time as the product stores and shows it: milliseconds since the Unix epoch inside, RFC 3339 UTC
// with milliseconds ("2026-11-22T10:00:00.123Z") in tables and on the wire.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harbor {

/// Wall clock, milliseconds since 1970-01-01T00:00:00Z.
std::int64_t now_ms();

/// Monotonic clock, milliseconds; for timeouts and deadlines.
std::int64_t steady_ms();

/// "2026-11-22T10:00:00.123Z". Precondition: of years -9999 to 99999; RFC 3339 has 0 to 9999 only.
std::string rfc3339(std::int64_t unix_ms);

/// The present, as rfc3339(now_ms()).
std::string now_rfc3339();

/// Reads RFC 3339 date-time with any offset and 0 to 9 fraction digits (section 5.6); nothing on
/// anything else. A leap second reads as the second after it.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

}  // namespace harbor
