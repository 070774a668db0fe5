// A cursor as a client sends it: any bytes. What is read is what was written, and exactly what
// CONTRACTS "Cursors" allows is read.
#include "events/cursor.h"

#include <algorithm>

#include "../fuzz.h"

namespace {

using namespace harbor;
using fuzz::require;

constexpr std::string_view kLargest = "9223372036854775807";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_epoch_letter(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

// The grammar, written down a second time and otherwise.
bool is_cursor(std::string_view text) {
  const std::string_view epoch = fuzz::take_until(text, '.');
  const std::string_view seq = text;
  const bool in_range =
      seq.size() < kLargest.size() || (seq.size() == kLargest.size() && seq <= kLargest);
  return epoch.size() >= 4 && epoch.size() <= 16 &&
         std::all_of(epoch.begin(), epoch.end(), is_epoch_letter) && !seq.empty() &&
         std::all_of(seq.begin(), seq.end(), is_digit) && (seq.size() == 1 || seq[0] != '0') &&
         in_range;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto cursor = events::parse_cursor(text);
  require(cursor.has_value() == is_cursor(text), "exactly cursors are read", text);
  if (!cursor) return 0;
  require(events::format_cursor(*cursor) == text, "a cursor is written as it was read", text);
  require(events::parse_cursor(events::format_cursor(*cursor)) == cursor, "and read again", text);
  return 0;
}
