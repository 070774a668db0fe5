#pragma once
// The one clock of a measurement, and what is said of many times taken with it.

#include <boost/json/object.hpp>
#include <cstdint>
#include <vector>

namespace harbor::bench {

/// CLOCK_MONOTONIC, nanoseconds.
std::int64_t now_ns();

class Latencies {
 public:
  void add(std::int64_t nanoseconds) { times_.push_back(nanoseconds); }
  std::size_t count() const { return times_.size(); }

  /// {count, mean, p50, p90, p99, max}, all but the first in microseconds; only the count where
  /// there is none. A percentile is the smallest time that so many are not above.
  boost::json::object summary() const;

 private:
  std::vector<std::int64_t> times_;
};

}  // namespace harbor::bench
