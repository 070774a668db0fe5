#pragma once
// The client's event loop: epoll, edge-triggered, connections to 127.0.0.1, and one timer.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/unique_fd.h"
#include "response_reader.h"

namespace harbor::bench {

class Connection;

/// Whoever the answers of a connection are for.
class Owner {
 public:
  /// Bytes came, at `at_ns`; `connection.answer()` has taken them.
  virtual void on_bytes(Connection& connection, std::int64_t at_ns) = 0;

 protected:
  ~Owner() = default;
};

class Loop {
 public:
  Loop();

  /// Turns until `done` is true, which is asked after each turn; `on_time` is called whenever the
  /// time set by wake_at has come.
  template <class Done, class OnTime>
  void run(Done done, OnTime on_time) {
    while (!done()) {
      if (turn()) on_time();
    }
  }

  /// CLOCK_MONOTONIC; replaces what was set before. In the past: at once.
  void wake_at(std::int64_t at_ns) const;

 private:
  friend class Connection;
  bool turn();

  UniqueFd epoll_;
  UniqueFd timer_;
};

/// A kept-alive connection with at most one request under way; made anew when the server ends it
/// between two. Stays where it was made: the loop knows it by its address.
class Connection {
 public:
  /// Connects, now and whenever it sends after the server's end. Throws Failure.
  Connection(Loop& loop, int port, Owner& owner, std::size_t number);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends a whole request; the answer before must be complete.
  void send(std::string_view request);

  ResponseReader& answer() { return answer_; }
  /// What its owner calls it.
  std::size_t number() const { return number_; }

 private:
  friend class Loop;
  void connect();
  void on_ready(std::uint32_t events);
  bool receive();
  void flush();

  Loop& loop_;
  const int port_;
  Owner& owner_;
  const std::size_t number_;
  UniqueFd socket_;
  std::string unsent_;
  ResponseReader answer_;
};

}  // namespace harbor::bench
