#pragma once
// How often somebody may do something, exact across all workers: the counting is in Redis, in one
// script per try (redis/gcra.h says the rule). Without Redis each worker counts for itself, so the
// bound holds per worker and nothing fails; at most one try per retry pause waits for a Redis that
// does not answer.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/config.h"
#include "redis/gcra.h"

struct redisContext;

namespace harbor::redis {

class RateLimiter {
 public:
  explicit RateLimiter(const Config::Redis& config);
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;
  ~RateLimiter();

  /// One try of `subject` ("send:acme:bob@acme.example"). Thread-safe; waits at most
  /// redis.limit_timeout.
  Allowance take(const std::string& subject, Rate rate);

 private:
  struct ContextDeleter {
    void operator()(redisContext* context) const;
  };
  using ContextPtr = std::unique_ptr<redisContext, ContextDeleter>;

  bool may_ask();
  ContextPtr lend();
  void give_back(ContextPtr context);
  bool ask(redisContext& context, const std::string& subject, Rate rate, Allowance& allowance);
  bool try_redis(const std::string& subject, Rate rate, Allowance& allowance);
  Allowance take_here(const std::string& subject, Rate rate);
  void note_failure(const std::string& why);

  const Config::Redis config_;
  std::atomic<std::int64_t> closed_until_ms_{0};  ///< the breaker: nobody asks before this
  std::atomic<bool> failure_logged_{false};
  std::mutex mutex_;  ///< of what follows
  std::vector<ContextPtr> idle_;
  std::unordered_map<std::string, std::int64_t> arrivals_us_;  ///< where Redis is not asked
};

}  // namespace harbor::redis
