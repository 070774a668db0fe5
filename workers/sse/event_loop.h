#pragma once
// epoll(7) with an object behind each descriptor. Level-triggered.
//
// An object must outlive the turn in which it is taken out: an event of the same turn may still
// be on its way to it.

#include <sys/epoll.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/unique_fd.h"

namespace harbor::sse {

class Watcher {
 public:
  /// `events` as in epoll_event.
  virtual void on_ready(std::uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

class EventLoop {
 public:
  /// Throws std::system_error.
  EventLoop();

  /// Throws std::system_error if the kernel refuses (no memory, limit of watches).
  void add(int fd, std::uint32_t events, Watcher& watcher);
  void change(int fd, std::uint32_t events, Watcher& watcher);
  /// Before the descriptor is closed.
  void remove(int fd);

  /// Waits at most `timeout_ms` for something to be ready.
  void wait(std::int64_t timeout_ms);
  /// Calls the watchers of what wait() found ready.
  void dispatch();

 private:
  UniqueFd epoll_;
  std::array<epoll_event, 512> ready_{};
  std::size_t ready_count_ = 0;
};

}  // namespace harbor::sse
