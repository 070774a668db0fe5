#pragma once
// The closed loop: N clients on kept-alive connections, each of which asks again as soon as it is
// answered.

#include <boost/json/object.hpp>

#include "plan.h"

namespace harbor::bench {

/// {"requests", "seconds", "rate", "latency_us": Latencies::summary(), "answered"}. Counted is what
/// was answered within the measured time; `answered` is all, for what was metered from outside.
/// Throws Failure on any other status than the expected.
boost::json::object run_request_load(const RequestPlan& plan);

}  // namespace harbor::bench
