#include "events/prune.h"

#include "core/clock.h"
#include "db/database.h"
#include "events/log.h"

namespace harbor::events {
namespace {

// The last of at most `limit` oldest events of which each is past keeping; the floor if none.
std::int64_t last_past_keeping(db::Connection& connection, std::string_view tenant,
                               const Head& head, const Config::Log& keep, std::int64_t limit) {
  const std::int64_t too_many = head.head - keep.keep_events;
  const std::string too_old = rfc3339(now_ms() - keep.keep_ms);
  std::int64_t last = head.floor;
  db::Query row(connection,
                "SELECT Seq, CreatedAt FROM Events WHERE TenantId = ? AND Seq > ?"
                " ORDER BY Seq LIMIT ?",
                tenant, head.floor, limit);
  while (row.next() && (row.integer(0) <= too_many || row.view(1) < too_old)) {
    last = row.integer(0);
  }
  return last;
}

}  // namespace

bool is_prune_due(db::Connection& connection, std::string_view tenant, const Config::Log& keep) {
  const auto head = read_head(connection, tenant);
  return head && last_past_keeping(connection, tenant, *head, keep, 1) > head->floor;
}

std::int64_t prune_events(db::Connection& connection, std::string_view tenant,
                          const Config::Log& keep, std::int64_t limit) {
  const auto head = read_head(connection, tenant);
  if (!head) return 0;
  const std::int64_t last = last_past_keeping(connection, tenant, *head, keep, limit);
  if (last == head->floor) return 0;
  db::execute(connection, "UPDATE EventHeads SET Floor = ? WHERE TenantId = ?", last, tenant);
  return db::execute(connection, "DELETE FROM Events WHERE TenantId = ? AND Seq <= ?", tenant,
                     last);
}

std::int64_t prune_revocations(db::Connection& connection, std::int64_t limit) {
  const std::string too_old = rfc3339(now_ms() - kRevocationsKeptMs);
  std::int64_t last = 0;
  {
    // One more than may go: whatever follows a row is newer, so that the row is not the newest.
    db::Query row(connection,
                  "SELECT Id, CreatedAt FROM Revocations WHERE Id > 0 ORDER BY Id LIMIT ?",
                  limit + 1);
    std::int64_t previous = 0;
    while (row.next()) {
      last = previous;
      if (row.view(1) >= too_old) break;
      previous = row.integer(0);
    }
  }
  return db::execute(connection, "DELETE FROM Revocations WHERE Id <= ?", last);
}

}  // namespace harbor::events
