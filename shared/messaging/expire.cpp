#include "messaging/expire.h"

#include <string>
#include <vector>

#include "core/clock.h"
#include "db/database.h"
#include "messaging/remove.h"

namespace harbor::messaging {
namespace {

constexpr const char* kExpired =
    "SELECT Id, RecipientCount FROM Messages WHERE TenantId = ? AND ExpiresAt IS NOT NULL"
    " AND ExpiresAt <= ? AND IsDeleted = 0 ORDER BY ExpiresAt LIMIT ?";
constexpr const char* kOld = "SELECT Id, RecipientCount FROM Messages"
                             " WHERE TenantId = ? AND CreatedAt < ? ORDER BY CreatedAt LIMIT ?";

std::vector<std::int64_t> ids_before(db::Connection& connection, const char* sql,
                                     std::string_view tenant, const std::string& time,
                                     std::int64_t limit) {
  std::vector<std::int64_t> ids;
  std::int64_t rows = 0;
  db::Query row(connection, sql, tenant, time, limit);
  while (row.next()) {
    rows += 1 + row.integer(1);
    if (rows > limit && !ids.empty()) break;
    ids.push_back(row.integer(0));
  }
  return ids;
}

std::int64_t end_before(db::Connection& connection, const char* sql, std::string_view tenant,
                        const std::string& time, std::int64_t limit, Going going) {
  const auto ids = ids_before(connection, sql, tenant, time, limit);
  end_messages(connection, tenant, ids, going);
  return static_cast<std::int64_t>(ids.size());
}

std::string oldest_kept(std::int64_t retention_ms) { return rfc3339(now_ms() - retention_ms); }

}  // namespace

bool is_expiry_due(db::Connection& connection, std::string_view tenant) {
  return !ids_before(connection, kExpired, tenant, now_rfc3339(), 1).empty();
}

std::int64_t expire_messages(db::Connection& connection, std::string_view tenant,
                             std::int64_t limit) {
  return end_before(connection, kExpired, tenant, now_rfc3339(), limit, Going::deleted);
}

bool is_retention_over(db::Connection& connection, std::string_view tenant,
                       std::int64_t retention_ms) {
  return !ids_before(connection, kOld, tenant, oldest_kept(retention_ms), 1).empty();
}

std::int64_t remove_old_messages(db::Connection& connection, std::string_view tenant,
                                 std::int64_t retention_ms, std::int64_t limit) {
  return end_before(connection, kOld, tenant, oldest_kept(retention_ms), limit, Going::for_good);
}

}  // namespace harbor::messaging
