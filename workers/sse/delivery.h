#pragma once
// One page of the log into the outboxes of one feed: every event is encoded once, into a buffer
// that all its addressees share. Costs what the audience costs, not what the streams do.

#include <cstdint>
#include <vector>

#include "events/log.h"
#include "sse/tenant.h"

namespace harbor::sse {

struct Delivered {
  std::int64_t last_seq = 0;           ///< the feed now has everything up to here, and no more
  std::int64_t events = 0;             ///< encoded
  std::int64_t frames = 0;             ///< put into outboxes, count frames apart
  std::vector<Stream*> overflowed;     ///< state set, all but one frame dropped, still in the feed
  std::vector<Stream*> out_of_breath;  ///< catching up, and with much in the outbox; repeats
};

/// Preconditions: the page follows the feed's position; its revocations have been applied.
/// `queue_bytes` bounds each outbox. A page brings at most half of it, so that a stream which
/// catches up and is parked when `out_of_breath` never overflows.
Delivered deliver(const Feed& feed, const events::Page& page, std::size_t queue_bytes);

/// A catching-up stream with more than this waiting is given no further page.
inline std::size_t breath_bytes(std::size_t queue_bytes) { return queue_bytes / 4; }

}  // namespace harbor::sse
