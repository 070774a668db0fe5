// The api worker's way in: a request as nginx passes it, through libfcgi (http/fastcgi.h). Whatever
// a client sent as head and body, the handler sees exactly that, within the limit, and the answer
// arrives whole.
//
// The input is text: `METHOD /uri?query`, lines `name: value` until an empty one, then the body.
// Three names are ours: `content-length` states another length than the body has, `piece` is how
// many bytes a record holds, `cut` after how many bytes the peer goes away.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "../fuzz.h"
#include "core/text.h"
#include "http/fastcgi.h"
#include "sse/event_stream.h"
#include "sse/request_bytes.h"

namespace {

using namespace harbor;
using fuzz::require;
using fuzz::take_until;

constexpr std::int64_t kBodyLimit = 1000;
constexpr std::int64_t kTimeoutMs = 1000;
constexpr std::size_t kMostBytes = 60'000;  // what a socket holds before anybody reads

struct Sent {
  std::string method, uri;
  std::map<std::string, std::string, std::less<>> headers;  // by parameter: HTTP_ACCEPT
  std::string content_length;
  std::string body;
  std::size_t piece = 32'768;
  std::optional<std::size_t> cut;
};

// nginx passes no NUL on, and libfcgi's parameters end at one.
std::string without_nul(std::string_view text) {
  return std::string(text.substr(0, text.find('\0')));
}

std::string parameter_name(std::string_view header) {
  std::string name = "HTTP_";
  for (const char c : header) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += !letter ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

void take_header(Sent& sent, std::string_view line) {
  const std::string_view name = take_until(line, ':');
  const std::string value = without_nul(trim(line));
  if (name == "content-length") {
    sent.content_length = value;
  } else if (name == "piece") {
    sent.piece = 1 + static_cast<std::size_t>(fuzz::number_of(value)) % 32'768;
  } else if (name == "cut") {
    sent.cut = static_cast<std::size_t>(fuzz::number_of(value)) % kMostBytes;
  } else {
    sent.headers.emplace(parameter_name(name.substr(0, 200)), value);
  }
}

Sent read_input(std::string_view text) {
  Sent sent;
  std::string_view first = take_until(text, '\n');
  sent.method = without_nul(take_until(first, ' '));
  sent.uri = without_nul(first);
  while (!text.empty() && sent.headers.size() < 50) {
    const std::string_view line = take_until(text, '\n');
    if (line.empty()) break;
    take_header(sent, line);
  }
  sent.body = text;
  if (sent.content_length.empty()) sent.content_length = std::to_string(sent.body.size());
  return sent;
}

std::string query_of(std::string_view uri) {
  take_until(uri, '?');
  return std::string(uri);
}

std::string bytes_of(const Sent& sent) {
  sse::test::Params params{{"REQUEST_METHOD", sent.method},
                           {"REQUEST_URI", sent.uri},
                           {"QUERY_STRING", query_of(sent.uri)},
                           {"CONTENT_LENGTH", sent.content_length},
                           {"REQUEST_ID", "abc"}};
  params.insert(params.end(), sent.headers.begin(), sent.headers.end());
  std::string bytes = sse::test::begin_request();
  bytes += sse::test::record(FCGI_PARAMS, sse::test::param_bytes(params));
  bytes += sse::test::record(FCGI_PARAMS, "");
  for (std::string_view rest = sent.body; !rest.empty();) {
    const auto part = rest.substr(0, sent.piece);
    bytes += sse::test::record(FCGI_STDIN, part);
    rest.remove_prefix(part.size());
  }
  return bytes + sse::test::record(FCGI_STDIN, "");
}

void check_request(const http::Request& got, const Sent& sent) {
  require(got.method == (sent.method == "HEAD" ? "GET" : sent.method), "the method", got.method);
  require(got.path == sent.uri.substr(0, sent.uri.find('?')), "the path", got.path);
  require(got.query == query_of(sent.uri), "the query", got.query);
  require(got.headers.size() == sent.headers.size(), "as many headers");
  for (const auto& [name, value] : sent.headers) {
    std::string header = to_lower(name.substr(5));
    std::replace(header.begin(), header.end(), '_', '-');
    require(got.header(header) == value, "a header's value", header);
  }
}

void check_body(const http::Request& got, const Sent& sent) {
  const std::int64_t stated = parse_id(sent.content_length).value_or(0);
  require(got.body_too_large == (stated > kBodyLimit), "a large body is seen by its length");
  require(got.body.size() <= kBodyLimit, "no more than the limit is kept");
  if (sent.cut) return;
  const auto length = static_cast<std::size_t>(stated);
  require(got.body_incomplete == (sent.body.size() < length && stated <= (64 << 20)) ||
              stated > (64 << 20),
          "a short body is seen");
  if (!got.body_too_large) require(got.body == sent.body.substr(0, length), "the body", got.body);
}

std::string read_all(int fd) {
  std::string bytes;
  char buffer[16'384];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got <= 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
  }
}

void check_answer(const std::string& records, const std::string& body) {
  const auto answer = sse::test::decode_records(records);
  require(answer.ended, "an answer ends");
  require(answer.text.starts_with("Status: 200 OK\r\n") && answer.text.ends_with("\r\n\r\n" + body),
          "an answer arrives whole", answer.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool kPrepared = (http::prepare_fastcgi(), true);
  const Sent sent = read_input(fuzz::text_of(data, size));
  const std::string bytes = bytes_of(sent);
  if (!kPrepared || bytes.size() > kMostBytes) return 0;
  int ends[2];
  require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "a pair of sockets");
  const UniqueFd peer(ends[1]);
  const std::size_t length = std::min(sent.cut.value_or(bytes.size()), bytes.size());
  require(::write(peer.get(), bytes.data(), length) == static_cast<ssize_t>(length), "sent");
  ::shutdown(peer.get(), SHUT_WR);

  std::optional<std::string> said;
  http::serve_connection(UniqueFd(ends[0]), kBodyLimit, kTimeoutMs, [&](const http::Request& got) {
    require(!said.has_value(), "one request, one answer");
    check_request(got, sent);
    check_body(got, sent);
    said = got.body;
    return http::Reply{200, {{"Content-Type", "text/plain"}}, got.body};
  });
  require(said.has_value() || length < bytes.size(), "a whole request is handled");
  if (said) check_answer(read_all(peer.get()), *said);
  return 0;
}
