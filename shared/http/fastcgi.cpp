#include "http/fastcgi.h"

#include <fcgiapp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <type_traits>

#include "core/log.h"
#include "core/text.h"

namespace harbor::http {
namespace {

// What is used of libfcgi's struct beyond its documented functions.
static_assert(std::is_same_v<decltype(FCGX_Request::ipcFd), int>);
static_assert(std::is_same_v<decltype(FCGX_Request::keepConnection), int>);
static_assert(std::is_same_v<decltype(FCGX_Request::envp), FCGX_ParamArray>);

// The most of an oversized body that is read, so that nginx hears the answer.
constexpr std::int64_t kLargestDrain = 64 << 20;

class Exchange {
 public:
  // libfcgi takes the descriptor; where it cannot parse what comes, it closes it.
  explicit Exchange(UniqueFd connection) {
    FCGX_InitRequest(&fcgi_, -1, 0);
    fcgi_.ipcFd = connection.release();
    // Keeps FCGX_Accept_r's opening FCGX_Finish_r from closing what it is about to read; the
    // request's own flag replaces it.
    fcgi_.keepConnection = 1;
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() {
    // libfcgi's own close shuts down and waits, up to 2 s, for the peer's end, lest a TCP peer
    // lose what it has not read. A unix socket keeps it, unless we close with something unread:
    // read_body reads to the end.
    fcgi_.keepConnection = 1;
    FCGX_Finish_r(&fcgi_);
    UniqueFd(fcgi_.ipcFd).reset();
  }

  /// False where the peer sent no FastCGI request, or went away within its head: libfcgi then has
  /// those parameters that had come, and only says so on the stream.
  bool parse() { return FCGX_Accept_r(&fcgi_) == 0 && FCGX_GetError(fcgi_.in) == 0; }

  Request request(std::int64_t body_limit);
  void answer(const Reply& reply) const;

 private:
  std::string_view parameter(const char* name) const {
    const char* value = FCGX_GetParam(name, fcgi_.envp);
    return value == nullptr ? std::string_view() : std::string_view(value);
  }
  void read_headers(Request& request) const;
  void read_body(Request& request, std::int64_t body_limit);

  FCGX_Request fcgi_{};
};

// HTTP_LAST_EVENT_ID → last-event-id
std::string header_name(std::string_view parameter) {
  std::string name = to_lower(parameter);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void Exchange::read_headers(Request& request) const {
  constexpr std::string_view kPrefix = "HTTP_";
  for (char** entry = fcgi_.envp; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const auto equals = pair.find('=');
    if (pair.substr(0, kPrefix.size()) != kPrefix || equals == std::string_view::npos) continue;
    request.headers.emplace(header_name(pair.substr(kPrefix.size(), equals - kPrefix.size())),
                            pair.substr(equals + 1));
  }
}

void Exchange::read_body(Request& request, std::int64_t body_limit) {
  const std::int64_t length = parse_id(parameter("CONTENT_LENGTH")).value_or(0);
  request.body_too_large = length > body_limit;
  std::int64_t left = std::min(length, kLargestDrain);
  char buffer[16384];
  while (left > 0) {
    const int want = static_cast<int>(std::min<std::int64_t>(left, sizeof buffer));
    const int got = FCGX_GetStr(buffer, want, fcgi_.in);
    if (got <= 0) break;
    if (!request.body_too_large) request.body.append(buffer, static_cast<std::size_t>(got));
    left -= got;
  }
  request.body_incomplete = left > 0 || FCGX_GetError(fcgi_.in) != 0;
  FCGX_GetChar(fcgi_.in);  // the record that ends the body
}

Request Exchange::request(std::int64_t body_limit) {
  Request request;
  const std::string_view method = parameter("REQUEST_METHOD");
  request.method = method == "HEAD" ? "GET" : method;
  const std::string_view uri = parameter("REQUEST_URI");
  request.path = uri.substr(0, uri.find('?'));
  request.query = parameter("QUERY_STRING");
  const std::string_view content_type = parameter("CONTENT_TYPE");
  request.content_type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  request.request_id = parameter("REQUEST_ID");
  request.remote_address = parameter("REMOTE_ADDR");
  request.scheme = parameter("HTTPS") == "on" ? "https" : "http";
  read_headers(request);
  read_body(request, body_limit);
  return request;
}

// nginx sends what has no length in chunks. A 204 has none (RFC 9110 section 8.6), and of an answer
// that hands the request on (X-Accel-Redirect) nobody reads the body.
bool states_length(const Reply& reply) {
  return reply.status != 204 &&
         std::none_of(reply.headers.begin(), reply.headers.end(),
                      [](const auto& header) { return header.first == "X-Accel-Redirect"; });
}

void Exchange::answer(const Reply& reply) const {
  std::string text = "Status: " + std::to_string(reply.status) + " ";
  text += reason_phrase(reply.status);
  for (const auto& [name, value] : reply.headers) text += "\r\n" + name + ": " + value;
  if (states_length(reply)) text += "\r\nContent-Length: " + std::to_string(reply.body.size());
  text += "\r\n\r\n" + reply.body;
  FCGX_PutStr(text.data(), static_cast<int>(text.size()), fcgi_.out);
}

void set_timeouts(int fd, std::int64_t timeout_ms) {
  const timeval time{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

}  // namespace

void prepare_fastcgi() {
  FCGX_Init();
  // It installs handlers of its own; signals are the skeleton's (core/service.h).
  for (const int signal : {SIGTERM, SIGUSR1}) std::signal(signal, SIG_DFL);
  std::signal(SIGPIPE, SIG_IGN);
}

void serve_connection(UniqueFd connection, std::int64_t body_limit, std::int64_t timeout_ms,
                      const std::function<Reply(const Request&)>& handle) {
  set_timeouts(connection.get(), timeout_ms);
  Exchange exchange(std::move(connection));
  if (!exchange.parse()) return;
  exchange.answer(handle(exchange.request(body_limit)));
}

}  // namespace harbor::http
