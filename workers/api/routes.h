#pragma once
// The routing table: one row per route, with who may use it and where its tenant is named.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/app.h"

namespace harbor::api {

/// What dispatch checks before a handler runs.
enum class Authority {
  open,              ///< anyone
  session,           ///< anyone signed in
  visible,           ///< whoever may see the tenant: its members, and global admins
  member,            ///< members of the tenant
  message,           ///< whoever may see the message {id}, and is a member of its tenant
  message_or_admin,  ///< the same, and admins of the message's tenant
  tenant_admin,      ///< admins of the tenant, and global admins
  global_admin,
};

/// Where a route of authority visible, member or tenant_admin names its tenant.
enum class TenantIn {
  nowhere,
  query,
  optional_query,  ///< absent: what concerns all tenants, for global admins
  body,
  path
};

struct Route {
  std::string_view method;
  std::string_view path;  ///< one segment may be {id} or {tenantId}
  Authority authority;
  TenantIn tenant_in;
  http::Reply (*handle)(App&, const Context&);
  bool writes_messages = false;  ///< refused where messages can only be read
};

std::span<const Route> route_table();

struct RouteMatch {
  const Route* route = nullptr;  ///< null where the path is known but not the method
  std::string id;                ///< percent-decoded
  std::string allowed;           ///< "GET, POST", of the path
};

/// Nothing where no route has this path.
std::optional<RouteMatch> find_route(std::string_view method, std::string_view raw_path);

/// A line per route, `METHOD /path authority`, for `harbor-api --routes`.
std::string routes_text();

}  // namespace harbor::api
