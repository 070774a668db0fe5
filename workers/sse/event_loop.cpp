#include "sse/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace harbor::sse {
namespace {

void control(int epoll, int operation, int fd, std::uint32_t events, Watcher* watcher) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = watcher;
  if (::epoll_ctl(epoll, operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

void EventLoop::add(int fd, std::uint32_t events, Watcher& watcher) {
  control(epoll_.get(), EPOLL_CTL_ADD, fd, events, &watcher);
}

void EventLoop::change(int fd, std::uint32_t events, Watcher& watcher) {
  control(epoll_.get(), EPOLL_CTL_MOD, fd, events, &watcher);
}

void EventLoop::remove(int fd) { ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

void EventLoop::wait(std::int64_t timeout_ms) {
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(timeout_ms, 0, 60'000));
  const int count =
      ::epoll_wait(epoll_.get(), ready_.data(), static_cast<int>(ready_.size()), timeout);
  if (count < 0 && errno != EINTR) {
    throw std::system_error(errno, std::generic_category(), "epoll_wait");
  }
  ready_count_ = static_cast<std::size_t>(std::max(count, 0));
}

void EventLoop::dispatch() {
  for (std::size_t i = 0; i < ready_count_; ++i) {
    static_cast<Watcher*>(ready_[i].data.ptr)->on_ready(ready_[i].events);
  }
  ready_count_ = 0;
}

}  // namespace harbor::sse
