#include "jobs/chores.h"

#include "auth/expire.h"
#include "auth/people.h"
#include "core/clock.h"
#include "core/log.h"
#include "db/transaction.h"
#include "events/life.h"
#include "events/prune.h"
#include "messaging/count_drift.h"
#include "messaging/expire.h"
#include "messaging/search_index.h"
#include "messaging/settings.h"

namespace harbor::jobs {
namespace {

// Rows that one view of the database is held for; and how many wrong counters get a line each.
constexpr std::int64_t kRecountPage = 2000;
constexpr std::int64_t kDriftsLogged = 10;

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

// Repeats `end` (messages ended of a batch), each in a transaction of its own, until none is left.
template <class End>
std::int64_t until_none_is_left(Round& round, End end) {
  for (std::int64_t total = 0;;) {
    db::WriteTransaction transaction(round.connection);
    const std::int64_t ended = end(round.connection, round.config.jobs.batch);
    transaction.commit();
    total += ended;
    if (ended == 0 || !round.may_go_on()) return total;
  }
}

std::int64_t expire_messages(Round& round) {
  std::int64_t total = 0;
  for (const auth::Tenant& tenant : auth::list_tenants(round.connection)) {
    if (!round.may_go_on()) break;
    if (!messaging::is_expiry_due(round.connection, tenant.id)) continue;
    total += until_none_is_left(round, [&](db::Connection& connection, std::int64_t batch) {
      return messaging::expire_messages(connection, tenant.id, batch);
    });
  }
  return total;
}

std::int64_t remove_old_messages(Round& round) {
  std::int64_t total = 0;
  for (const auth::Tenant& tenant : auth::list_tenants(round.connection)) {
    if (!round.may_go_on()) break;
    const std::int64_t retention_ms =
        messaging::read_settings(round.connection, round.config, tenant.id).limits.retention_ms;
    if (retention_ms == 0) continue;
    if (!messaging::is_retention_over(round.connection, tenant.id, retention_ms)) continue;
    total += until_none_is_left(round, [&](db::Connection& connection, std::int64_t batch) {
      return messaging::remove_old_messages(connection, tenant.id, retention_ms, batch);
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

std::int64_t remove_expired_tokens(Round& round) {
  return in_batches(round, auth::remove_expired_tokens);
}

std::int64_t remove_ended_login_windows(Round& round) {
  return in_batches(round, [&](db::Connection& connection, std::int64_t batch) {
    return auth::remove_ended_login_windows(connection, round.config.auth, batch);
  });
}

std::int64_t remove_old_idempotency_keys(Round& round) {
  return in_batches(round, auth::remove_old_idempotency_keys);
}

// The whole walk, page by page; false where it was interrupted.
bool recount_all(Round& round, Recount& recount) {
  std::string after;
  do {
    const auto page = messaging::find_count_drift(round.connection, after, kRecountPage);
    recount.people += page.people;
    recount.counters += page.counters;
    for (const messaging::CountDrift& drift : page.drifts) {
      if (++recount.differences > kDriftsLogged) continue;
      log_error("an unread counter is wrong", {{"tenant", drift.tenant},
                                               {"user", drift.email},
                                               {"unread", drift.stored.unread},
                                               {"unread_counted", drift.counted.unread},
                                               {"unseen", drift.stored.unseen},
                                               {"unseen_counted", drift.counted.unseen}});
    }
    after = page.last_email;
  } while (!after.empty() && round.may_go_on());
  return after.empty();
}

std::int64_t recount_unread(Round& round) {
  const std::int64_t begin = steady_ms();
  if (begin < round.memory.recount_due_ms) return 0;
  Recount recount;
  if (!recount_all(round, recount)) return 0;
  recount.took_ms = steady_ms() - begin;
  recount.finished_at_ms = now_ms();
  round.memory.recount = recount;
  round.memory.recount_due_ms = steady_ms() + round.config.jobs.recount_every_ms;
  log_info("unread counters recounted", {{"people", recount.people},
                                         {"counters", recount.counters},
                                         {"differences", recount.differences},
                                         {"ms", recount.took_ms}});
  return 0;
}

// Tokenising takes the turn of others who write: a transaction holds some text at most.
std::int64_t extend_search_index(Round& round) {
  for (std::int64_t total = 0;;) {
    db::WriteTransaction transaction(round.connection);
    const std::int64_t added = messaging::extend_search_index(
        round.connection, round.config.jobs.batch, round.config.jobs.index);
    transaction.commit();
    total += added;
    if (added == 0 || !round.may_go_on()) return total;
  }
}

constexpr Chore kChores[] = {
    // First: a database that was copied back must not be pruned under cursors of another life.
    {"database life", renew_life},
    // Before events: what they announce is kept as long as anything else.
    {"expired messages", expire_messages},
    {"old messages", remove_old_messages},
    {"events", prune_events},
    {"revocations", prune_revocations},
    {"sessions", remove_expired_sessions},
    {"exchanged tokens", remove_expired_tokens},
    {"login failures", remove_ended_login_windows},
    {"idempotency keys", remove_old_idempotency_keys},
    {"unread counters", recount_unread},
    {"search index", extend_search_index},
};

}  // namespace

std::span<const Chore> chores() { return kChores; }

}  // namespace harbor::jobs
