#include "http/server.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "http/fastcgi.h"

namespace harbor::http {
namespace {

constexpr std::int64_t kStuckDeadlines = 3;
constexpr int kOutOfFilesPauseMs = 20;

// How long a connection may wait whose wake-up went to a worker that then was killed or froze.
constexpr int kLookAnywayMs = 2000;

UniqueFd event_fd() {
  UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd) throw std::system_error(errno, std::generic_category(), "eventfd");
  return fd;
}

void watch(const UniqueFd& epoll, const UniqueFd& fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd.get();
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

// Exclusive: a connection wakes one thread of one of the workers that share the listener.
UniqueFd watch_incoming(const UniqueFd& listener, const UniqueFd& stop) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  watch(epoll, listener, EPOLLIN | EPOLLEXCLUSIVE);
  watch(epoll, stop, EPOLLIN);
  return epoll;
}

void raise_event(const UniqueFd& fd) { ::eventfd_write(fd.get(), 1); }

// Workers that started together do not end together.
std::int64_t jittered(std::int64_t requests) {
  return random_between(requests - requests / 10, requests + requests / 10);
}

}  // namespace

Server::Server(UniqueFd listener, const Config::Http& config, Handler handler)
    : listener_(std::move(listener)),
      config_(config),
      handler_(std::move(handler)),
      stop_(event_fd()),
      retired_(event_fd()),
      incoming_(watch_incoming(listener_, stop_)),
      retire_at_(jittered(config.retire_after)),
      running_(config.threads),
      last_change_ms_(steady_ms()) {
  for (std::int64_t i = 0; i < config.threads; ++i) {
    pool_.emplace_back([this] { serve_connections(); });
  }
}

Server::~Server() {
  drain();
  for (std::thread& thread : pool_) thread.join();
}

bool Server::drain() {
  raise_event(stop_);
  std::unique_lock lock(mutex_);
  return thread_ended_.wait_for(lock, std::chrono::milliseconds(config_.drain_ms),
                                [this] { return running_ == 0; });
}

bool Server::is_stuck() const {
  const std::lock_guard lock(mutex_);
  const std::int64_t silence_ms = steady_ms() - last_change_ms_;
  return in_work_ == config_.threads && silence_ms > kStuckDeadlines * config_.deadline_ms;
}

void Server::serve_connections() {
  for (bool stopping = false; !stopping;) {
    stopping = !wait_for_connection();
    // Also when stopping: what has come may have woken this thread alone.
    if (UniqueFd connection = accept_connection()) serve(std::move(connection));
  }
  const std::lock_guard lock(mutex_);
  if (--running_ == 0) thread_ended_.notify_all();
}

bool Server::wait_for_connection() const {
  epoll_event event{};
  event.data.fd = -1;
  ::epoll_wait(incoming_.get(), &event, 1, kLookAnywayMs);
  return event.data.fd != stop_.get();
}

UniqueFd Server::accept_connection() {
  UniqueFd connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
    log_error("cannot accept", {{"error", std::generic_category().message(errno)}});
    // The connection stays in the kernel's queue; a request that ends frees a descriptor.
    ::poll(nullptr, 0, kOutOfFilesPauseMs);
  }
  return connection;
}

void Server::serve(UniqueFd connection) {
  note_work(+1);
  serve_connection(std::move(connection), config_.body_limit, config_.deadline_ms, handler_);
  note_work(-1);
  if (++served_ == retire_at_) raise_event(retired_);
}

void Server::note_work(std::int64_t more) {
  const std::lock_guard lock(mutex_);
  in_work_ += more;
  last_change_ms_ = steady_ms();
}

}  // namespace harbor::http
