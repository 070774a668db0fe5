#pragma once
// The sse worker put together: the event loop with its listener, connections, signals, the
// reader's results and the Redis subscriber, around the hub.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/service.h"
#include "core/unique_fd.h"
#include "redis/subscriber.h"
#include "sse/connection.h"
#include "sse/event_loop.h"
#include "sse/hub.h"
#include "sse/log_reader.h"

namespace harbor::sse {

/// A watcher that calls a function.
class Call final : public Watcher {
 public:
  explicit Call(std::function<void(std::uint32_t)> function) : function_(std::move(function)) {}
  void on_ready(std::uint32_t events) override { function_(events); }

 private:
  std::function<void(std::uint32_t)> function_;
};

class Server final : private Port, private Keeper {
 public:
  /// Opens the database and the listening socket; throws DatabaseError, std::system_error.
  explicit Server(const Config& config);
  ~Server();

  /// Serves until SIGTERM or SIGINT, then ends the streams; the exit code.
  int run();

 private:
  // Port
  bool ask(ReaderRequest request) override { return reader_.ask(std::move(request)); }
  void hold(const std::string& tenant) override;
  void release(const std::string& tenant) override;
  // Keeper
  void wants_flush(Connection& connection) override;
  void is_over(Connection& connection) override;

  redis::Subscriber::Surroundings surroundings();
  void turn();
  std::int64_t pause_ms() const;
  void accept();
  bool accept_one();
  void listen_again();
  void stop_listening();
  void on_signal();
  void begin_drain();
  void take_results();
  void flush_all();
  void give_up_slow_requests();
  void beat();
  void summarise();

  const Config config_;
  UniqueFd listener_;
  EventLoop loop_;
  SignalFd signals_;
  LogReader reader_;
  Hub hub_;
  redis::Subscriber subscriber_;

  Call on_accept_;
  Call on_signal_;
  Call on_results_;
  Call on_redis_;

  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> over_;  ///< destroyed at the end of the turn
  std::vector<Connection*> to_flush_;
  int redis_fd_ = -1;

  std::int64_t now_ms_ = 0;
  bool listening_ = false;
  bool draining_ = false;
  std::int64_t listen_again_ms_ = 0;
  std::int64_t sweep_at_ms_ = 0;
  std::int64_t drain_ends_ms_ = 0;
  std::int64_t beat_at_ms_ = 0;
  std::int64_t summary_at_ms_ = 0;
  Counters summarised_;
};

}  // namespace harbor::sse
