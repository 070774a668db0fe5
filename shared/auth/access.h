#pragma once
// The one place that decides who may see a tenant. Dispatch asks it for every route that names
// one, and every writing transaction asks it again on its own connection.

#include <string>
#include <string_view>

#include "auth/sessions.h"

namespace harbor::auth {

/// What a caller is in a tenant.
struct Standing {
  std::string tenant;
  bool is_member = false;  ///< false: a global admin looking in
  bool is_admin = false;   ///< of the tenant, or global
  std::int64_t joined_seq = 0;
};

/// The caller's standing in a tenant that they may see. Throws ApiError not_found, the same for a
/// tenant of others and one that does not exist.
Standing require_visible(db::Connection& connection, const Caller& caller, std::string_view tenant);

/// The same for acts that only members may do: a global admin who is none hears not_a_member.
Standing require_member(db::Connection& connection, const Caller& caller, std::string_view tenant);

/// The same for acts of the tenant's admins and of global admins: other members hear not_allowed.
Standing require_admin(db::Connection& connection, const Caller& caller, std::string_view tenant);

/// Throws ApiError not_signed_in where the session has ended, or its person was disabled, since the
/// caller was found: an act may have waited for its turn for seconds. Within its transaction.
void require_session(db::Connection& connection, const Caller& caller);

/// Throws ApiError not_allowed for anyone but a global admin.
void require_global_admin(const Caller& caller);

/// Throws ApiError recent_login_required where the caller's session began longer than
/// `max_age_ms` ago (auth.recent_login): for acts that a page left open must not be able to do.
void require_recent_login(const Caller& caller, std::int64_t max_age_ms);

}  // namespace harbor::auth
