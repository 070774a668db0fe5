#pragma once
// Announces commits to Redis: PUBLISH harbor:tenant:<id> {"cursor": "k3f9.1043", "types": […]}.
// A thread of its own with one synchronous connection; what waits for the same tenant is merged
// into the newest cursor. Redis that is down or stuck holds up nobody: after one failed try all
// is dropped until the retry pause is over, and the streams find the events in the log.

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/config.h"
#include "events/append.h"

struct redisContext;

namespace harbor::redis {

class Publisher {
 public:
  explicit Publisher(const Config::Redis& config);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher();

  /// Never waits. Thread-safe.
  void announce(const events::Announcement& announcement);

  /// As the last try said; tried again once per retry pause also when nothing is announced.
  bool is_reachable() const { return reachable_; }

 private:
  struct ContextDeleter {
    void operator()(redisContext* context) const;
  };
  using Waiting = std::map<std::string, events::Announcement>;

  void run();
  bool wait_for_work(Waiting& work);
  bool connect();
  bool ask(const std::string& verb, const std::string& channel, const std::string& text);
  bool command(const std::string& verb, const std::string& channel, const std::string& text,
               bool& hung_up);
  void publish(const Waiting& work);
  void note_failure(const std::string& why);
  void note_success();

  const Config::Redis config_;
  std::unique_ptr<redisContext, ContextDeleter> context_;
  std::int64_t closed_until_ms_ = 0;  ///< the breaker: no try before this
  std::atomic<bool> reachable_{false};
  bool failure_logged_ = false;

  std::mutex mutex_;
  std::condition_variable came_;
  Waiting waiting_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

/// The notification's text.
std::string notification_json(const events::Announcement& announcement);

/// "harbor:tenant:" + id.
std::string tenant_channel(std::string_view tenant);

}  // namespace harbor::redis
