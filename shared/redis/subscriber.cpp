#include "redis/subscriber.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "core/log.h"

namespace harbor::redis {
namespace {

// A notification is some hundred bytes; a reply that grows beyond this is none of ours.
constexpr std::size_t kLongestReply = 1 << 20;

void append_word(std::string& out, std::string_view word) {
  out += "$" + std::to_string(word.size()) + "\r\n";
  out += word;
  out += "\r\n";
}

void append_command(std::string& out, std::string_view command, std::string_view argument) {
  out += "*2\r\n";
  append_word(out, command);
  append_word(out, argument);
}

std::string_view text_of(const redisReply& reply) {
  if (reply.type != REDIS_REPLY_STRING && reply.type != REDIS_REPLY_STATUS) return {};
  return {reply.str, static_cast<std::size_t>(reply.len)};
}

// A connected non-blocking socket; none, with errno set, if there is nobody.
UniqueFd connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return {};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return {};
  // A unix socket connects at once or fails; a full backlog is EAGAIN.
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fd.get(), generic, sizeof address) != 0) return {};
  return fd;
}

}  // namespace

Subscriber::Subscriber(Settings settings, Surroundings surroundings)
    : settings_(std::move(settings)), surroundings_(std::move(surroundings)) {}

Subscriber::~Subscriber() {
  if (fd_) surroundings_.forget(fd_.get());
}

void Subscriber::subscribe(const std::string& channel) {
  if (!channels_.insert(channel).second || !fd_) return;
  append_command(unsent_, "SUBSCRIBE", channel);
  send_unsent();  // a failure is seen by on_ready: the descriptor hangs up
}

void Subscriber::unsubscribe(const std::string& channel) {
  if (channels_.erase(channel) == 0 || !fd_) return;
  append_command(unsent_, "UNSUBSCRIBE", channel);
  send_unsent();
}

void Subscriber::on_ready(std::int64_t now_ms) {
  if (!fd_) return;
  read(now_ms);
  if (fd_) flush(now_ms);
}

void Subscriber::on_time(std::int64_t now_ms) {
  if (now_ms < next_time_ms_) return;
  if (!fd_) {
    connect(now_ms);
  } else if (ping_open_) {
    disconnect("no answer", now_ms);
  } else {
    ping(now_ms);
  }
}

void Subscriber::connect(std::int64_t now_ms) {
  fd_ = connect_unix(settings_.socket);
  if (!fd_) {
    disconnect(std::strerror(errno), now_ms);
    return;
  }
  reader_.reset(redisReaderCreate());
  watching_writable_ = false;
  surroundings_.watch(fd_.get(), false);
  queue_all_channels();
  ping(now_ms);
}

void Subscriber::disconnect(std::string_view why, std::int64_t now_ms) {
  if (!complained_) log_warning("redis is gone: streams follow the log alone", {{"why", why}});
  complained_ = true;
  healthy_ = false;
  ping_open_ = false;
  if (fd_) surroundings_.forget(fd_.get());
  fd_.reset();
  reader_.reset();
  unsent_.clear();
  next_time_ms_ = now_ms + settings_.retry_ms;
}

void Subscriber::ping(std::int64_t now_ms) {
  unsent_ += "*1\r\n$4\r\nPING\r\n";
  ping_open_ = true;
  next_time_ms_ = now_ms + settings_.timeout_ms;
  flush(now_ms);
}

void Subscriber::queue_all_channels() {
  unsent_.clear();
  for (const std::string& channel : channels_) append_command(unsent_, "SUBSCRIBE", channel);
}

void Subscriber::flush(std::int64_t now_ms) {
  if (!send_unsent()) disconnect(std::strerror(errno), now_ms);
}

// False, with errno, if the connection is broken.
bool Subscriber::send_unsent() {
  while (!unsent_.empty()) {
    const auto sent = ::send(fd_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) break;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (watching_writable_ == unsent_.empty()) {
    watching_writable_ = !unsent_.empty();
    surroundings_.watch(fd_.get(), watching_writable_);
  }
  return true;
}

void Subscriber::read(std::int64_t now_ms) {
  char bytes[16'384];
  while (fd_) {
    const auto got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) return disconnect(std::strerror(errno), now_ms);
    if (got == 0) return disconnect("connection closed", now_ms);
    if (redisReaderFeed(reader_.get(), bytes, static_cast<std::size_t>(got)) != REDIS_OK ||
        !take_replies(now_ms)) {
      return disconnect("unreadable reply", now_ms);
    }
  }
}

// False if the stream of replies is broken.
bool Subscriber::take_replies(std::int64_t now_ms) {
  while (reader_) {
    void* raw = nullptr;
    if (redisReaderGetReply(reader_.get(), &raw) != REDIS_OK) return false;
    if (raw == nullptr) return reader_->len - reader_->pos <= kLongestReply;
    const Reply reply(static_cast<redisReply*>(raw));
    take(*reply, now_ms);
  }
  return true;
}

// RESP2 while subscribed: ["message", channel, payload], ["subscribe", channel, count],
// ["pong", ""]; before the first subscription PING is answered by +PONG.
void Subscriber::take(const redisReply& reply, std::int64_t now_ms) {
  if (reply.type == REDIS_REPLY_ERROR) {
    if (!complained_) log_warning("redis refuses a command", {{"error", reply.str}});
    return;
  }
  if (text_of(reply) == "PONG") return answered(now_ms);
  if (reply.type != REDIS_REPLY_ARRAY || reply.elements < 2) return;
  const std::string_view kind = text_of(*reply.element[0]);
  if (kind == "pong") return answered(now_ms);
  if (kind == "message" && reply.elements == 3) {
    surroundings_.message(text_of(*reply.element[1]), text_of(*reply.element[2]));
  }
  if (kind == "subscribe") surroundings_.subscribed(text_of(*reply.element[1]));
}

void Subscriber::answered(std::int64_t now_ms) {
  ping_open_ = false;
  next_time_ms_ = now_ms + settings_.ping_every_ms;
  if (!healthy_) log_info("redis answers", {{"channels", channels_.size()}});
  healthy_ = true;
  complained_ = false;
}

}  // namespace harbor::redis
