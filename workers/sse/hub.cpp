#include "sse/hub.h"

#include <algorithm>

#include "core/clock.h"
#include "core/log.h"
#include "core/text.h"
#include "sse/fcgi_records.h"
#include "sse/sse_format.h"

namespace harbor::sse {
namespace {

void erase_one(std::vector<Stream*>& streams, const Stream& stream) {
  std::erase(streams, &stream);
}

}  // namespace

Hub::Hub(const Config& config, Port& port)
    : config_(config.stream),
      queue_bytes_(static_cast<std::size_t>(config.stream.queue)),
      // Pages of a size that deliver() does not have to cut: events of 2 KiB are rare.
      page_(std::clamp<std::int64_t>(config.stream.queue / 2048, 1, config.log.page)),
      port_(port),
      random_(std::random_device{}()),
      connect_tokens_(static_cast<double>(config.stream.connects.count)) {}

Hub::~Hub() = default;

std::variant<Stream*, Refusal> Hub::open(const Claims& claims, std::string_view request_id,
                                         Outlet& outlet, std::int64_t unix_now_ms) {
  const auto tenant = tenants_.find(claims.tenant);
  if (draining_ || !has_room(tenant == tenants_.end() ? nullptr : tenant->second.get())) {
    ++counters_.refused;
    return Refusal::capacity;
  }
  ++counters_.opened;
  Stream& stream = add_stream(claims, outlet);
  stream.request_id = request_id;
  stream.opened_at_ms = now_ms_;
  stream.ends_at_ms = now_ms_ + draw(config_.age.min_ms, config_.age.max_ms);
  const std::int64_t expires_at = now_ms_ + (claims.session_expires_at_ms - unix_now_ms);
  if (expires_at < stream.ends_at_ms) {
    stream.ends_at_ms = std::max(expires_at, now_ms_);
    stream.ends_with = Stream::End::expired;
  }
  replace_oldest(*stream.member, claims.streams_per_user);
  schedule(stream);
  if (!ask_snapshot(stream)) refuse_or_end(stream, Refusal::unavailable);
  return &stream;
}

bool Hub::has_room(const Tenant* tenant) {
  if (std::ssize(streams_) >= config_.per_worker) return false;
  if (tenant != nullptr && static_cast<std::int64_t>(tenant->streams) >= config_.per_tenant) {
    return false;
  }
  return take_connect_token();
}

// A bucket that holds one period's worth.
bool Hub::take_connect_token() {
  const auto count = static_cast<double>(config_.connects.count);
  const auto passed = static_cast<double>(now_ms_ - tokens_at_ms_);
  tokens_at_ms_ = now_ms_;
  connect_tokens_ += passed * count / static_cast<double>(config_.connects.per_ms);
  connect_tokens_ = std::min(connect_tokens_, count);
  if (connect_tokens_ < 1) return false;
  connect_tokens_ -= 1;
  return true;
}

Stream& Hub::add_stream(const Claims& claims, Outlet& outlet) {
  auto& tenant = tenants_[claims.tenant];
  if (!tenant) {
    tenant = std::make_unique<Tenant>(claims.tenant);
    port_.hold(tenant->id);
  }
  auto owned = std::make_unique<Stream>(++last_id_, outlet);
  Stream& stream = *owned;
  streams_.emplace(stream.id, std::move(owned));
  stream.tenant = tenant.get();
  stream.member = &tenant->member(claims.email);
  stream.member->streams.push_back(&stream);
  ++tenant->streams;
  stream.session = parse_id(claims.session).value_or(0);
  by_session_.emplace(stream.session, &stream);
  stream.session_expires_at_ms = claims.session_expires_at_ms;
  stream.authorised_revocation = claims.revocation;
  stream.joined = claims.joined;
  stream.cursor = claims.cursor;
  return stream;
}

void Hub::replace_oldest(MemberEntry& member, std::int64_t most) {
  const auto is_open = [](const Stream* stream) { return !stream->ending(); };
  auto open = std::count_if(member.streams.begin(), member.streams.end(), is_open);
  // More than one where the limit was lowered since.
  for (const auto allowed = most > 0 ? most : config_.per_user; open > allowed; --open) {
    ++counters_.replaced;
    end(**std::find_if(member.streams.begin(), member.streams.end(), is_open),
        Stream::End::replaced);
  }
}

bool Hub::ask_snapshot(Stream& stream) {
  return port_.ask(Register{.stream = stream.id,
                            .tenant = stream.tenant->id,
                            .email = std::string(stream.member->email),
                            .session = std::to_string(stream.session),
                            .authorised_revocation = stream.authorised_revocation});
}

void Hub::close(Stream& stream) {
  log_debug("stream closed", {{"request", stream.request_id},
                              {"tenant", stream.tenant->id},
                              {"user", stream.member->email},
                              {"why", stream.why_closed},
                              {"age_ms", now_ms_ - stream.opened_at_ms}});
  ++counters_.closed;
  part(stream);
  stream_timers_.cancel(stream);
  const auto [first, last] = by_session_.equal_range(stream.session);
  by_session_.erase(
      std::find_if(first, last, [&](const auto& entry) { return entry.second == &stream; }));
  Tenant& tenant = *stream.tenant;
  MemberEntry& member = *stream.member;
  erase_one(member.streams, stream);
  if (member.streams.empty()) tenant.members.erase(tenant.members.find(member.email));
  streams_.erase(stream.id);
  if (--tenant.streams > 0) return;
  port_.ask(Release{tenant.id});
  port_.release(tenant.id);
  tenants_.erase(tenants_.find(tenant.id));
}

void Hub::written(Stream& stream, std::size_t bytes) {
  counters_.bytes += static_cast<std::int64_t>(bytes);
  stream.begun = stream.begun || bytes > 0;
  const bool was_stuck = stream.stuck_since_ms != kNever;
  if (stream.outbox.empty()) {
    stream.stuck_since_ms = kNever;
  } else if (bytes > 0 || !was_stuck) {
    stream.stuck_since_ms = now_ms_;
  }
  if (stream.state == Stream::State::overflowed && stream.outbox.empty()) {
    begin_resync(stream, ResyncReason::overflow);
  } else if (stream.state == Stream::State::parked &&
             stream.outbox.bytes() <= breath_bytes(queue_bytes_)) {
    join(stream, stream.position);
  }
  if (was_stuck || stream.stuck_since_ms != kNever) schedule(stream);
}

void Hub::take(ReaderResult& result) {
  std::visit([this](auto& known) { apply(known); }, result);
}

void Hub::apply(Registered& result) {
  // Even if the stream is gone: the reader will not tell of this head again.
  Tenant* const tenant = find_tenant(result.tenant);
  if (tenant != nullptr && result.head) learn(*tenant, *result.head);
  const auto found = streams_.find(result.stream);
  if (found == streams_.end()) return;
  Stream& stream = *found->second;
  const bool waits =
      stream.state == Stream::State::registering || stream.state == Stream::State::resyncing;
  if (!waits) return;
  if (result.failed) return refuse_or_end(stream, Refusal::unavailable);
  if (result.revoked) return end(stream, Stream::End::revoked);
  if (!result.head) return refuse_or_end(stream, Refusal::unknown_tenant);
  stream.live_after = result.head->head;
  stream.queued = 0;
  if (stream.state == Stream::State::registering) {
    greet(stream, result);
  } else {
    resync(stream, result);
  }
}

// Without a snapshot: a new stream is refused, an old one ends and comes back from its cursor.
void Hub::refuse_or_end(Stream& stream, Refusal refusal) {
  if (stream.greeted) return end(stream, Stream::End::reader_failed);
  refuse(stream, refusal);
}

void Hub::refuse(Stream& stream, Refusal refusal) {
  ++counters_.refused;
  finish(stream, refusal_answer(refusal, stream.request_id), describe(refusal));
}

void Hub::greet(Stream& stream, const Registered& result) {
  const events::Head& head = *result.head;
  std::optional<events::Cursor> cursor;
  if (stream.cursor) cursor = events::parse_cursor(*stream.cursor);
  const bool continues = cursor && head.continues(*cursor);
  const std::int64_t from = continues ? cursor->seq : head.head;
  const std::string expires_at = rfc3339(stream.session_expires_at_ms);
  const Hello hello{.epoch = head.epoch,
                    .seq = from,
                    .behind = head.head - from,
                    .gap = stream.cursor.has_value() && !continues,
                    .counts = result.counts,
                    .heartbeat_ms = config_.heartbeat_ms,
                    .session_expires_at = expires_at};
  stream.cursor.reset();
  stream.greeted = true;
  stream.push(
      make_buffer(stdout_records(stream_head() + retry_field(draw_retry()) + hello_frame(hello))));
  stream.heartbeat_at_ms = now_ms_ + draw(config_.heartbeat_ms / 2, config_.heartbeat_ms);
  log_debug("stream open", {{"request", stream.request_id},
                            {"tenant", stream.tenant->id},
                            {"user", stream.member->email},
                            {"behind", hello.behind},
                            {"gap", hello.gap}});
  join(stream, from);
  schedule(stream);
}

void Hub::resync(Stream& stream, const Registered& result) {
  const events::Head& head = *result.head;
  ++counters_.resyncs;
  stream.push(make_buffer(
      stdout_records(resync_frame(head.epoch, head.head, stream.resync_reason, result.counts))));
  join(stream, head.head);
}

void Hub::begin_resync(Stream& stream, ResyncReason reason) {
  part(stream);
  stream.resync_reason = reason;
  stream.state = Stream::State::resyncing;
  if (!ask_snapshot(stream)) refuse_or_end(stream, Refusal::unavailable);
}

std::int64_t Hub::draw(std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(least, std::max(least, most))(random_);
}

std::int64_t Hub::draw_retry() { return draw(config_.retry.min_ms, config_.retry.max_ms); }

}  // namespace harbor::sse
