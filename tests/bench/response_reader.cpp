#include "response_reader.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

#include "failure.h"

namespace harbor::bench {
namespace {

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end == text.data()) {
    throw Failure("no number in an answer: " + std::string(text.substr(0, 40)));
  }
  return value;
}

bool is_name(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         ::strncasecmp(line.data(), name.data(), name.size()) == 0;
}

std::string_view value_of(std::string_view line) {
  line.remove_prefix(line.find(':') + 1);
  return line.substr(std::min(line.find_first_not_of(' '), line.size()));
}

}  // namespace

void ResponseReader::reset() {
  state_ = State::head;
  status_ = 0;
  line_.clear();
  body_.clear();
}

void ResponseReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (state_) {
      case State::head: take_head(bytes); break;
      case State::sized: take_body(bytes, State::complete); break;
      case State::chunk: take_body(bytes, State::chunk_end); break;
      case State::complete: throw Failure("bytes after the end of an answer");
      default: take_line(bytes);
    }
  }
}

void ResponseReader::take_head(std::string_view& bytes) {
  const std::size_t before = line_.size();
  line_.append(bytes);
  const auto end = line_.find("\r\n\r\n", before < 3 ? 0 : before - 3);
  if (end == std::string::npos) {
    bytes = {};
    return;
  }
  bytes.remove_prefix(end + 4 - before);
  line_.resize(end);
  read_head();
  line_.clear();
}

void ResponseReader::read_head() {
  if (line_.compare(0, 7, "HTTP/1.") != 0 || line_.size() < 12) {
    throw Failure("not an HTTP/1 answer: " + line_.substr(0, 80));
  }
  status_ = static_cast<int>(number(std::string_view(line_).substr(9, 3), 10));
  closes_ = false;
  left_ = 0;
  state_ = State::head;
  for (std::size_t at = line_.find("\r\n"); at != std::string::npos;
       at = line_.find("\r\n", at + 2)) {
    read_header(std::string_view(line_).substr(at + 2));
  }
  if (status_ == 204 || status_ == 304) state_ = State::complete;
  if (state_ == State::head) throw Failure("an answer without a length");
}

void ResponseReader::read_header(std::string_view line) {
  if (is_name(line, "transfer-encoding")) {
    state_ = State::chunk_size;
  } else if (is_name(line, "content-length")) {
    left_ = number(value_of(line), 10);
    state_ = left_ > 0 ? State::sized : State::complete;
  } else if (is_name(line, "connection")) {
    closes_ = ::strncasecmp(value_of(line).data(), "close", 5) == 0;
  }
}

void ResponseReader::take_body(std::string_view& bytes, State then) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  body_.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) state_ = then;
}

void ResponseReader::take_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  line_.append(bytes.substr(0, end));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  if (end == std::string_view::npos) return;
  end_line();
  line_.clear();
}

void ResponseReader::end_line() {
  if (state_ == State::chunk_end) {
    state_ = State::chunk_size;
  } else if (state_ == State::chunk_size) {
    left_ = number(line_, 16);
    state_ = left_ > 0 ? State::chunk : State::trailer;
  } else if (line_ == "\r") {
    state_ = State::complete;
  }
}

}  // namespace harbor::bench
