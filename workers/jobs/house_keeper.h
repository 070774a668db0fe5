#pragma once
// The loop of harbor-jobs: a round of all chores, a pause, until a signal ends it.

#include <cstdint>

#include "core/config.h"
#include "core/service.h"
#include "jobs/chores.h"

namespace harbor::jobs {

/// Does every chore once. A chore that fails is logged and leaves the others alone; a database
/// that cannot be opened is logged, and the round is over. `may_go_on` is asked between batches;
/// its false ends the round. Opens its own connection, so that a replaced file is noticed. `memory`
/// is what earlier rounds left; without one it is the first.
void run_round(const Config& config, const std::function<bool()>& may_go_on, Memory& memory);
void run_round(const Config& config, const std::function<bool()>& may_go_on);

class HouseKeeper {
 public:
  explicit HouseKeeper(const Config& config);

  /// Rounds until SIGTERM or SIGINT; SIGHUP begins one at once. Tells the supervisor that it is
  /// ready, alive (also between batches) and stopping.
  void run();

  /// Figures of the last recount.
  const Recount& recount() const { return memory_.recount; }

 private:
  void wait_until(std::int64_t deadline_steady_ms);
  void take_signals();
  void ping() const;

  const Config& config_;
  SignalFd signals_;
  const std::int64_t ping_every_ms_;
  Memory memory_;
  bool stopping_ = false;
  bool round_wanted_ = true;
};

}  // namespace harbor::jobs
