#include "jobs/chores.h"

#include "auth/expire.h"
#include "auth/people.h"
#include "db/transaction.h"
#include "events/life.h"
#include "events/prune.h"

namespace harbor::jobs {
namespace {

// Repeats `remove` (rows gone of a batch), each in a transaction of its own, until a batch is not
// full: other writers get their turn in between.
template <class Remove>
std::int64_t in_batches(Round& round, Remove remove) {
  const std::int64_t batch = round.config.jobs.batch;
  for (std::int64_t total = 0;;) {
    db::WriteTransaction transaction(round.connection);
    const std::int64_t removed = remove(round.connection, batch);
    transaction.commit();
    total += removed;
    if (removed < batch || !round.may_go_on()) return total;
  }
}

std::int64_t renew_life(Round& round) {
  events::recognise_life(round.config.database);
  return 0;
}

std::int64_t prune_events(Round& round) {
  const Config::Log& keep = round.config.log;
  std::int64_t total = 0;
  for (const auth::Tenant& tenant : auth::list_tenants(round.connection)) {
    if (!round.may_go_on()) break;
    if (!events::is_prune_due(round.connection, tenant.id, keep)) continue;
    total += in_batches(round, [&](db::Connection& connection, std::int64_t batch) {
      return events::prune_events(connection, tenant.id, keep, batch);
    });
  }
  return total;
}

std::int64_t prune_revocations(Round& round) {
  return in_batches(round, events::prune_revocations);
}

std::int64_t remove_expired_sessions(Round& round) {
  return in_batches(round, auth::remove_expired_sessions);
}

std::int64_t remove_ended_login_windows(Round& round) {
  return in_batches(round, [&](db::Connection& connection, std::int64_t batch) {
    return auth::remove_ended_login_windows(connection, round.config.auth, batch);
  });
}

std::int64_t remove_old_idempotency_keys(Round& round) {
  return in_batches(round, auth::remove_old_idempotency_keys);
}

constexpr Chore kChores[] = {
    // First: a database that was copied back must not be pruned under cursors of another life.
    {"database life", renew_life},
    {"events", prune_events},
    {"revocations", prune_revocations},
    {"sessions", remove_expired_sessions},
    {"login failures", remove_ended_login_windows},
    {"idempotency keys", remove_old_idempotency_keys},
};

}  // namespace

std::span<const Chore> chores() { return kChores; }

}  // namespace harbor::jobs
