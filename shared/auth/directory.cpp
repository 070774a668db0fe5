#include "auth/directory.h"

#include <limits>

#include "db/database.h"

namespace harbor::auth {
namespace {

using db::Query;

// The rows of a query that asked for one more than a page holds; `key` of the last that fits is
// where the next page begins.
template <class Item, class Read, class Key>
Listed<Item> take_page(Query& row, std::int64_t limit, Read read, Key key) {
  Listed<Item> page;
  while (row.next()) {
    if (static_cast<std::int64_t>(page.items.size()) == limit) {
      page.next = key(page.items.back());
      break;
    }
    page.items.push_back(read(row));
  }
  return page;
}

AuditRow read_act(const Query& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3),
          row.text(4),    row.text(5), row.text(6)};
}

}  // namespace

Listed<PersonRow> page_of_people(db::Connection& connection, const PageOf& page) {
  Query row(connection,
            "SELECT Email, Name, IsGlobalAdmin, IsDisabled, CreatedAt FROM Subscribers"
            " WHERE Email > ? ORDER BY Email LIMIT ?",
            page.after, page.limit + 1);
  return take_page<PersonRow>(
      row, page.limit,
      [](const Query& one) {
        return PersonRow{{one.text(0), one.text(1), one.boolean(2), one.boolean(3)}, one.text(4)};
      },
      [](const PersonRow& last) { return last.person.email; });
}

Listed<TenantRow> page_of_tenants(db::Connection& connection, const PageOf& page) {
  Query row(connection, "SELECT Id, Name, CreatedAt FROM Tenants WHERE Id > ? ORDER BY Id LIMIT ?",
            page.after, page.limit + 1);
  return take_page<TenantRow>(
      row, page.limit,
      [](const Query& one) {
        return TenantRow{{one.text(0), one.text(1)}, one.text(2)};
      },
      [](const TenantRow& last) { return last.tenant.id; });
}

Listed<MemberRow> page_of_members(db::Connection& connection, std::string_view tenant,
                                  const PageOf& page) {
  Query row(connection,
            "SELECT u.Email, p.Name, u.IsAdmin FROM TenantUsers u"
            " JOIN Subscribers p ON p.Email = u.Email"
            " WHERE u.TenantId = ? AND u.Email > ? ORDER BY u.Email LIMIT ?",
            tenant, page.after, page.limit + 1);
  return take_page<MemberRow>(
      row, page.limit,
      [&](const Query& one) {
        return MemberRow{one.text(0), one.text(1), one.boolean(2),
                         member_roles(connection, tenant, one.view(0))};
      },
      [](const MemberRow& last) { return last.email; });
}

Listed<AuditRow> page_of_acts(db::Connection& connection, std::string_view tenant,
                              std::optional<std::int64_t> before, std::int64_t limit) {
  constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();
  const auto key = [](const AuditRow& last) { return std::to_string(last.id); };
  if (tenant.empty()) {
    Query row(connection,
              "SELECT Id, CreatedAt, Actor, Act, TenantId, Subject, Detail FROM AuditLog"
              " WHERE Id < ? ORDER BY Id DESC LIMIT ?",
              before.value_or(kNoBound), limit + 1);
    return take_page<AuditRow>(row, limit, read_act, key);
  }
  Query row(connection,
            "SELECT Id, CreatedAt, Actor, Act, TenantId, Subject, Detail FROM AuditLog"
            " WHERE TenantId = ? AND Id < ? ORDER BY Id DESC LIMIT ?",
            tenant, before.value_or(kNoBound), limit + 1);
  return take_page<AuditRow>(row, limit, read_act, key);
}

}  // namespace harbor::auth
