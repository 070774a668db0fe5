#include "sse/connection.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "core/clock.h"
#include "core/log.h"

namespace harbor::sse {
namespace {

constexpr std::uint32_t kReadable = EPOLLIN | EPOLLRDHUP;

// At most this many buffers leave with one system call.
constexpr std::size_t kGather = 64;

}  // namespace

Connection::Connection(UniqueFd fd, EventLoop& loop, Hub& hub, Keeper& keeper)
    : fd_(std::move(fd)),
      loop_(loop),
      hub_(hub),
      keeper_(keeper),
      parser_(std::make_unique<RequestParser>()) {
  loop_.add(fd_.get(), kReadable, *this);
}

Connection::~Connection() {
  if (stream_ != nullptr) hub_.close(*stream_);
  if (fd_) loop_.remove(fd_.get());
}

void Connection::on_ready(std::uint32_t events) {
  if (!fd_) return;
  if ((events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0 && !reading()) return close();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
  if (fd_ && (events & EPOLLOUT) != 0) wake();
}

void Connection::wake() { keeper_.wants_flush(*this); }

void Connection::receive() {
  std::array<std::uint8_t, 16'384> bytes;
  const auto got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return close();
  // nginx has nothing to say after its request: an abort, or not nginx.
  if (!reading()) return close();
  const auto state = parser_->feed({bytes.data(), static_cast<std::size_t>(got)});
  if (state == RequestParser::State::complete) return serve();
  if (state == RequestParser::State::failed) {
    log_warning("unreadable FastCGI request", {{"error", describe(parser_->error())}});
    close();
  }
}

// The request is there: a stream, or a refusal.
void Connection::serve() {
  const auto parser = std::move(parser_);
  const std::string_view request_id = parser->param("REQUEST_ID");
  const std::string_view method = parser->param("REQUEST_METHOD");
  if (method == "HEAD") return answer(stream_head());
  if (!method.empty() && method != "GET") {
    return answer(refusal_answer(Refusal::bad_method, request_id));
  }
  const auto claims = parse_claims(parser->param("HARBOR_CLAIMS"));
  if (!claims) {
    log_error("claims cannot be read: is nginx configured?",
              {{"request", request_id}, {"fault", claims.error().detail}});
    return answer(refusal_answer(Refusal::bad_request, request_id));
  }
  const auto opened = hub_.open(*claims, request_id, *this, now_ms());
  if (const Refusal* const refusal = std::get_if<Refusal>(&opened)) {
    log_debug("stream refused", {{"request", request_id}, {"why", describe(*refusal)}});
    return answer(refusal_answer(*refusal, request_id));
  }
  stream_ = std::get<Stream*>(opened);
}

// A short answer without a stream. It fits into the empty socket buffer; if not, nobody is there.
void Connection::answer(std::string_view text) {
  const std::string records = stdout_records(text) + end_records();
  [[maybe_unused]] const auto sent =
      ::send(fd_.get(), records.data(), records.size(), MSG_NOSIGNAL);
  close();
}

void Connection::flush() {
  if (!fd_ || stream_ == nullptr) return;
  const std::size_t written = write_some();
  if (broken_) {
    stream_->why_closed = "write failed";
    return close();
  }
  hub_.written(*stream_, written);
  if (stream_->state == Stream::State::dead) return close();
  if (stream_->state == Stream::State::closing && stream_->outbox.empty()) return close();
  watch_writable(!stream_->outbox.empty());
}

// Until the outbox is empty or the socket full.
std::size_t Connection::write_some() {
  std::size_t total = 0;
  while (!stream_->outbox.empty() && stream_->state != Stream::State::dead) {
    std::array<iovec, kGather> parts;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = stream_->outbox.gather(parts);
    const auto sent = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      broken_ = errno != EAGAIN;
      break;
    }
    stream_->outbox.consume(static_cast<std::size_t>(sent));
    total += static_cast<std::size_t>(sent);
  }
  return total;
}

void Connection::watch_writable(bool writable) {
  if (writable == watching_writable_) return;
  watching_writable_ = writable;
  loop_.change(fd_.get(), writable ? kReadable | EPOLLOUT : kReadable, *this);
}

void Connection::give_up_reading() {
  if (reading() && fd_) close();
}

void Connection::close() {
  if (!fd_) return;
  if (stream_ != nullptr) hub_.close(*std::exchange(stream_, nullptr));
  loop_.remove(fd_.get());
  fd_.reset();
  keeper_.is_over(*this);
}

}  // namespace harbor::sse
