// The part of the hub that follows the log: see hub.h.

#include <algorithm>
#include <limits>

#include "core/json.h"
#include "core/log.h"
#include "core/mutant.h"
#include "sse/hub.h"

namespace harbor::sse {
namespace {

// A flood of what cannot be read makes one line of the log in so long.
constexpr std::int64_t kComplaintPauseMs = 5'000;

constexpr std::int64_t kFirstRetryMs = 50;
constexpr std::int64_t kLongestRetryMs = 5'000;
constexpr std::int64_t kLongestRetryDoublings = 7;

// The cursor of `{"cursor":"k3f9.1043","types":[…]}`.
std::optional<events::Cursor> cursor_of(std::string_view notification) {
  const auto document = parse_json(notification, 4);
  if (!document || !document->is_object()) return std::nullopt;
  const json::value* cursor = document->get_object().if_contains("cursor");
  if (cursor == nullptr || !cursor->is_string()) return std::nullopt;
  return events::parse_cursor({cursor->get_string().data(), cursor->get_string().size()});
}

// Dense: what the log promises. Anything else is treated as a gap, never passed over.
bool is_dense(const PageRead& result) {
  std::int64_t seq = result.after.seq;
  return std::all_of(result.page.events.begin(), result.page.events.end(),
                     [&](const events::Event& event) { return event.seq == ++seq; });
}

}  // namespace

void Hub::apply(TailRead& result) {
  apply(result.revocations);
  for (const auto& [id, head] : result.heads) {
    Tenant* const tenant = find_tenant(id);
    if (tenant != nullptr && !tenant->epoch.empty()) learn(*tenant, head);
  }
}

void Hub::notified(std::string_view id, std::string_view payload) {
  Tenant* const tenant = find_tenant(id);
  if (tenant == nullptr) return;
  const auto cursor = cursor_of(payload);
  if (!cursor) {
    if (now_ms_ >= complain_again_ms_) {
      log_warning("unreadable notification ignored", {{"tenant", id}, {"bytes", payload.size()}});
      complain_again_ms_ = now_ms_ + kComplaintPauseMs;
    }
    return;
  }
  ++tenant->announced;
  // The first snapshot is under way, or this is another life of the database: the page will tell.
  if (cursor->epoch != tenant->epoch) return look(*tenant);
  if (mutant("deliver_from_notification") && !tenant->feeds.empty()) {
    Feed& newest = tenant->feeds.rbegin()->second;
    if (cursor->seq > newest.position) move(newest, cursor->seq - 1);
  }
  raise(*tenant, cursor->seq);
}

void Hub::subscribed(std::string_view id) {
  Tenant* const tenant = find_tenant(id);
  if (tenant != nullptr) look(*tenant);
}

void Hub::apply(PageRead& result) {
  // First of all, and for every stream: what they take away must not be written any more.
  apply(result.page.revocations);
  Tenant* const tenant = find_tenant(result.tenant);
  if (tenant == nullptr) return;
  Feed* const feed = find_feed(*tenant, result.after);
  if (feed == nullptr) {
    // The page is nobody's any more, but its head is news.
    if (result.page.head) learn(*tenant, *result.page.head);
    return;
  }
  feed->reading = false;
  if (result.failed) return retry_later(*feed);
  feed->failures = 0;
  ++counters_.pages;
  if (!result.page.head) return end_tenant(*tenant);
  if (result.page.head->epoch != tenant->epoch) return begin_epoch(*tenant, *result.page.head);
  if (result.page.gap || !is_dense(result)) return resync_feed(*feed, *result.page.head);
  deliver_page(*feed, result);
}

void Hub::deliver_page(Feed& feed, const PageRead& result) {
  Tenant& tenant = feed.tenant;
  const events::Head& head = *result.page.head;
  const Delivered delivered = deliver(feed, result.page, queue_bytes_);
  counters_.events += delivered.events;
  counters_.frames += delivered.frames;
  const std::int64_t position = delivered.last_seq;
  const bool more = position < head.head;
  feed.not_before_ms = more ? now_ms_ : now_ms_ + config_.coalesce_ms;
  // Whoever announced more than there is was wrong; unless it was while this page was read. Only
  // ever down: up is raise()'s, which wakes the tenant's other feeds too.
  const bool quiet =
      tenant.known == feed.known_when_asked && tenant.announced == feed.announced_when_asked;
  if (!more && quiet) {
    tenant.known = std::min(tenant.known, head.head);
  }
  move(feed, position);
  for (Stream* const stream : delivered.overflowed) {
    ++counters_.overflows;
    part(*stream);
  }
  for (Stream* const stream : delivered.out_of_breath) park(*stream);
  learn(tenant, head);
  const auto there = tenant.feeds.find(position);
  if (there != tenant.feeds.end()) want(there->second);
}

void Hub::retry_later(Feed& feed) {
  ++counters_.read_failures;
  const std::int64_t doublings = std::min(feed.failures++, kLongestRetryDoublings);
  const std::int64_t pause = std::min(kFirstRetryMs << doublings, kLongestRetryMs);
  feed.not_before_ms = now_ms_ + pause;
  want(feed);
}

// The database was restored: every position of before means nothing now.
void Hub::begin_epoch(Tenant& tenant, const events::Head& head) {
  log_warning("the log has another epoch", {{"tenant", tenant.id}, {"epoch", head.epoch}});
  tenant.epoch = head.epoch;
  tenant.known = head.head;
  for (Stream* const stream : streams_of(tenant)) {
    const bool stands =
        stream->state == Stream::State::live || stream->state == Stream::State::parked;
    if (stands) begin_resync(*stream, ResyncReason::gap);
  }
}

void Hub::resync_feed(Feed& feed, const events::Head& head) {
  log_warning("a page cannot be continued", {{"tenant", feed.tenant.id},
                                             {"position", feed.position},
                                             {"floor", head.floor},
                                             {"head", head.head},
                                             {"streams", feed.streams.size()}});
  Tenant& tenant = feed.tenant;
  tenant.known = std::min(tenant.known, head.head);
  const std::vector<Stream*> streams = feed.streams;
  for (Stream* const stream : streams) begin_resync(*stream, ResyncReason::gap);
  learn(tenant, head);  // the feed may be gone by now; the others go on
}

void Hub::end_tenant(Tenant& tenant) {
  log_warning("the tenant is gone", {{"tenant", tenant.id}});
  for (Stream* const stream : streams_of(tenant)) end(*stream, Stream::End::reader_failed);
}

// A head as the reader saw it.
void Hub::learn(Tenant& tenant, const events::Head& head) {
  if (tenant.epoch.empty()) {
    tenant.epoch = head.epoch;
    tenant.known = head.head;
    if (tenant.look_again) look(tenant);
  } else if (tenant.epoch != head.epoch) {
    begin_epoch(tenant, head);
  } else {
    raise(tenant, head.head);
  }
}

void Hub::raise(Tenant& tenant, std::int64_t seq) {
  if (seq <= tenant.known) return;
  tenant.known = seq;
  for (auto& [position, feed] : tenant.feeds) want(feed);
}

// Believes in one event more than is known: the next page says how far the log reaches.
void Hub::look(Tenant& tenant) {
  tenant.look_again = tenant.epoch.empty();
  if (!tenant.look_again) raise(tenant, tenant.known + 1);
}

// Asks for the feed's next page, now or when its pause is over, if there is one and none is under
// way.
void Hub::want(Feed& feed) {
  if (feed.reading || feed.position >= feed.tenant.known) return;
  if (now_ms_ < feed.not_before_ms) return feed_timers_.set(feed, feed.not_before_ms);
  feed_timers_.cancel(feed);
  feed.reading = port_.ask(ReadPage{
      .tenant = feed.tenant.id, .after = {feed.tenant.epoch, feed.position}, .limit = page_});
  feed.known_when_asked = feed.tenant.known;
  feed.announced_when_asked = feed.tenant.announced;
  if (!feed.reading) {
    feed.not_before_ms = now_ms_ + kFirstRetryMs;
    feed_timers_.set(feed, feed.not_before_ms);
  }
}

Feed& Hub::move(Feed& feed, std::int64_t seq) {
  feed_timers_.cancel(feed);
  const auto there = feed.tenant.feeds.find(seq);
  if (there != feed.tenant.feeds.end()) feed_timers_.cancel(there->second);
  return feed.tenant.advance(feed, seq);
}

void Hub::join(Stream& stream, std::int64_t seq) {
  stream.state = Stream::State::live;
  Feed& feed = stream.tenant->feed_at(seq);
  enter(feed, stream);
  want(feed);
}

// Out of its feed, if it is in one; an empty feed goes.
void Hub::part(Stream& stream) {
  if (stream.feed == nullptr) return;
  Feed& feed = *stream.feed;
  leave(stream);
  if (!feed.streams.empty()) return;
  feed_timers_.cancel(feed);
  feed.tenant.drop(feed);
}

void Hub::park(Stream& stream) {
  if (stream.state != Stream::State::live) return;
  stream.position = stream.feed->position;
  stream.state = Stream::State::parked;
  part(stream);
}

Tenant* Hub::find_tenant(std::string_view id) {
  const auto found = tenants_.find(id);
  return found == tenants_.end() ? nullptr : found->second.get();
}

Feed* Hub::find_feed(Tenant& tenant, const events::Cursor& at) {
  if (at.epoch != tenant.epoch) return nullptr;
  const auto found = tenant.feeds.find(at.seq);
  return found == tenant.feeds.end() ? nullptr : &found->second;
}

std::vector<Stream*> Hub::streams_of(const Tenant& tenant) const {
  std::vector<Stream*> all;
  all.reserve(tenant.streams);
  for (const auto& [email, member] : tenant.members) {
    all.insert(all.end(), member.streams.begin(), member.streams.end());
  }
  return all;
}

}  // namespace harbor::sse
