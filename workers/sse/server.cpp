#include "sse/server.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "core/clock.h"
#include "core/log.h"

namespace harbor::sse {
namespace {

constexpr std::string_view kChannelPrefix = "harbor:tenant:";

// How many connections one turn accepts: streams already open are served in between.
constexpr int kAcceptsPerTurn = 128;

// A connection that brings no whole request for so long is given up; looked at this often.
constexpr std::int64_t kRequestDeadlineMs = 10'000;

// After this, what has not ended by itself ends with the process.
constexpr std::int64_t kDrainGraceMs = 2'000;

constexpr std::int64_t kSummaryMs = 60'000;
constexpr std::int64_t kAcceptPauseMs = 100;

// The reader may wait for the database's lock, and then read; longer than this it is stuck.
constexpr std::int64_t kReaderStuckMs = 15'000;

// Descriptors that are not streams: database, Redis, listener, and connections that are about to
// be refused.
constexpr std::int64_t kReservedFiles = 256;

// As many open files as the hard limit allows: a stream costs one, and the usual soft limit is
// 1,024, for programs that still call select(2).
std::int64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 30));
}

// A stream too many is refused in good order; a descriptor too many could not even be accepted.
Config within_open_files(Config config) {
  const std::int64_t files = raise_open_files();
  const std::int64_t room = std::max<std::int64_t>(files - kReservedFiles, 1);
  if (room < config.stream.per_worker) {
    log_warning("stream.per_worker is lowered to what the limit of open files leaves",
                {{"per_worker", room}, {"open_files", files}});
    config.stream.per_worker = room;
  }
  return config;
}

std::string channel_of(std::string_view tenant) {
  return std::string(kChannelPrefix) + std::string(tenant);
}

}  // namespace

Server::Server(const Config& config)
    : config_(within_open_files(config)),
      listener_(listening_socket(config.stream.listen)),
      reader_(config_),
      hub_(config_, *this),
      subscriber_({.socket = config.redis.socket,
                   .retry_ms = config.redis.retry_ms,
                   .timeout_ms = config.redis.timeout_ms},
                  surroundings()),
      on_accept_([this](std::uint32_t) { accept(); }),
      on_signal_([this](std::uint32_t) { on_signal(); }),
      on_results_([this](std::uint32_t) { take_results(); }),
      on_redis_([this](std::uint32_t) { subscriber_.on_ready(now_ms_); }) {
  loop_.add(signals_.fd(), EPOLLIN, on_signal_);
  loop_.add(reader_.fd(), EPOLLIN, on_results_);
}

// Connections go first: they tell the hub, and the hub tells the reader and the subscriber.
Server::~Server() {
  connections_.clear();
  over_.clear();
}

redis::Subscriber::Surroundings Server::surroundings() {
  redis::Subscriber::Surroundings around;
  around.watch = [this](int fd, bool also_writable) {
    const std::uint32_t events = also_writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (redis_fd_ == fd) return loop_.change(fd, events, on_redis_);
    redis_fd_ = fd;
    loop_.add(fd, events, on_redis_);
  };
  around.forget = [this](int fd) {
    loop_.remove(fd);
    redis_fd_ = -1;
  };
  around.message = [this](std::string_view channel, std::string_view payload) {
    if (channel.starts_with(kChannelPrefix)) {
      hub_.notified(channel.substr(kChannelPrefix.size()), payload);
    }
  };
  around.subscribed = [this](std::string_view channel) {
    if (channel.starts_with(kChannelPrefix)) {
      hub_.subscribed(channel.substr(kChannelPrefix.size()));
    }
  };
  return around;
}

int Server::run() {
  now_ms_ = steady_ms();
  hub_.at(now_ms_);
  listen_again();
  notify_ready();
  log_info("serving streams", {{"listen", config_.stream.listen}});
  while (!draining_ || (hub_.streams() > 0 && now_ms_ < drain_ends_ms_)) turn();
  log_info("ended", {{"streams_cut", hub_.streams()}});
  return kExitOk;
}

void Server::turn() {
  loop_.wait(pause_ms());
  now_ms_ = steady_ms();
  hub_.at(now_ms_);
  loop_.dispatch();
  // After the descriptors: an answer that has come is not late.
  hub_.on_time();
  subscriber_.on_time(now_ms_);
  if (now_ms_ >= sweep_at_ms_) give_up_slow_requests();
  if (now_ms_ >= listen_again_ms_) listen_again();
  beat();
  if (now_ms_ >= summary_at_ms_) summarise();
  flush_all();
  over_.clear();
}

std::int64_t Server::pause_ms() const {
  std::int64_t next = std::min(
      {hub_.next_time_ms(), subscriber_.next_time_ms(), sweep_at_ms_, summary_at_ms_, beat_at_ms_});
  if (draining_) next = std::min(next, drain_ends_ms_);
  if (!draining_ && !listening_) next = std::min(next, listen_again_ms_);
  return next - steady_ms();
}

void Server::accept() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    if (!accept_one()) return;
  }
}

// False if nobody waits, or no more can be taken now.
bool Server::accept_one() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) {
    if (errno == EAGAIN) return false;
    if (errno == EINTR || errno == ECONNABORTED) return true;
    // No descriptor or no memory left: those who wait can wait a little more.
    log_warning("cannot accept", {{"error", std::strerror(errno)}});
    stop_listening();
    listen_again_ms_ = now_ms_ + kAcceptPauseMs;
    return false;
  }
  try {
    Keeper& keeper = *this;
    auto connection = std::make_unique<Connection>(std::move(fd), loop_, hub_, keeper);
    connection->index = connections_.size();
    connection->accepted_ms = now_ms_;
    connections_.push_back(std::move(connection));
  } catch (const std::system_error& error) {
    log_warning("cannot take a connection", {{"error", error.what()}});
  }
  return true;
}

void Server::listen_again() {
  if (listening_ || draining_) return;
  loop_.add(listener_.get(), EPOLLIN, on_accept_);
  listening_ = true;
}

void Server::stop_listening() {
  if (!listening_) return;
  loop_.remove(listener_.get());
  listening_ = false;
}

void Server::on_signal() {
  switch (signals_.read()) {
    case SIGTERM:
    case SIGINT: return begin_drain();
    default: return;  // SIGHUP: there is nothing to read anew
  }
}

// The socket stays open: whoever connects meanwhile waits in its backlog for the next instance.
void Server::begin_drain() {
  if (draining_) return;
  notify_stopping();
  log_info("draining", {{"streams", hub_.streams()}});
  draining_ = true;
  drain_ends_ms_ = now_ms_ + config_.stream.drain_ms + kDrainGraceMs;
  stop_listening();
  hub_.drain();
}

void Server::take_results() {
  auto results = reader_.take_results();
  for (ReaderResult& result : results) hub_.take(result);
}

// Flushing can wake others, or the same one again.
void Server::flush_all() {
  while (!to_flush_.empty()) {
    for (Connection* const connection : std::exchange(to_flush_, {})) {
      connection->flush_wanted = false;
      connection->flush();
    }
  }
}

void Server::wants_flush(Connection& connection) {
  if (connection.flush_wanted) return;
  connection.flush_wanted = true;
  to_flush_.push_back(&connection);
}

void Server::is_over(Connection& connection) {
  const std::size_t index = connection.index;
  over_.push_back(std::move(connections_[index]));
  if (index + 1 != connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->index = index;
  }
  connections_.pop_back();
}

void Server::give_up_slow_requests() {
  sweep_at_ms_ = now_ms_ + kRequestDeadlineMs / 4;
  // Backwards: one that ends is replaced by the last, which has been looked at.
  for (std::size_t i = connections_.size(); i-- > 0;) {
    if (now_ms_ - connections_[i]->accepted_ms >= kRequestDeadlineMs) {
      connections_[i]->give_up_reading();
    }
  }
}

void Server::hold(const std::string& tenant) { subscriber_.subscribe(channel_of(tenant)); }

void Server::release(const std::string& tenant) { subscriber_.unsubscribe(channel_of(tenant)); }

// The supervisor hears from this program only while both threads move.
void Server::beat() {
  if (now_ms_ < beat_at_ms_) return;
  const std::int64_t interval = watchdog_interval_ms();
  beat_at_ms_ = interval > 0 ? now_ms_ + interval : kNever;
  const std::int64_t bound = kReaderStuckMs + config_.database.busy_timeout_ms;
  if (now_ms_ - reader_.last_beat_ms() < bound) {
    notify_watchdog();
  } else {
    log_error("the reader thread is stuck");
  }
}

void Server::summarise() {
  summary_at_ms_ = now_ms_ + kSummaryMs;
  const Counters& now = hub_.counters();
  if (now.opened == summarised_.opened && now.closed == summarised_.closed &&
      now.frames == summarised_.frames) {
    return;
  }
  log_info("summary", {{"streams", hub_.streams()},
                       {"opened", now.opened},
                       {"refused", now.refused},
                       {"replaced", now.replaced},
                       {"revoked", now.revoked},
                       {"overflows", now.overflows},
                       {"resyncs", now.resyncs},
                       {"stuck", now.stuck},
                       {"pages", now.pages},
                       {"events", now.events},
                       {"frames", now.frames},
                       {"heartbeats", now.heartbeats},
                       {"bytes", now.bytes},
                       {"read_failures", now.read_failures}});
  summarised_ = now;
}

}  // namespace harbor::sse
