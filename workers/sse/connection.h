#pragma once
// One connection of nginx: first the request that it brings, then the stream that it carries.
// Non-blocking; whatever nginx or the reader behind it does, the worst outcome is its end.

#include <cstdint>
#include <memory>
#include <string>

#include "core/unique_fd.h"
#include "sse/event_loop.h"
#include "sse/fcgi_records.h"
#include "sse/hub.h"
#include "sse/stream.h"

namespace harbor::sse {

class Connection;

/// Who holds the connections.
class Keeper {
 public:
  /// To be flushed before the loop waits again. May be called again before that.
  virtual void wants_flush(Connection& connection) = 0;
  /// Is over: to be destroyed, but not before the end of the turn.
  virtual void is_over(Connection& connection) = 0;

 protected:
  ~Keeper() = default;
};

class Connection final : public Watcher, public Outlet {
 public:
  /// Watches the descriptor from now on. Throws std::system_error.
  Connection(UniqueFd fd, EventLoop& loop, Hub& hub, Keeper& keeper);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void on_ready(std::uint32_t events) override;
  void wake() override;

  /// Writes what the socket takes. Nothing after it is over.
  void flush();

  /// Ends it if its request has not arrived whole.
  void give_up_reading();

  /// True while the request is not yet complete.
  bool reading() const { return parser_ != nullptr; }

  // The keeper's notes.
  std::size_t index = 0;  ///< in its list
  bool flush_wanted = false;
  std::int64_t accepted_ms = 0;

 private:
  void receive();
  void serve();
  void answer(std::string_view text);
  std::size_t write_some();
  void watch_writable(bool writable);
  void close();

  UniqueFd fd_;
  EventLoop& loop_;
  Hub& hub_;
  Keeper& keeper_;
  std::unique_ptr<RequestParser> parser_;  ///< until the request is complete
  Stream* stream_ = nullptr;               ///< from then on; owned by the hub
  bool watching_writable_ = false;
  bool broken_ = false;  ///< writing failed for good
};

}  // namespace harbor::sse
