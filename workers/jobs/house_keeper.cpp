#include "jobs/house_keeper.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <limits>

#include "core/clock.h"
#include "core/log.h"

namespace harbor::jobs {
namespace {

void run_chore(const Chore& chore, Round& round) {
  try {
    const std::int64_t begin = steady_ms();
    const std::int64_t rows = chore.run(round);
    if (rows == 0) return;
    log_info("chore done", {{"chore", chore.name}, {"rows", rows}, {"ms", steady_ms() - begin}});
  } catch (const std::exception& error) {
    log_error("a chore failed and is tried again in the next round",
              {{"chore", chore.name}, {"error", error.what()}});
  }
}

}  // namespace

void run_round(const Config& config, const std::function<bool()>& may_go_on) {
  Memory memory;
  run_round(config, may_go_on, memory);
}

void run_round(const Config& config, const std::function<bool()>& may_go_on, Memory& memory) {
  try {
    db::Connection connection(config.database.path, db::Mode::read_write,
                              config.database.busy_timeout_ms);
    Round round{config, connection, may_go_on, memory};
    for (const Chore& chore : chores()) {
      if (!may_go_on()) return;
      run_chore(chore, round);
    }
  } catch (const std::exception& error) {
    log_error("the database cannot be opened and is tried again in the next round",
              {{"database", config.database.path}, {"error", error.what()}});
  }
}

HouseKeeper::HouseKeeper(const Config& config)
    : config_(config), ping_every_ms_(watchdog_interval_ms()) {}

void HouseKeeper::run() {
  notify_ready();
  log_info("ready", {{"interval_ms", config_.jobs.interval_ms}});
  while (!stopping_) {
    round_wanted_ = false;
    const std::int64_t next_round = steady_ms() + config_.jobs.interval_ms;
    const auto may_go_on = [this] {
      ping();
      take_signals();
      return !stopping_;
    };
    run_round(config_, may_go_on, memory_);
    while (!stopping_ && !round_wanted_ && steady_ms() < next_round) wait_until(next_round);
  }
  log_info("stopped");
}

void HouseKeeper::wait_until(std::int64_t deadline_steady_ms) {
  std::int64_t wait_ms = std::max<std::int64_t>(0, deadline_steady_ms - steady_ms());
  if (ping_every_ms_ > 0) wait_ms = std::min(wait_ms, ping_every_ms_);
  wait_ms = std::min<std::int64_t>(wait_ms, std::numeric_limits<int>::max());
  pollfd signal{signals_.fd(), POLLIN, 0};
  ::poll(&signal, 1, static_cast<int>(wait_ms));
  ping();
  take_signals();
}

void HouseKeeper::take_signals() {
  for (int signal = signals_.read(); signal != 0; signal = signals_.read()) {
    if (signal == SIGHUP) {
      round_wanted_ = true;
    } else if (!stopping_) {
      notify_stopping();
      log_info("stopping after this batch", {{"signal", signal}});
      stopping_ = true;
    }
  }
}

void HouseKeeper::ping() const {
  if (ping_every_ms_ > 0) notify_watchdog();
}

}  // namespace harbor::jobs
