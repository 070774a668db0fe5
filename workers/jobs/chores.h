#pragma once
// What is done in every round of house-keeping: a table with one row per chore.

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "core/config.h"
#include "db/database.h"

namespace harbor::jobs {

/// What a chore works with. It writes in transactions of at most config.jobs.batch rows, and
/// between them it asks whether to go on.
struct Round {
  const Config& config;
  db::Connection& connection;
  std::function<bool()> may_go_on;  ///< false: end after the batch that is done
};

struct Chore {
  std::string_view name;
  /// How many rows went. Throws DatabaseError.
  std::int64_t (*run)(Round& round);
};

std::span<const Chore> chores();

}  // namespace harbor::jobs
