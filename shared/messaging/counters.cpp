#include "messaging/counters.h"

#include "db/database.h"

namespace harbor::messaging {

events::Counts adjust_counts(db::Connection& connection, std::string_view tenant,
                             std::string_view email, events::Counts delta, std::int64_t version) {
  // Not with RETURNING: SQLite would open a statement journal and a table for the row each time.
  db::execute(connection,
              "INSERT INTO UnreadCounters (TenantId, Email, Unread, Unseen, Version)"
              " VALUES (?1, ?2, ?3, ?4, ?5)"
              " ON CONFLICT (TenantId, Email) DO UPDATE SET Unread = Unread + ?3,"
              " Unseen = Unseen + ?4, Version = ?5",
              tenant, email, delta.unread, delta.unseen, version);
  db::Query row(connection,
                "SELECT Unread, Unseen FROM UnreadCounters WHERE TenantId = ? AND Email = ?",
                tenant, email);
  row.next();
  return {row.integer(0), row.integer(1)};
}

std::int64_t seen_seq(db::Connection& connection, std::string_view tenant, std::string_view email) {
  db::Query row(connection, "SELECT SeenSeq FROM UnreadCounters WHERE TenantId = ? AND Email = ?",
                tenant, email);
  return row.next() ? row.integer(0) : 0;
}

}  // namespace harbor::messaging
