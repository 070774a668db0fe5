#pragma once
// The generic cell rate algorithm (ITU-T I.371, as rate limiters use it): one number per subject,
// the theoretical arrival time, says how much of the allowance is spent. Pure.

#include <cstdint>

#include "core/config.h"

namespace harbor::redis {

/// What one try was told. Times in milliseconds.
struct Allowance {
  bool allowed = false;
  std::int64_t limit = 0;        ///< of the rate: so many at once, or over its period
  std::int64_t remaining = 0;    ///< how many more would be allowed now
  std::int64_t full_in_ms = 0;   ///< until the whole limit is there again
  std::int64_t retry_in_ms = 0;  ///< until the next one is allowed; 0 where this one was
};

/// One try at `now_us`. `arrival_us` is the subject's theoretical arrival time (0 for a new one) and
/// moves on where the try is allowed. One further ahead than the whole limit comes from a clock that
/// was set back or a limit that was raised, and becomes that of a limit used up just now.
Allowance gcra(std::int64_t& arrival_us, std::int64_t now_us, Rate rate);

}  // namespace harbor::redis
