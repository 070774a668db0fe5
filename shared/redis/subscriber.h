#pragma once
// SUBSCRIBE on a connection of its own, driven by the caller's event loop: non-blocking socket,
// hiredis' reply reader, RESP2. hiredis' own asynchronous interface is not used: it swallows PING
// on subscribed connections and aborts on messages it does not know.
//
// The set of channels is kept over lost connections. A Redis that is gone, refuses or does not
// answer (PING with a deadline) is connected anew after a pause; messages sent meanwhile are
// lost, so callers must not rely on them. From `subscribed` on they are heard.
//
// One thread. Nothing blocks; nothing throws but for want of memory.

#include <hiredis/hiredis.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "core/unique_fd.h"

namespace harbor::redis {

class Subscriber {
 public:
  struct Settings {
    std::string socket;             ///< path of the unix socket
    std::int64_t retry_ms = 500;    ///< pause before connecting again
    std::int64_t timeout_ms = 250;  ///< longest wait for an answer
    std::int64_t ping_every_ms = 5'000;
  };

  /// What the surrounding loop does. `watch` is called with the descriptor and whether it should
  /// also wait for writability: first after a connect, then whenever that changes. `forget` is
  /// called before the descriptor is closed. `subscribed` is called once per channel and
  /// connection, when Redis has confirmed: what was published before was not heard.
  struct Surroundings {
    std::function<void(int fd, bool also_writable)> watch;
    std::function<void(int fd)> forget;
    std::function<void(std::string_view channel, std::string_view payload)> message;
    std::function<void(std::string_view channel)> subscribed;
  };

  Subscriber(Settings settings, Surroundings surroundings);
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  ~Subscriber();

  void subscribe(const std::string& channel);
  void unsubscribe(const std::string& channel);

  /// To be called when the descriptor is ready for anything, an error included.
  void on_ready(std::int64_t now_ms);

  /// To be called at next_time_ms() or later; the first call connects. Clock: steady_ms().
  void on_time(std::int64_t now_ms);
  std::int64_t next_time_ms() const { return next_time_ms_; }

  /// True while Redis answers.
  bool healthy() const { return healthy_; }

 private:
  struct ReaderDeleter {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  struct ReplyDeleter {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };
  using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

  void connect(std::int64_t now_ms);
  void disconnect(std::string_view why, std::int64_t now_ms);
  void ping(std::int64_t now_ms);
  void queue_all_channels();
  void flush(std::int64_t now_ms);
  bool send_unsent();
  void read(std::int64_t now_ms);
  bool take_replies(std::int64_t now_ms);
  void take(const redisReply& reply, std::int64_t now_ms);
  void answered(std::int64_t now_ms);

  const Settings settings_;
  const Surroundings surroundings_;
  std::set<std::string> channels_;

  UniqueFd fd_;
  std::unique_ptr<redisReader, ReaderDeleter> reader_;
  std::string unsent_;
  bool watching_writable_ = false;
  bool ping_open_ = false;
  bool healthy_ = false;
  bool complained_ = false;
  std::int64_t next_time_ms_ = 0;
};

}  // namespace harbor::redis
