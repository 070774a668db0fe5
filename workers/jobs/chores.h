#pragma once
// What is done in every round of house-keeping: a table with one row per chore.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "core/config.h"
#include "db/database.h"

namespace harbor::jobs {

/// What the last recount of the unread counters found.
struct Recount {
  std::int64_t finished_at_ms = 0;  ///< wall clock; 0: there was none yet
  std::int64_t took_ms = 0;
  std::int64_t people = 0;
  std::int64_t counters = 0;
  std::int64_t differences = 0;
};

/// What outlives a round.
struct Memory {
  std::int64_t recount_due_ms = 0;  ///< of steady_ms(); the first round recounts
  Recount recount;
};

/// What a chore works with. It writes in transactions of at most config.jobs.batch rows, and
/// between them it asks whether to go on.
struct Round {
  const Config& config;
  db::Connection& connection;
  std::function<bool()> may_go_on;  ///< false: end after the batch that is done
  Memory& memory;
};

struct Chore {
  std::string_view name;
  /// How many rows it removed or made. Throws DatabaseError.
  std::int64_t (*run)(Round& round);
};

std::span<const Chore> chores();

}  // namespace harbor::jobs
