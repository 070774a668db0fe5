#include "redis/rate_limiter.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <algorithm>

#include "core/clock.h"
#include "core/log.h"

namespace harbor::redis {
namespace {

// gcra() in Lua, on Redis' own clock, which is the same for all workers. The answer: allowed,
// remaining, microseconds until all is there again, microseconds until the next is allowed.
constexpr const char* kScript = R"(
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local each, count = tonumber(ARGV[1]), tonumber(ARGV[2])
local whole = each * count
local arrival = tonumber(redis.call('GET', KEYS[1]) or now)
arrival = math.min(math.max(arrival, now), now + whole)
local wait = math.max(arrival + each - now - whole, 0)
if wait == 0 then arrival = arrival + each end
redis.call('SET', KEYS[1], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
if wait > 0 then return {0, 0, arrival - now, wait} end
return {1, math.floor((whole - (arrival - now)) / each), arrival - now, 0}
)";

constexpr std::size_t kAnswerParts = 4;

struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, ReplyDeleter>;

timeval to_timeval(std::int64_t ms) { return {ms / 1000, (ms % 1000) * 1000}; }

std::int64_t to_ms_up(std::int64_t us) { return (us + 999) / 1000; }

}  // namespace

void RateLimiter::ContextDeleter::operator()(redisContext* context) const { redisFree(context); }

RateLimiter::RateLimiter(const Config::Redis& config) : config_(config) {}

RateLimiter::~RateLimiter() = default;

Allowance RateLimiter::take(const std::string& subject, Rate rate) {
  Allowance allowance;
  if (may_ask() && try_redis(subject, rate, allowance)) return allowance;
  return take_here(subject, rate);
}

// While the breaker is closed nobody asks; when its pause is over, one try finds out and the
// others still count here.
bool RateLimiter::may_ask() {
  std::int64_t closed_until = closed_until_ms_;
  if (closed_until == 0) return true;
  const std::int64_t now = steady_ms();
  return now >= closed_until &&
         closed_until_ms_.compare_exchange_strong(closed_until, now + config_.retry_ms);
}

RateLimiter::ContextPtr RateLimiter::lend() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      ContextPtr context = std::move(idle_.back());
      idle_.pop_back();
      return context;
    }
  }
  ContextPtr context(
      redisConnectUnixWithTimeout(config_.socket.c_str(), to_timeval(config_.limit_timeout_ms)));
  if (context && context->err == 0)
    redisSetTimeout(context.get(), to_timeval(config_.limit_timeout_ms));
  return context;
}

void RateLimiter::give_back(ContextPtr context) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(context));
}

// A second time on another connection: Redis may have been restarted since this one was made. Not
// where it is stuck.
bool RateLimiter::try_redis(const std::string& subject, Rate rate, Allowance& allowance) {
  for (int round = 0; round < 2; ++round) {
    ContextPtr context = lend();
    const bool connected = context && context->err == 0;
    if (connected && ask(*context, subject, rate, allowance)) {
      give_back(std::move(context));
      closed_until_ms_ = 0;
      if (failure_logged_.exchange(false)) log_info("limits are counted in Redis again");
      return true;
    }
    const bool hung_up = connected && context->err == REDIS_ERR_EOF;
    if (!hung_up || round > 0) {
      note_failure(!context ? "out of memory" : context->err ? context->errstr : "script failed");
      return false;
    }
    const std::lock_guard lock(mutex_);
    idle_.clear();  // of the same age
  }
  return false;
}

bool RateLimiter::ask(redisContext& context, const std::string& subject, Rate rate,
                      Allowance& allowance) {
  const std::int64_t each_us = std::max<std::int64_t>(rate.per_ms * 1000 / rate.count, 1);
  const std::string key = "harbor:limit:" + subject;
  const std::string each = std::to_string(each_us), count = std::to_string(rate.count);
  // The text of the script each time: Redis forgets scripts when it restarts, and to look it up by
  // its digest saves less than a second try would cost.
  const ReplyPtr reply(
      static_cast<redisReply*>(redisCommand(&context, "EVAL %s 1 %b %s %s", kScript, key.data(),
                                            key.size(), each.c_str(), count.c_str())));
  if (!reply || reply->type != REDIS_REPLY_ARRAY || reply->elements != kAnswerParts) return false;
  const auto part = [&](std::size_t index) { return reply->element[index]->integer; };
  allowance = {part(0) == 1, rate.count, part(1), to_ms_up(part(2)), to_ms_up(part(3))};
  return true;
}

Allowance RateLimiter::take_here(const std::string& subject, Rate rate) {
  const std::int64_t now_us = steady_ms() * 1000;
  const std::lock_guard lock(mutex_);
  if (static_cast<std::int64_t>(arrivals_us_.size()) >= config_.queue) {
    std::erase_if(arrivals_us_, [&](const auto& entry) { return entry.second <= now_us; });
  }
  if (static_cast<std::int64_t>(arrivals_us_.size()) >= config_.queue &&
      !arrivals_us_.contains(subject)) {
    std::int64_t nobodys = 0;
    return gcra(nobodys, now_us, rate);
  }
  return gcra(arrivals_us_[subject], now_us, rate);
}

void RateLimiter::note_failure(const std::string& why) {
  closed_until_ms_ = steady_ms() + config_.retry_ms;
  if (failure_logged_.exchange(true)) return;
  log_warning("Redis cannot be reached; limits are counted per worker",
              {{"socket", config_.socket}, {"error", why}});
}

}  // namespace harbor::redis
