#pragma once
// Streams and paced posts: opens all streams, posts each message at its time, and takes the time
// from each post to each of its deliveries.

#include <boost/json/object.hpp>

#include "plan.h"

namespace harbor::bench {

/// Ledger::report(), with "open_seconds" (to open all streams), "late_us" (how far behind their
/// time the posts left) and "other_frames" (frames without our mark). Throws Failure on any other
/// status than the expected, on a stream that ends, and on a delivery missing, doubled or stray.
boost::json::object run_stream_load(const StreamPlan& plan);

}  // namespace harbor::bench
