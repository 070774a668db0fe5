#include "auth/audit.h"

#include <boost/json/serialize.hpp>

#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"

namespace harbor::auth {
namespace {

using db::Query;

struct Row {
  std::int64_t id = 0;
  std::string created_at, actor, act, tenant, subject, detail;
};

// As a JSON array: no field can pass for a part of its neighbour.
std::string hash_of(const Row& row, std::string_view hash_before) {
  return sha256_hex(json::serialize(json::array{hash_before, row.id, row.created_at, row.actor,
                                                row.act, row.tenant, row.subject, row.detail}));
}

struct Place {
  std::int64_t id = 0;
  std::string hash;
};

Place newest(db::Connection& connection) {
  Query row(connection, "SELECT Id, Hash FROM AuditLog ORDER BY Id DESC LIMIT 1");
  if (!row.next()) return {};
  return {row.integer(0), row.text(1)};
}

// The highest id ever given; rows cut off the end leave it behind.
std::int64_t last_given_id(db::Connection& connection) {
  Query row(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'AuditLog'");
  return row.next() ? row.integer(0) : 0;
}

}  // namespace

void record(db::Connection& connection, const AuditEntry& entry) {
  const Place before = newest(connection);
  const Row row{before.id + 1,
                now_rfc3339(),
                entry.actor,
                entry.act,
                entry.tenant,
                entry.subject,
                json::serialize(entry.detail)};
  db::execute(connection,
              "INSERT INTO AuditLog (Id, CreatedAt, Actor, Act, TenantId, Subject, Detail, Hash)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              row.id, row.created_at, row.actor, row.act, row.tenant, row.subject, row.detail,
              hash_of(row, before.hash));
}

std::optional<std::int64_t> first_broken_row(db::Connection& connection, std::int64_t& checked) {
  checked = 0;
  Place before;
  Query query(connection,
              "SELECT Id, CreatedAt, Actor, Act, TenantId, Subject, Detail, Hash FROM AuditLog"
              " ORDER BY Id");
  while (query.next()) {
    const Row row{query.integer(0), query.text(1), query.text(2), query.text(3),
                  query.text(4),    query.text(5), query.text(6)};
    if (row.id != before.id + 1 || query.view(7) != hash_of(row, before.hash)) return row.id;
    before = {row.id, query.text(7)};
    ++checked;
  }
  if (last_given_id(connection) != before.id) return before.id + 1;
  return std::nullopt;
}

}  // namespace harbor::auth
