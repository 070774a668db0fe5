#include "messaging/count_drift.h"

#include <map>

#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::Query;
using events::Counts;

struct Pair {
  Counts stored, counted;
  std::int64_t seen = 0;
};
using Pairs = std::map<std::string, Pair, std::less<>>;  // by tenant

void read_counters(db::Connection& connection, const std::string& email, Pairs& pairs) {
  Query row(connection,
            "SELECT TenantId, Unread, Unseen, SeenSeq FROM UnreadCounters WHERE Email = ?", email);
  while (row.next()) {
    pairs[row.text(0)] = {{row.integer(1), row.integer(2)}, {}, row.integer(3)};
  }
}

// What counts as unread is what read_state.cpp takes for it.
std::int64_t count_rows(db::Connection& connection, const std::string& email, Pairs& pairs) {
  std::int64_t rows = 0;
  Query row(connection,
            "SELECT b.TenantId, m.CreatedSeq FROM Mailboxes b CROSS JOIN MessageRecipients r"
            " INDEXED BY MessageRecipientsUnread ON r.MailboxId = b.Id"
            " CROSS JOIN Messages m ON m.Id = r.MessageId WHERE b.Email = ?"
            " AND r.IsRead = 0 AND r.IsDeleted = 0 AND r.IsGone = 0",
            email);
  for (; row.next(); ++rows) {
    Pair& pair = pairs[row.text(0)];
    ++pair.counted.unread;
    if (row.integer(1) > pair.seen) ++pair.counted.unseen;
  }
  return rows;
}

bool differ(const Counts& one, const Counts& other) {
  return one.unread != other.unread || one.unseen != other.unseen;
}

// The rows read.
std::int64_t recount(db::Connection& connection, const std::string& email, DriftPage& page) {
  Pairs pairs;
  read_counters(connection, email, pairs);
  const std::int64_t rows = count_rows(connection, email, pairs);
  for (const auto& [tenant, pair] : pairs) {
    if (!differ(pair.stored, pair.counted)) continue;
    page.drifts.push_back({tenant, email, pair.stored, pair.counted});
  }
  const auto compared = static_cast<std::int64_t>(pairs.size());
  page.counters += compared;
  ++page.people;
  return 1 + compared + rows;
}

}  // namespace

DriftPage find_count_drift(db::Connection& connection, const std::string& after_email,
                           std::int64_t most_rows) {
  const db::ReadTransaction view(connection);
  DriftPage page;
  Query person(connection, "SELECT Email FROM Subscribers WHERE Email > ? ORDER BY Email",
               after_email);
  for (std::int64_t rows = 0; person.next();) {
    const std::string email = person.text(0);
    rows += recount(connection, email, page);
    if (rows < most_rows) continue;
    page.last_email = email;
    break;
  }
  return page;
}

std::string describe(const CountDrift& drift) {
  const auto number = [](std::int64_t value) { return std::to_string(value); };
  return drift.email + " in " + drift.tenant + ": stored " + number(drift.stored.unread) +
         " unread and " + number(drift.stored.unseen) + " unseen, counted " +
         number(drift.counted.unread) + " and " + number(drift.counted.unseen);
}

}  // namespace harbor::messaging
