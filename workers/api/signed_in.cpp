#include "api/signed_in.h"

#include "api/session_cookie.h"
#include "auth/people.h"

namespace harbor::api {

json::object caller_json(db::Connection& connection, const auth::Caller& caller) {
  json::array tenants;
  for (const auth::Member& member : auth::memberships(connection, caller.email)) {
    if (!caller.may_enter(member.tenant)) continue;
    tenants.push_back(json::object{
        {"id", member.tenant}, {"name", member.tenant_name}, {"isAdmin", member.is_admin}});
  }
  return {{"email", caller.email},
          {"name", caller.name},
          {"isGlobalAdmin", caller.is_global_admin},
          {"tenants", std::move(tenants)},
          {"expiresAt", caller.expires_at},
          {"signedInAt", caller.signed_in_at}};
}

http::Reply signed_in_reply(const Context& context, SignedIn signed_in, bool with_token) {
  const auth::NewSession& session = signed_in.session;
  if (with_token) signed_in.answer["token"] = session.token;
  return http::json_reply(signed_in.answer)
      .with("Set-Cookie", session_cookie(context.request, session.token, session.life_ms / 1000));
}

}  // namespace harbor::api
