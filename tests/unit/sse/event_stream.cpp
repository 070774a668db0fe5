#include "sse/event_stream.h"

#include <fastcgi.h>

#include <charconv>
#include <stdexcept>
#include <utility>

namespace harbor::sse::test {
namespace {

[[noreturn]] void violation(const std::string& what) { throw std::runtime_error(what); }

std::uint8_t byte_at(std::string_view text, std::size_t index) {
  return static_cast<std::uint8_t>(text[index]);
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) {
    violation("retry of other than digits: " + std::string(text));
  }
  return number;
}

void take_field(Frame& frame, std::string_view line, bool& has_data) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0) violation("no field: " + std::string(line));
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 2);
  if (name == "data") {
    if (has_data) frame.data += '\n';
    frame.data += value;
    has_data = true;
  } else if (name == "event") {
    frame.type = value;
  } else if (name == "id") {
    if (value.find('\0') != std::string_view::npos) violation("an id with a NUL");
    frame.id = value;
  } else if (name == "retry") {
    frame.retry = number_of(value);
  } else {
    violation("unknown field: " + std::string(line));
  }
}

}  // namespace

Answer decode_records(std::string_view records) {
  Answer answer;
  while (!records.empty()) {
    if (answer.ended) violation("bytes after END_REQUEST");
    if (records.size() < FCGI_HEADER_LEN) violation("half a header");
    const std::size_t length =
        static_cast<std::size_t>(byte_at(records, 4)) << 8 | byte_at(records, 5);
    const std::size_t whole = FCGI_HEADER_LEN + length + byte_at(records, 6);
    if (byte_at(records, 0) != FCGI_VERSION_1) violation("not version 1");
    if (byte_at(records, 2) != 0 || byte_at(records, 3) != 1) violation("not request 1");
    if (whole % 8 != 0) violation("not padded to 8");
    if (records.size() < whole) violation("half a record");
    const int type = byte_at(records, 1);
    if (type == FCGI_STDOUT) {
      answer.text += records.substr(FCGI_HEADER_LEN, length);
    } else if (type == FCGI_END_REQUEST && length == 8) {
      answer.ended = true;
    } else {
      violation("record of type " + std::to_string(type));
    }
    records.remove_prefix(whole);
  }
  return answer;
}

std::vector<Frame> parse_frames(std::string_view text) {
  std::vector<Frame> frames;
  Frame frame;
  bool has_data = false;
  bool has_line = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) violation("ends within a line");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.find('\r') != std::string_view::npos) violation("a carriage return");
    if (!line.empty()) {
      take_field(frame, line, has_data);
      has_line = true;
      continue;
    }
    if (!has_line) violation("an empty line too many");
    if (!has_data && !frame.retry) violation("a frame without data");
    frames.push_back(std::exchange(frame, {}));
    has_data = has_line = false;
  }
  if (has_line) violation("ends within a frame");
  return frames;
}

std::string take_head(std::string& text) {
  const auto end = text.find("\r\n\r\n");
  if (end == std::string::npos) violation("no head: " + text.substr(0, 100));
  std::string head = text.substr(0, end + 4);
  text.erase(0, end + 4);
  return head;
}

}  // namespace harbor::sse::test
