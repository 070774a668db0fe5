#include "loop.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "failure.h"
#include "latency.h"

namespace harbor::bench {
namespace {

[[noreturn]] void fail(const char* doing) {
  throw Failure(std::string(doing) + ": " + std::generic_category().message(errno));
}

void watch(const UniqueFd& epoll, int fd, std::uint32_t events, Connection* connection) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.ptr = connection;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

UniqueFd connected(int port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) fail("socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!epoll_) fail("epoll_create1");
  if (!timer_) fail("timerfd_create");
  watch(epoll_, timer_.get(), EPOLLIN, nullptr);
}

void Loop::wake_at(std::int64_t at_ns) const {
  const std::int64_t at = std::max<std::int64_t>(at_ns, 1);  // 0 would disarm it
  const itimerspec spec{{}, {at / 1'000'000'000, at % 1'000'000'000}};
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

bool Loop::turn() {
  std::array<epoll_event, 256> ready{};
  const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), -1);
  if (count < 0 && errno != EINTR) fail("epoll_wait");
  bool timer_rang = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    auto* connection = static_cast<Connection*>(event.data.ptr);
    if (connection != nullptr) {
      connection->on_ready(event.events);
    } else {
      std::uint64_t times = 0;
      timer_rang = ::read(timer_.get(), &times, sizeof times) > 0;
    }
  }
  return timer_rang;
}

Connection::Connection(Loop& loop, int port, Owner& owner, std::size_t number)
    : loop_(loop), port_(port), owner_(owner), number_(number) {
  connect();
}

void Connection::connect() {
  socket_ = connected(port_);
  watch(loop_.epoll_, socket_.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP, this);
}

void Connection::send(std::string_view request) {
  if (answer_.closes() || !socket_) connect();
  answer_.reset();
  unsent_ = request;
  flush();
}

void Connection::flush() {
  if (unsent_.empty()) return;
  const auto sent =
      ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) fail("send");
  unsent_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
}

void Connection::on_ready(std::uint32_t events) {
  if (!socket_) return;
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) == 0) return;
  const int watched = socket_.get();
  // A short read has emptied the socket; that the peer has ended shows only in a further one. The
  // owner may have sent again meanwhile, on a new connection: this event was the old one's.
  while (receive() || ((events & EPOLLRDHUP) != 0 && socket_.get() == watched)) {
  }
}

// True where there may be more to read.
bool Connection::receive() {
  static std::array<char, 65536> buffer;
  const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0 && errno != EAGAIN && errno != EINTR) fail("recv");
  if (got < 0) return false;
  if (got == 0) {
    if (!unsent_.empty() || !answer_.complete()) throw Failure("the server closed a connection");
    socket_.reset();
    return false;
  }
  const std::int64_t at = now_ns();
  answer_.feed({buffer.data(), static_cast<std::size_t>(got)});
  owner_.on_bytes(*this, at);
  return static_cast<std::size_t>(got) == buffer.size();
}

}  // namespace harbor::bench
