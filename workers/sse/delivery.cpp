#include "sse/delivery.h"

#include "core/mutant.h"
#include "sse/fcgi_records.h"
#include "sse/sse_format.h"

namespace harbor::sse {
namespace {

class Delivery {
 public:
  Delivery(const Feed& feed, std::size_t queue_bytes)
      : feed_(feed), start_(feed.position), queue_bytes_(queue_bytes) {
    result_.last_seq = feed.position;
  }

  // False when the page's share of an outbox is used up.
  bool take(const events::Event& event) {
    event_ = &event;
    shared_.reset();
    if (event.everyone || mutant("no_audience_filter")) {
      to_everyone();
    } else {
      for (const events::Addressee& addressee : event.audience) to(addressee);
    }
    result_.last_seq = event.seq;
    return encoded_bytes_ <= queue_bytes_ / 2;
  }

  Delivered take_result() { return std::move(result_); }

 private:
  void to_everyone() {
    for (Stream* const stream : feed_.streams) {
      if (stream->joined <= event_->seq || mutant("no_audience_filter")) queue(*stream, nullptr);
    }
  }

  void to(const events::Addressee& addressee) {
    const MemberEntry* member = feed_.tenant.find_member(addressee.email);
    if (member == nullptr) return;
    Buffer count;  // encoded for the first stream that wants it
    for (Stream* const stream : member->streams) {
      if (stream->feed != &feed_) continue;
      const bool live = event_->seq > stream->live_after;
      if (live && addressee.counts && !count) count = encode_count(*addressee.counts);
      queue(*stream, live && addressee.counts ? count : nullptr);
    }
  }

  void queue(Stream& stream, const Buffer& count) {
    // Overflowed within this page; or named twice in one audience.
    if (stream.state != Stream::State::live || stream.queued >= event_->seq) return;
    if (!shared_) encode_event();
    // One that catches up is bounded by being parked; a single event always fits.
    const bool catching_up = start_ < stream.live_after;
    const std::size_t more = shared_->size() + (count ? count->size() : 0);
    const bool fits = stream.outbox.empty() || stream.outbox.bytes() + more <= queue_bytes_;
    if (!catching_up && !fits) return overflow(stream);
    // The count first: a client that acts on the event must already show the right number.
    if (count && !mutant("count_after_event")) stream.push(count);
    stream.push(shared_);
    if (count && mutant("count_after_event")) stream.push(count);
    stream.queued = event_->seq;
    ++result_.frames;
    if (catching_up && stream.outbox.bytes() > breath_bytes(queue_bytes_)) {
      result_.out_of_breath.push_back(&stream);
    }
  }

  void overflow(Stream& stream) {
    stream.state = Stream::State::overflowed;
    // One frame stays, so that the reader's next sign of life is seen, and its silence too.
    stream.outbox.drop_all_but_first();
    result_.overflowed.push_back(&stream);
  }

  void encode_event() {
    const Tenant& tenant = feed_.tenant;
    shared_ = make_buffer(stdout_records(event_frame(tenant.id, tenant.epoch, *event_)));
    encoded_bytes_ += shared_->size();
    ++result_.events;
  }

  Buffer encode_count(const events::Counts& counts) const {
    return make_buffer(stdout_records(count_frame(feed_.tenant.id, counts, event_->seq)));
  }

  const Feed& feed_;
  const std::int64_t start_;
  const std::size_t queue_bytes_;
  std::size_t encoded_bytes_ = 0;
  const events::Event* event_ = nullptr;
  Buffer shared_;
  Delivered result_;
};

}  // namespace

Delivered deliver(const Feed& feed, const events::Page& page, std::size_t queue_bytes) {
  Delivery delivery(feed, queue_bytes);
  for (const events::Event& event : page.events) {
    // What is left over is read again later: a page kept would outlive its revocations.
    if (!delivery.take(event)) break;
  }
  return delivery.take_result();
}

}  // namespace harbor::sse
