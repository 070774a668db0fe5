#include "redis/gcra.h"

#include <algorithm>

namespace harbor::redis {
namespace {

std::int64_t to_ms_up(std::int64_t us) { return (us + 999) / 1000; }

}  // namespace

Allowance gcra(std::int64_t& arrival_us, std::int64_t now_us, Rate rate) {
  const std::int64_t each_us = std::max<std::int64_t>(rate.per_ms * 1000 / rate.count, 1);
  const std::int64_t whole_us = each_us * rate.count;
  arrival_us = std::clamp(arrival_us, now_us, now_us + whole_us);
  const std::int64_t wait_us = arrival_us + each_us - now_us - whole_us;
  if (wait_us > 0) {
    return {false, rate.count, 0, to_ms_up(arrival_us - now_us), to_ms_up(wait_us)};
  }
  arrival_us += each_us;
  const std::int64_t spent_us = arrival_us - now_us;
  return {true, rate.count, (whole_us - spent_us) / each_us, to_ms_up(spent_us), 0};
}

}  // namespace harbor::redis
