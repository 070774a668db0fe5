#include "sse/fcgi_records.h"

#include <fastcgi.h>

#include <algorithm>

namespace harbor::sse {
namespace {

constexpr std::uint16_t kRequestId = 1;
constexpr std::size_t kHeaderBytes = FCGI_HEADER_LEN;
constexpr std::size_t kBeginBytes = 8;  // FCGI_BeginRequestBody, section 5.1

// The most that one record holds and still needs no padding.
constexpr std::size_t kChunkBytes = FCGI_MAX_LENGTH / 8 * 8;

std::uint16_t big_endian16(std::uint8_t high, std::uint8_t low) {
  return static_cast<std::uint16_t>(high << 8 | low);
}

// A length of section 3.4: one byte, or four with the highest bit set.
bool take_length(std::string_view& text, std::size_t& length) {
  if (text.empty()) return false;
  const auto byte = [&](std::size_t i) -> std::uint32_t {
    return static_cast<std::uint8_t>(text[i]);
  };
  if (byte(0) < 0x80U) {
    length = byte(0);
    text.remove_prefix(1);
    return true;
  }
  if (text.size() < 4) return false;
  length = (byte(0) & 0x7fU) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
  text.remove_prefix(4);
  return true;
}

void append_header(std::string& out, int type, std::size_t length, std::size_t padding) {
  const unsigned char header[kHeaderBytes] = {
      FCGI_VERSION_1,
      static_cast<unsigned char>(type),
      kRequestId >> 8,
      kRequestId & 0xff,
      static_cast<unsigned char>(length >> 8),
      static_cast<unsigned char>(length & 0xff),
      static_cast<unsigned char>(padding),
      0,
  };
  for (const unsigned char byte : header) out += static_cast<char>(byte);
}

}  // namespace

std::string_view describe(RequestError error) {
  switch (error) {
    case RequestError::none: return "none";
    case RequestError::bad_version: return "not FastCGI version 1";
    case RequestError::bad_request_id: return "a request id other than 1";
    case RequestError::bad_role: return "a role other than responder";
    case RequestError::bad_begin: return "BEGIN_REQUEST of a wrong size";
    case RequestError::unexpected_record: return "a record that may not come here";
    case RequestError::params_too_large: return "parameters beyond the limit";
    case RequestError::too_many_params: return "too many parameters";
    case RequestError::bad_params: return "parameter lengths beyond the end";
    case RequestError::body_too_large: return "a body beyond the limit";
    case RequestError::aborted: return "aborted";
    case RequestError::bytes_after: return "bytes after the request";
  }
  return "unknown";
}

RequestParser::State RequestParser::feed(Bytes bytes) {
  if (state_ == State::complete && !bytes.empty()) return fail(RequestError::bytes_after);
  while (state_ == State::reading && !bytes.empty()) {
    if (header_got_ < kHeaderBytes) {
      take_header(bytes);
    } else if (content_left_ > 0) {
      take_content(bytes);
    } else {
      take_padding(bytes);
    }
  }
  if (state_ == State::complete && !bytes.empty()) return fail(RequestError::bytes_after);
  return state_;
}

RequestParser::State RequestParser::fail(RequestError error) {
  error_ = error;
  state_ = State::failed;
  return state_;
}

void RequestParser::take_header(Bytes& bytes) {
  const std::size_t count = std::min(kHeaderBytes - header_got_, bytes.size());
  std::copy_n(bytes.begin(), count, header_ + header_got_);
  header_got_ += count;
  bytes = bytes.subspan(count);
  if (header_got_ == kHeaderBytes) start_record();
}

void RequestParser::take_content(Bytes& bytes) {
  const std::size_t count = std::min(content_left_, bytes.size());
  std::string* const into = expect_ == Expect::begin    ? &begin_
                            : expect_ == Expect::params ? &params_
                                                        : nullptr;
  if (into != nullptr)
    into->append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
  content_left_ -= count;
  bytes = bytes.subspan(count);
  if (content_left_ == 0 && padding_left_ == 0) end_record();
}

void RequestParser::take_padding(Bytes& bytes) {
  const std::size_t count = std::min(padding_left_, bytes.size());
  padding_left_ -= count;
  bytes = bytes.subspan(count);
  if (padding_left_ == 0) end_record();
}

// The header is there: whether this record may come now, before a byte of it is kept.
void RequestParser::start_record() {
  const std::size_t length = big_endian16(header_[4], header_[5]);
  const int type = header_[1];
  content_left_ = length;
  padding_left_ = header_[6];
  if (header_[0] != FCGI_VERSION_1) {
    fail(RequestError::bad_version);
  } else if (big_endian16(header_[2], header_[3]) != kRequestId) {
    fail(RequestError::bad_request_id);
  } else if (type == FCGI_ABORT_REQUEST && expect_ != Expect::begin) {
    fail(RequestError::aborted);
  } else if (expect_ == Expect::begin && type == FCGI_BEGIN_REQUEST) {
    if (length != kBeginBytes) fail(RequestError::bad_begin);
  } else if (expect_ == Expect::params && type == FCGI_PARAMS) {
    start_params(length);
  } else if (expect_ == Expect::body && type == FCGI_STDIN) {
    start_body(length);
  } else {
    fail(RequestError::unexpected_record);
  }
  if (state_ == State::reading && content_left_ == 0 && padding_left_ == 0) end_record();
}

void RequestParser::start_params(std::size_t length) {
  if (params_.size() + length > limits_.params_bytes) fail(RequestError::params_too_large);
}

void RequestParser::start_body(std::size_t length) {
  body_bytes_ += length;
  if (body_bytes_ > limits_.body_bytes) fail(RequestError::body_too_large);
}

void RequestParser::end_record() {
  const bool was_empty = header_[4] == 0 && header_[5] == 0;
  header_got_ = 0;
  switch (expect_) {
    case Expect::begin:
      if (big_endian16(static_cast<std::uint8_t>(begin_[0]),
                       static_cast<std::uint8_t>(begin_[1])) != FCGI_RESPONDER) {
        fail(RequestError::bad_role);
      }
      expect_ = Expect::params;
      break;
    case Expect::params:
      if (was_empty) end_params();
      break;
    case Expect::body:
      if (was_empty) state_ = State::complete;
      break;
  }
}

void RequestParser::end_params() {
  if (!split_params()) return;
  expect_ = Expect::body;
}

bool RequestParser::split_params() {
  std::string_view rest = params_;
  while (!rest.empty()) {
    std::size_t name = 0;
    std::size_t value = 0;
    if (!take_length(rest, name) || !take_length(rest, value) || name > rest.size() ||
        value > rest.size() - name) {
      fail(RequestError::bad_params);
      return false;
    }
    if (named_.size() == limits_.params_count) {
      fail(RequestError::too_many_params);
      return false;
    }
    named_.emplace_back(rest.substr(0, name), rest.substr(name, value));
    rest.remove_prefix(name + value);
  }
  return true;
}

std::string_view RequestParser::param(std::string_view name) const {
  const auto found = std::find_if(named_.begin(), named_.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == named_.end() ? std::string_view{} : found->second;
}

std::string stdout_records(std::string_view payload) {
  std::string records;
  records.reserve(payload.size() + (payload.size() / kChunkBytes + 1) * (kHeaderBytes + 8));
  while (!payload.empty()) {
    const std::string_view chunk = payload.substr(0, kChunkBytes);
    const std::size_t padding = (8 - chunk.size() % 8) % 8;
    append_header(records, FCGI_STDOUT, chunk.size(), padding);
    records += chunk;
    records.append(padding, '\0');
    payload.remove_prefix(chunk.size());
  }
  return records;
}

std::string end_records() {
  std::string records;
  append_header(records, FCGI_STDOUT, 0, 0);
  append_header(records, FCGI_END_REQUEST, 8, 0);
  records.append(8, '\0');  // appStatus 0, FCGI_REQUEST_COMPLETE, reserved
  return records;
}

}  // namespace harbor::sse
