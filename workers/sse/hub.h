#pragma once
// What the sse worker is about: which stream gets which event. DESIGN section 5, "One path for
// live, replay and healing": a feed that stands before the end of its tenant's log asks the
// reader for the page after its position; when the page comes, its revocations are applied, its
// events go to the streams concerned, and the feed stands after them.
//
// Pure of sockets, threads and the database: requests leave through the Port, results come back
// through take(). One thread. `at()` sets the time before each turn.

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/config.h"
#include "sse/claims.h"
#include "sse/counters.h"
#include "sse/delivery.h"
#include "sse/reader_messages.h"
#include "sse/stream.h"
#include "sse/tenant.h"
#include "sse/timers.h"

namespace harbor::sse {

/// What the hub needs of the world.
class Port {
 public:
  /// To the reader thread. Never blocks; false if it cannot take it now.
  virtual bool ask(ReaderRequest request) = 0;
  /// The tenant's first stream came, its last one went.
  virtual void hold(const std::string& tenant) = 0;
  virtual void release(const std::string& tenant) = 0;

 protected:
  ~Port() = default;
};

class Hub {
 public:
  Hub(const Config& config, Port& port);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  /// The time, of the steady clock; before anything else in a turn of the loop.
  void at(std::int64_t now_ms) { now_ms_ = now_ms; }

  /// A new stream, which will write its answer, or its refusal, to `outlet`; or a refusal that
  /// the caller answers. The stream lives until close(); `outlet` must live as long.
  std::variant<Stream*, Refusal> open(const Claims& claims, std::string_view request_id,
                                      Outlet& outlet, std::int64_t unix_now_ms);

  /// The connection is gone, or to be closed: the stream with it.
  void close(Stream& stream);

  /// The outlet has tried to write; `bytes` have left the outbox.
  void written(Stream& stream, std::size_t bytes);

  void take(ReaderResult& result);

  /// A notification of Redis for this tenant, as it came.
  void notified(std::string_view tenant, std::string_view payload);

  /// From now on notifications for this tenant are heard; those of before may have been missed.
  void subscribed(std::string_view tenant);

  /// To be called at next_time_ms() or later.
  void on_time();
  std::int64_t next_time_ms() const;

  /// From now on nothing is opened; all streams end within the configured time.
  void drain();

  std::size_t streams() const { return streams_.size(); }
  const Counters& counters() const { return counters_; }

 private:
  // hub.cpp: the life of a stream
  bool has_room(const Tenant* tenant);
  bool take_connect_token();
  Stream& add_stream(const Claims& claims, Outlet& outlet);
  void replace_oldest(MemberEntry& member, std::int64_t most);
  bool ask_snapshot(Stream& stream);
  void apply(Registered& result);
  void refuse_or_end(Stream& stream, Refusal refusal);
  void refuse(Stream& stream, Refusal refusal);
  void greet(Stream& stream, const Registered& result);
  void resync(Stream& stream, const Registered& result);
  void begin_resync(Stream& stream, ResyncReason reason);
  std::int64_t draw(std::int64_t least, std::int64_t most);
  std::int64_t draw_retry();

  // hub_ends.cpp: how streams end
  void end(Stream& stream, Stream::End reason);
  void give_up(Stream& stream, std::string_view why);
  void finish(Stream& stream, std::string_view text, std::string_view why);
  void apply(const std::vector<events::Revocation>& revocations);
  void apply(const events::Revocation& revocation);
  void tick(Stream& stream);
  void heartbeat(Stream& stream);
  void schedule(Stream& stream);

  // hub_feeds.cpp: feeds and pages
  void apply(PageRead& result);
  void apply(TailRead& result);
  void deliver_page(Feed& feed, const PageRead& result);
  void retry_later(Feed& feed);
  void begin_epoch(Tenant& tenant, const events::Head& head);
  void resync_feed(Feed& feed, const events::Head& head);
  void end_tenant(Tenant& tenant);
  void learn(Tenant& tenant, const events::Head& head);
  void raise(Tenant& tenant, std::int64_t seq);
  void look(Tenant& tenant);
  void want(Feed& feed);
  Feed& move(Feed& feed, std::int64_t seq);
  void join(Stream& stream, std::int64_t seq);
  void part(Stream& stream);
  void park(Stream& stream);
  Tenant* find_tenant(std::string_view id);
  static Feed* find_feed(Tenant& tenant, const events::Cursor& at);
  std::vector<Stream*> streams_of(const Tenant& tenant) const;

  const Config::Stream config_;
  const std::size_t queue_bytes_;
  const std::int64_t page_;
  Port& port_;
  std::mt19937_64 random_;
  std::int64_t now_ms_ = 0;
  bool draining_ = false;

  StreamId last_id_ = 0;
  std::unordered_map<StreamId, std::unique_ptr<Stream>> streams_;
  std::unordered_multimap<std::int64_t, Stream*> by_session_;
  TextMap<std::unique_ptr<Tenant>> tenants_;
  Timers<Stream> stream_timers_;
  Timers<Feed> feed_timers_;
  double connect_tokens_;
  std::int64_t tokens_at_ms_ = 0;
  std::int64_t complain_again_ms_ = 0;
  Counters counters_;
};

}  // namespace harbor::sse
