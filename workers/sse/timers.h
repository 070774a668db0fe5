#pragma once
// Deadlines of objects: at most one per object, earliest first. T has a member
// `std::int64_t due_ms` that only this class touches, initialised to kNever.

#include <cstdint>
#include <limits>
#include <set>
#include <utility>

namespace harbor::sse {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

template <class T>
class Timers {
 public:
  /// Moves the object's deadline; kNever takes it out.
  void set(T& item, std::int64_t due_ms) {
    if (item.due_ms == due_ms) return;
    cancel(item);
    item.due_ms = due_ms;
    if (due_ms != kNever) order_.emplace(due_ms, &item);
  }

  /// To be called before the object goes.
  void cancel(T& item) {
    if (item.due_ms != kNever) order_.erase({item.due_ms, &item});
    item.due_ms = kNever;
  }

  /// Takes out the earliest that is due, or nullptr.
  T* take_due(std::int64_t now_ms) {
    if (order_.empty() || order_.begin()->first > now_ms) return nullptr;
    T* const item = order_.begin()->second;
    cancel(*item);
    return item;
  }

  std::int64_t next_ms() const { return order_.empty() ? kNever : order_.begin()->first; }

 private:
  std::set<std::pair<std::int64_t, T*>> order_;
};

}  // namespace harbor::sse
