#pragma once
// What the dashboard lists of people, tenants and acts: keyset-paged, each an index walk.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/people.h"

namespace harbor::auth {

/// A page: what comes after `after` (an address, an id), at most `limit`.
struct PageOf {
  std::string after;
  std::int64_t limit = 50;
};

template <class Item>
struct Listed {
  std::vector<Item> items;
  std::optional<std::string> next;  ///< the `after` of the next page
};

struct PersonRow {
  Person person;
  std::string created_at;
};

struct TenantRow {
  Tenant tenant;
  std::string created_at;
};

struct AuditRow {
  std::int64_t id = 0;
  std::string created_at, actor, act, tenant, subject;
  std::string detail;  ///< a JSON object's text
};

/// Everybody, by address.
Listed<PersonRow> page_of_people(db::Connection& connection, const PageOf& page);

/// All tenants, by id.
Listed<TenantRow> page_of_tenants(db::Connection& connection, const PageOf& page);

/// A tenant's members, also disabled ones, by address.
Listed<MemberRow> page_of_members(db::Connection& connection, std::string_view tenant,
                                  const PageOf& page);

/// The audit log, newest first, of one tenant or (empty) of all; `before` is an id.
Listed<AuditRow> page_of_acts(db::Connection& connection, std::string_view tenant,
                              std::optional<std::int64_t> before, std::int64_t limit);

}  // namespace harbor::auth
