// The part of the hub that ends streams: by time, revocation, silence or drain. See hub.h.

#include <algorithm>
#include <array>

#include "core/text.h"
#include "sse/fcgi_records.h"
#include "sse/hub.h"
#include "sse/sse_format.h"

namespace harbor::sse {
namespace {

// A person who may not come back, or who has newer streams, is not to try again soon.
constexpr std::int64_t kLongRetryMs = 600'000;

struct EndRow {
  Stream::End end;
  std::optional<ByeReason> bye;  ///< none: the stream just ends, to be opened again
  bool long_retry;
  std::string_view why;  ///< in the log
};

constexpr std::array<EndRow, 6> kEnds{{
    {Stream::End::age, ByeReason::drain, false, "age"},
    {Stream::End::expired, ByeReason::expired, false, "session expired"},
    {Stream::End::drain, ByeReason::drain, false, "drain"},
    {Stream::End::replaced, ByeReason::replaced, true, "replaced"},
    {Stream::End::revoked, ByeReason::revoked, true, "revoked"},
    {Stream::End::reader_failed, std::nullopt, false, "database unreadable"},
}};

const EndRow& row_of(Stream::End end) {
  return *std::find_if(kEnds.begin(), kEnds.end(),
                       [&](const EndRow& row) { return row.end == end; });
}

}  // namespace

void Hub::end(Stream& stream, Stream::End reason) {
  const EndRow& row = row_of(reason);
  if (reason == Stream::End::revoked) {
    // Nothing that was still to be written may be seen any more, be it already ending.
    const bool dropped = stream.outbox.drop_unwritten();
    if (stream.ending() && !dropped) return;
    ++counters_.revoked;
    if (!stream.begun) return refuse(stream, Refusal::revoked);
  } else if (stream.ending()) {
    return;
  }
  std::string text = stream.greeted ? "" : stream_head();
  const std::int64_t retry_ms = draw_retry() + (row.long_retry ? kLongRetryMs : 0);
  text += row.bye ? bye_frame(*row.bye, retry_ms) : retry_field(retry_ms) + "\n";
  finish(stream, text, row.why);
}

// The last of the answer. The connection closes when it has left.
void Hub::finish(Stream& stream, std::string_view text, std::string_view why) {
  part(stream);
  stream.state = Stream::State::closing;
  stream.why_closed = why;
  stream.greeted = true;
  stream.push(make_buffer(stdout_records(text) + end_records()));
  schedule(stream);
}

// Without another byte.
void Hub::give_up(Stream& stream, std::string_view why) {
  part(stream);
  stream.state = Stream::State::dead;
  stream.why_closed = why;
  stream_timers_.cancel(stream);
  stream.outlet.wake();
}

void Hub::apply(const std::vector<events::Revocation>& revocations) {
  for (const events::Revocation& revocation : revocations) apply(revocation);
}

void Hub::apply(const events::Revocation& revocation) {
  std::vector<Stream*> concerned;
  const auto consider = [&](Stream* stream) {
    // One that was authorised after the revocation has a right of its own.
    const bool newer = revocation.id > stream->authorised_revocation;
    if (newer && revocation.concerns(stream->member->email, std::to_string(stream->session),
                                     stream->tenant->id)) {
      concerned.push_back(stream);
    }
  };
  if (revocation.kind == events::Revocation::Kind::session) {
    const auto [first, last] = by_session_.equal_range(parse_id(revocation.subject).value_or(-1));
    std::for_each(first, last, [&](const auto& entry) { consider(entry.second); });
  } else {
    for (const auto& [id, tenant] : tenants_) {
      const MemberEntry* member = tenant->find_member(revocation.subject);
      if (member == nullptr) continue;
      std::for_each(member->streams.begin(), member->streams.end(), consider);
    }
  }
  for (Stream* const stream : concerned) end(*stream, Stream::End::revoked);
}

void Hub::on_time() {
  while (Stream* const stream = stream_timers_.take_due(now_ms_)) tick(*stream);
  while (Feed* const feed = feed_timers_.take_due(now_ms_)) want(*feed);
}

std::int64_t Hub::next_time_ms() const {
  return std::min(stream_timers_.next_ms(), feed_timers_.next_ms());
}

void Hub::tick(Stream& stream) {
  if (stream.stuck_since_ms != kNever &&
      now_ms_ >= stream.stuck_since_ms + config_.write_deadline_ms) {
    ++counters_.stuck;
    return give_up(stream, "write deadline");
  }
  if (!stream.ending() && now_ms_ >= stream.ends_at_ms) return end(stream, stream.ends_with);
  if (now_ms_ >= stream.heartbeat_at_ms) heartbeat(stream);
  schedule(stream);
}

void Hub::heartbeat(Stream& stream) {
  stream.heartbeat_at_ms = now_ms_ + config_.heartbeat_ms;
  // Where something waits already, the reader is not in need of a sign of life.
  if (stream.state != Stream::State::live || !stream.outbox.empty()) return;
  ++counters_.heartbeats;
  stream.push(
      make_buffer(stdout_records(heartbeat_frame(stream.tenant->epoch, stream.feed->position))));
}

void Hub::schedule(Stream& stream) {
  if (stream.state == Stream::State::dead) return stream_timers_.cancel(stream);
  std::int64_t due = kNever;
  if (stream.stuck_since_ms != kNever) due = stream.stuck_since_ms + config_.write_deadline_ms;
  if (!stream.ending()) due = std::min({due, stream.ends_at_ms, stream.heartbeat_at_ms});
  stream_timers_.set(stream, due);
}

void Hub::drain() {
  draining_ = true;
  for (const auto& [id, stream] : streams_) {
    stream->ends_at_ms = std::min(stream->ends_at_ms, now_ms_ + draw(0, config_.drain_ms));
    stream->ends_with = Stream::End::drain;
    schedule(*stream);
  }
}

}  // namespace harbor::sse
