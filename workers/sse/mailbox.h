#pragma once
// A bounded queue from one thread to another. The taking side waits either here (pop_until) or in
// an event loop, on fd(), which is readable while something may be there.
//
// Every function may be called by any thread. After close() nothing more gets in, and whoever
// waits is woken; what is inside can still be taken.

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "core/unique_fd.h"

namespace harbor::sse {

template <class T>
class Mailbox {
 public:
  /// Throws std::system_error if the kernel has no descriptor left.
  explicit Mailbox(std::size_t capacity)
      : capacity_(capacity), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!event_) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  /// Waits while the box is full; false if it is closed.
  bool push(T item) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || items_.size() < capacity_; });
    return put(lock, std::move(item));
  }

  /// Never waits; false, and nothing has happened, if the box is full or closed.
  bool try_push(T item) {
    std::unique_lock lock(mutex_);
    if (items_.size() >= capacity_) return false;
    return put(lock, std::move(item));
  }

  /// The oldest item; nothing if none came by `deadline` or the box is closed and empty.
  std::optional<T> pop_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [this] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return item;
  }

  /// Everything there is, oldest first, without waiting. Makes fd() unreadable.
  std::deque<T> take_all() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
    std::deque<T> taken;
    {
      const std::lock_guard lock(mutex_);
      taken.swap(items_);
    }
    changed_.notify_all();
    return taken;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    ring();
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

  int fd() const { return event_.get(); }

 private:
  bool put(std::unique_lock<std::mutex>& lock, T item) {
    if (closed_) return false;
    const bool was_empty = items_.empty();
    items_.push_back(std::move(item));
    lock.unlock();
    changed_.notify_all();
    // The taker empties the box after reading the descriptor, so one ring per filling is enough.
    if (was_empty) ring();
    return true;
  }

  void ring() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
  }

  const std::size_t capacity_;
  UniqueFd event_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace harbor::sse
