#include "auth/access.h"

#include "auth/people.h"
#include "core/api_error.h"
#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"

namespace harbor::auth {
namespace {

// What a clock that is kept by NTP may be set back by.
constexpr std::int64_t kClockStepMs = 10'000;

}  // namespace

Standing require_visible(db::Connection& connection, const Caller& caller,
                         std::string_view tenant) {
  // A session that is for some tenants finds the others no more than a stranger does.
  if (!caller.may_enter(tenant)) throw ApiError("not_found", "There is no such tenant.");
  Standing standing{std::string(tenant)};
  if (const auto member = find_member(connection, tenant, caller.email)) {
    standing.is_member = true;
    standing.is_admin = member->is_admin || caller.is_global_admin;
    standing.joined_seq = member->joined_seq;
    return standing;
  }
  if (!caller.is_global_admin || !tenant_exists(connection, tenant)) {
    throw ApiError("not_found", "There is no such tenant.");
  }
  standing.is_admin = true;
  return standing;
}

Standing require_member(db::Connection& connection, const Caller& caller, std::string_view tenant) {
  Standing standing = require_visible(connection, caller, tenant);
  if (!standing.is_member) throw ApiError("not_a_member");
  return standing;
}

Standing require_admin(db::Connection& connection, const Caller& caller, std::string_view tenant) {
  Standing standing = require_visible(connection, caller, tenant);
  if (!standing.is_admin) throw ApiError("not_allowed", "Only an admin of the tenant may do this.");
  return standing;
}

void require_session(db::Connection& connection, const Caller& caller) {
  db::Query row(connection,
                "SELECT 1 FROM Sessions s JOIN Subscribers p ON p.Email = s.Email"
                " WHERE s.Id = ? AND p.IsDisabled = 0",
                caller.session_id);
  if (!row.next()) throw ApiError("not_signed_in");
}

void require_global_admin(const Caller& caller) {
  if (!caller.is_global_admin) throw ApiError("not_allowed", "Only a global admin may do this.");
}

void require_recent_login(const Caller& caller, std::int64_t max_age_ms) {
  const std::int64_t now = now_ms();
  const auto signed_in = parse_rfc3339(caller.signed_in_at);
  // A clock that was set back makes no old session a recent one.
  if (!signed_in || *signed_in < now - max_age_ms || *signed_in > now + kClockStepMs) {
    throw ApiError("recent_login_required", "Sign in again to do this.");
  }
}

}  // namespace harbor::auth
