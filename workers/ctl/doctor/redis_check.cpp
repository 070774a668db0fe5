// Redis, over the socket that the workers use: an answer, and an announcement's way there and back
// on a channel that nobody else listens to.

#include <hiredis/hiredis.h>

#include <memory>

#include "core/clock.h"
#include "core/text.h"
#include "ctl/doctor/families.h"

namespace harbor::ctl::doctor {
namespace {

constexpr const char* kHelp =
    "systemctl status harbor-redis; meanwhile streams see events about 100 ms later";

struct ContextDeleter {
  void operator()(redisContext* context) const { redisFree(context); }
};
struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Reply = std::unique_ptr<redisReply, ReplyDeleter>;

// What went wrong, as a line for people.
class RedisTrouble : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Redis {
 public:
  explicit Redis(const Examination& examination) {
    const std::int64_t ms = examination.timeout_ms / 4;
    const timeval timeout{ms / 1000, ms % 1000 * 1000};
    context_.reset(redisConnectUnixWithTimeout(examination.config.redis.socket.c_str(), timeout));
    if (!context_ || context_->err != 0) fail();
    redisSetTimeout(context_.get(), timeout);
  }

  Reply ask(const char* verb, const std::string& first = {}, const std::string& second = {}) {
    const char* words[] = {verb, first.c_str(), second.c_str()};
    const int count = 1 + static_cast<int>(!first.empty()) + static_cast<int>(!second.empty());
    Reply reply(static_cast<redisReply*>(redisCommandArgv(context_.get(), count, words, nullptr)));
    if (!reply) fail();
    if (reply->type == REDIS_REPLY_ERROR) throw RedisTrouble(reply->str);
    return reply;
  }

  /// The next message of a channel.
  Reply receive() {
    void* reply = nullptr;
    if (redisGetReply(context_.get(), &reply) != REDIS_OK) fail();
    return Reply(static_cast<redisReply*>(reply));
  }

 private:
  [[noreturn]] void fail() const {
    throw RedisTrouble(context_ ? context_->errstr : "out of memory");
  }

  std::unique_ptr<redisContext, ContextDeleter> context_;
};

bool carries(const redisReply& message, const std::string& text) {
  return message.type == REDIS_REPLY_ARRAY && message.elements == 3 &&
         message.element[2]->type == REDIS_REPLY_STRING && message.element[2]->str == text;
}

void announce_and_hear(Redis& listener, Redis& speaker) {
  const std::string channel = "harbor:doctor:" + random_word(16);
  listener.ask("SUBSCRIBE", channel);
  if (speaker.ask("PUBLISH", channel, channel)->integer != 1) {
    throw RedisTrouble("an announcement found no listener");
  }
  if (!carries(*listener.receive(), channel)) {
    throw RedisTrouble("another announcement came than was made");
  }
}

}  // namespace

Findings check_redis(const Examination& examination) {
  const std::string& socket = examination.config.redis.socket;
  try {
    Redis listener(examination);
    Redis speaker(examination);
    const std::int64_t begin = steady_ms();
    speaker.ask("PING");
    const std::int64_t ping_ms = steady_ms() - begin;
    announce_and_hear(listener, speaker);
    const std::string detail =
        socket + ", PING in " + std::to_string(ping_ms) + " ms, an announcement arrives";
    if (ping_ms <= examination.config.redis.timeout_ms) return {well("redis", detail)};
    return {
        warning("redis", detail, "the workers give up after redis.timeout: what keeps it busy?")};
  } catch (const RedisTrouble& trouble) {
    return {unreachable("redis", socket + ": " + trouble.what(), kHelp)};
  }
}

}  // namespace harbor::ctl::doctor
