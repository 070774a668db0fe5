#include "redis/publisher.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>

#include "core/clock.h"
#include "core/json.h"
#include "core/log.h"

namespace harbor::redis {
namespace {

struct ReplyDeleter {
  void operator()(void* reply) const { freeReplyObject(reply); }
};

// True where the other end is gone, which a Redis that was restarted is; not where it is silent.
bool has_hung_up(const redisContext& context, int error) {
  return context.err == REDIS_ERR_EOF ||
         (context.err == REDIS_ERR_IO && (error == EPIPE || error == ECONNRESET));
}

timeval to_timeval(std::int64_t ms) { return {ms / 1000, (ms % 1000) * 1000}; }

void merge(events::Announcement& into, const events::Announcement& from) {
  const bool newer = from.cursor.epoch != into.cursor.epoch || from.cursor.seq > into.cursor.seq;
  if (newer) into.cursor = from.cursor;
  for (const std::string& type : from.types) {
    if (std::find(into.types.begin(), into.types.end(), type) == into.types.end()) {
      into.types.push_back(type);
    }
  }
}

}  // namespace

void Publisher::ContextDeleter::operator()(redisContext* context) const { redisFree(context); }

Publisher::Publisher(const Config::Redis& config) : config_(config), thread_([this] { run(); }) {}

Publisher::~Publisher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  came_.notify_all();
  thread_.join();
}

void Publisher::announce(const events::Announcement& announcement) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(announcement.tenant);
    if (found != waiting_.end()) {
      merge(found->second, announcement);
    } else if (static_cast<std::int64_t>(waiting_.size()) < config_.queue) {
      waiting_.emplace(announcement.tenant, announcement);
    }
  }
  came_.notify_one();
}

bool Publisher::wait_for_work(Waiting& work) {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, std::chrono::milliseconds(config_.retry_ms),
                 [this] { return stopping_ || !waiting_.empty(); });
  work.swap(waiting_);
  return !stopping_ || !work.empty();
}

void Publisher::run() {
  // What /readyz says is known from the start, not after the first pause.
  ask("PING", {}, {});
  for (Waiting work; wait_for_work(work); work.clear()) {
    if (steady_ms() < closed_until_ms_) continue;
    if (work.empty()) {
      ask("PING", {}, {});
    } else {
      publish(work);
    }
  }
}

bool Publisher::connect() {
  if (context_) return true;
  context_.reset(
      redisConnectUnixWithTimeout(config_.socket.c_str(), to_timeval(config_.timeout_ms)));
  if (!context_ || context_->err != 0) {
    note_failure(context_ ? context_->errstr : "out of memory");
    return false;
  }
  redisSetTimeout(context_.get(), to_timeval(config_.timeout_ms));
  return true;
}

void Publisher::publish(const Waiting& work) {
  for (const auto& [tenant, announcement] : work) {
    if (!ask("PUBLISH", tenant_channel(tenant), notification_json(announcement))) return;
  }
}

// Once more on a new connection where the old one has hung up: Redis may have been restarted. Not
// where it is stuck.
bool Publisher::ask(const std::string& verb, const std::string& channel, const std::string& text) {
  bool hung_up = false;
  if (!connect()) return false;
  if (command(verb, channel, text, hung_up)) return true;
  if (!hung_up || !connect()) return false;
  if (command(verb, channel, text, hung_up)) return true;
  if (hung_up) note_failure("it hangs up");
  return false;
}

bool Publisher::command(const std::string& verb, const std::string& channel,
                        const std::string& text, bool& hung_up) {
  const char* words[] = {verb.c_str(), channel.c_str(), text.c_str()};
  const std::size_t sizes[] = {verb.size(), channel.size(), text.size()};
  const int count = channel.empty() ? 1 : 3;
  const std::unique_ptr<void, ReplyDeleter> reply(
      redisCommandArgv(context_.get(), count, words, sizes));
  const int error = errno;
  const auto* answer = static_cast<const redisReply*>(reply.get());
  if (answer != nullptr && answer->type != REDIS_REPLY_ERROR) {
    note_success();
    return true;
  }
  hung_up = answer == nullptr && has_hung_up(*context_, error);
  const std::string why = answer != nullptr ? answer->str : context_->errstr;
  context_.reset();
  if (!hung_up) note_failure(why);
  return false;
}

void Publisher::note_failure(const std::string& why) {
  context_.reset();
  closed_until_ms_ = steady_ms() + config_.retry_ms;
  reachable_ = false;
  if (failure_logged_) return;
  failure_logged_ = true;
  log_warning("Redis cannot be reached; streams watch the log instead",
              {{"socket", config_.socket}, {"error", why}});
}

void Publisher::note_success() {
  reachable_ = true;
  if (!failure_logged_) return;
  failure_logged_ = false;
  log_info("Redis is reached again", {{"socket", config_.socket}});
}

std::string notification_json(const events::Announcement& announcement) {
  json::array types;
  for (const std::string& type : announcement.types) types.emplace_back(type);
  return json::serialize(json::object{{"cursor", events::format_cursor(announcement.cursor)},
                                      {"types", std::move(types)}});
}

std::string tenant_channel(std::string_view tenant) {
  return "harbor:tenant:" + std::string(tenant);
}

}  // namespace harbor::redis
