#pragma once
// Reads back what the worker writes: FastCGI records, then the event stream format as the HTML
// standard, section 9.2.6, has it parsed. Strict: what a browser would skip is a test failure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::sse::test {

struct Frame {
  std::string type;
  std::string data;
  std::optional<std::string> id = std::nullopt;
  std::optional<std::int64_t> retry = std::nullopt;  ///< set in the same block

  friend bool operator==(const Frame&, const Frame&) = default;
};

/// The STDOUT content of well-formed records of request 1; throws std::runtime_error if they are
/// not. `ended` says whether END_REQUEST came (after which nothing may come).
struct Answer {
  std::string text;
  bool ended = false;
};
Answer decode_records(std::string_view records);

/// Frames of a whole stream; throws std::runtime_error at the first violation. A block with only
/// `retry` gives a frame without type.
std::vector<Frame> parse_frames(std::string_view text);

/// Cuts HTTP's head off `text`; the head, with its empty line.
std::string take_head(std::string& text);

}  // namespace harbor::sse::test
