#include "latency.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>

namespace harbor::bench {
namespace {

double microseconds(double nanoseconds) { return std::round(nanoseconds / 100.0) / 10.0; }

double percentile(const std::vector<std::int64_t>& sorted, double share) {
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return microseconds(static_cast<double>(sorted[rank > 0 ? rank - 1 : 0]));
}

}  // namespace

std::int64_t now_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

boost::json::object Latencies::summary() const {
  if (times_.empty()) return {{"count", 0}};
  std::vector<std::int64_t> sorted = times_;
  std::sort(sorted.begin(), sorted.end());
  const double sum = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  return {{"count", sorted.size()},
          {"mean", microseconds(sum / static_cast<double>(sorted.size()))},
          {"p50", percentile(sorted, 0.50)},
          {"p90", percentile(sorted, 0.90)},
          {"p99", percentile(sorted, 0.99)},
          {"max", percentile(sorted, 1.0)}};
}

}  // namespace harbor::bench
