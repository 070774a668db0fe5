#include "ctl/doctor/clock_checks.h"

#include <sys/timex.h>

#include <cerrno>
#include <cstring>

#include "core/clock.h"
#include "ctl/doctor/families.h"
#include "ctl/doctor/owner.h"
#include "db/database.h"
#include "events/log.h"

namespace harbor::ctl::doctor {
namespace {

// Harbor is younger than the first, and no certificate of today lives to the second.
constexpr std::int64_t kEarliestMs = 1'735'689'600'000;  // 2025
constexpr std::int64_t kLatestMs = 4'102'444'800'000;    // 2100

// Two readings of one clock by two processes.
constexpr std::int64_t kToleranceMs = 2'000;

constexpr const char* kHelp = "timedatectl; sessions, limits and expiry go by this clock";

}  // namespace

Finding judge_clock(const ClockFacts& facts) {
  const std::string now = rfc3339(facts.now_ms);
  if (facts.now_ms < kEarliestMs || facts.now_ms > kLatestMs) {
    return unsound("clock", "it is not " + now, kHelp);
  }
  if (facts.newest_ms && *facts.newest_ms > facts.now_ms + kToleranceMs) {
    return unsound("clock",
                   "the database has events of " + rfc3339(*facts.newest_ms) + ", and it is " + now,
                   "timedatectl: the clock was set back, or was ahead when they were written");
  }
  return well("clock", now + (facts.has_database ? ", after the newest event"
                                                 : "; the database could not be asked"));
}

Finding judge_clock_source(int state, int error) {
  constexpr const char* kWhat = "clock source";
  if (state < 0) {
    return warning(kWhat, std::string("the kernel does not say: ") + std::strerror(error),
                   "in a container the clock is the host's: look there");
  }
  if (state == TIME_ERROR) {
    return warning(kWhat, "nothing keeps the clock right", "timedatectl set-ntp true");
  }
  return well(kWhat, "kept right by a time service");
}

Findings check_clock(const Examination& examination) {
  ClockFacts facts;
  facts.now_ms = now_ms();
  try {
    become_owner_of(examination.config.database.path);
    db::Connection connection(examination.config.database.path, db::Mode::read_only,
                              examination.timeout_ms / 2);
    const auto newest = events::newest_time(connection);
    if (newest) facts.newest_ms = parse_rfc3339(*newest);
    facts.now_ms = now_ms();  // an event may have come meanwhile
  } catch (const db::DatabaseError&) {
    facts.has_database = false;  // another line says why
  }
  return {judge_clock(facts)};
}

Findings check_clock_source(const Examination& /*examination*/) {
  timex nothing_to_set{};
  const int state = ::adjtimex(&nothing_to_set);
  return {judge_clock_source(state, errno)};
}

}  // namespace harbor::ctl::doctor
