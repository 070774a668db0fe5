#pragma once
// The clock, judged. Pure, so that a test can have every clock it wants.

#include <cstdint>
#include <optional>
#include <string>

#include "ctl/doctor/finding.h"

namespace harbor::ctl::doctor {

struct ClockFacts {
  std::int64_t now_ms = 0;
  std::optional<std::int64_t> newest_ms;  ///< of the database's events
  bool has_database = true;
};

Finding judge_clock(const ClockFacts& facts);

/// What adjtimex(2) returned: a state of the clock, or -1 with `error`.
Finding judge_clock_source(int state, int error);

}  // namespace harbor::ctl::doctor
