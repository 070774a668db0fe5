#include "http/fastcgi_client.h"

#include <fastcgi.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "core/clock.h"
#include "core/text.h"
#include "core/unique_fd.h"

namespace harbor::http {
namespace {

constexpr std::size_t kLargestAnswer = 1 << 20;
constexpr std::size_t kLargestRecord = 65'535;

std::string record(int type, std::string_view content) {
  std::string bytes{static_cast<char>(FCGI_VERSION_1),
                    static_cast<char>(type),
                    0,
                    1,
                    static_cast<char>(content.size() >> 8),
                    static_cast<char>(content.size() & 0xff),
                    0,
                    0};
  return bytes.append(content);
}

void append_length(std::string& bytes, std::size_t length) {
  if (length >= 0x80) {
    bytes += static_cast<char>(length >> 24 | 0x80);
    bytes += static_cast<char>(length >> 16 & 0xff);
    bytes += static_cast<char>(length >> 8 & 0xff);
  }
  bytes += static_cast<char>(length & 0xff);
}

std::size_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

FastcgiAnswer read_cgi(std::string_view text) {
  FastcgiAnswer answer;
  const auto end = std::min(text.find("\r\n\r\n"), text.size());
  answer.body = text.substr(std::min(end + 4, text.size()));
  std::string_view head = text.substr(0, end);
  while (!head.empty()) {
    const auto line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    if (line.starts_with("Status: ")) {
      answer.status = static_cast<int>(parse_id(line.substr(8, 3)).value_or(0));
    }
    head.remove_prefix(std::min(line_end + 2, head.size()));
  }
  return answer;
}

NoAnswer failure(const char* doing) { return {std::string(doing) + ": " + std::strerror(errno)}; }

// One connection with a deadline for everything.
class Conversation {
 public:
  explicit Conversation(std::int64_t deadline_ms) : deadline_ms_(deadline_ms) {}

  boost::system::result<FastcgiAnswer, NoAnswer> run(const std::string& socket,
                                                     std::string_view question) {
    if (!connect(socket) || !send(question)) return none_;
    std::string answer;
    while (receive(answer)) {
      if (answer.size() > kLargestAnswer) return NoAnswer{"the answer is too long"};
    }
    if (!none_.why.empty()) return none_;
    return read_fastcgi_answer(answer);
  }

 private:
  // Non-blocking: a full queue refuses a unix socket at once, which is an answer, too.
  bool connect(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return fail({"the path is too long for a socket"});
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_) return fail(failure("socket"));
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      return fail(failure("connect"));
    }
    return true;
  }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (!wait(POLLOUT)) return false;
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return fail(failure("send"));
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // False at the end.
  bool receive(std::string& answer) {
    if (!wait(POLLIN)) return false;
    char bytes[16'384];
    const auto got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (got < 0) return fail(failure("receive"));
    answer.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  bool wait(short events) {
    const std::int64_t left = std::max<std::int64_t>(0, deadline_ms_ - steady_ms());
    pollfd wanted{fd_.get(), events, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 600'000)));
    if (ready < 0 && errno == EINTR) return wait(events);
    return ready > 0 || fail({"nothing came in time"});
  }

  bool fail(NoAnswer none) {
    none_ = std::move(none);
    return false;
  }

  std::int64_t deadline_ms_;
  UniqueFd fd_;
  NoAnswer none_;
};

}  // namespace

void throw_exception_from_error(const NoAnswer& none, const boost::source_location& /*unused*/) {
  throw std::logic_error(none.why);
}

std::string fastcgi_question(const FastcgiParams& params) {
  std::string pairs;
  for (const auto& [name, value] : params) {
    append_length(pairs, name.size());
    append_length(pairs, value.size());
    pairs.append(name).append(value);
  }
  assert(pairs.size() <= kLargestRecord);
  const std::string begin{0, static_cast<char>(FCGI_RESPONDER), 0, 0, 0, 0, 0, 0};
  return record(FCGI_BEGIN_REQUEST, begin) + (pairs.empty() ? "" : record(FCGI_PARAMS, pairs)) +
         record(FCGI_PARAMS, "") + record(FCGI_STDIN, "");
}

boost::system::result<FastcgiAnswer, NoAnswer> read_fastcgi_answer(std::string_view bytes) {
  std::string text;
  while (bytes.size() >= FCGI_HEADER_LEN) {
    const std::size_t length = byte_at(bytes, 4) << 8 | byte_at(bytes, 5);
    const std::size_t whole = FCGI_HEADER_LEN + length + byte_at(bytes, 6);
    if (byte_at(bytes, 0) != FCGI_VERSION_1) return NoAnswer{"that is not FastCGI"};
    if (bytes.size() < whole) break;
    if (byte_at(bytes, 1) == FCGI_STDOUT) text.append(bytes.substr(FCGI_HEADER_LEN, length));
    if (byte_at(bytes, 1) == FCGI_END_REQUEST) return read_cgi(text);
    bytes.remove_prefix(whole);
  }
  return NoAnswer{"the worker closed before its answer was whole"};
}

boost::system::result<FastcgiAnswer, NoAnswer>
ask_fastcgi(const std::string& socket, const FastcgiParams& params, std::int64_t timeout_ms) {
  return Conversation(steady_ms() + timeout_ms).run(socket, fastcgi_question(params));
}

}  // namespace harbor::http
