#include "auth/exchange.h"

#include <algorithm>
#include <boost/json/value_from.hpp>

#include "auth/audit.h"
#include "auth/people.h"
#include "core/clock.h"
#include "db/database.h"

namespace harbor::auth {
namespace {

void take_token(db::Connection& connection, const Assertion& assertion) {
  const Claims& claims = assertion.claims;
  const auto taken =
      db::execute(connection,
                  "INSERT INTO ExchangedTokens (Issuer, TokenId, ExpiresAt) VALUES (?, ?, ?)"
                  " ON CONFLICT DO NOTHING",
                  assertion.issuer.issuer, claims.token_id, rfc3339(claims.expires_at_ms));
  if (taken == 0) throw TokenRefused("it was taken before");
}

std::string name_of(const Claims& claims) {
  return claims.name.empty() ? claims.email.substr(0, claims.email.find('@')) : claims.name;
}

void require_person(db::Connection& connection, const Assertion& assertion) {
  const std::string& email = assertion.claims.email;
  if (const auto person = find_person(connection, email)) {
    if (person->is_disabled) throw TokenRefused("the person is disabled");
    return;
  }
  if (!assertion.issuer.adds_people) throw TokenRefused("the person is unknown");
  add_person(connection, {email, name_of(assertion.claims)});
  record(connection, {assertion.issuer.issuer, "user.add", "", email, {}});
}

bool is_within(const Config::Issuer& issuer, const std::string& tenant) {
  return issuer.tenants.empty() ||
         std::find(issuer.tenants.begin(), issuer.tenants.end(), tenant) != issuer.tenants.end();
}

// The membership as it will be: what the person has, and what the token states.
StatedMember united(db::Connection& connection, const std::string& email, StatedMember stated) {
  const auto member = find_member(connection, stated.tenant, email);
  if (!member) return stated;
  stated.is_admin = stated.is_admin || member->is_admin;
  for (std::string& role : member_roles(connection, stated.tenant, email)) {
    stated.roles.push_back(std::move(role));
  }
  std::sort(stated.roles.begin(), stated.roles.end());
  stated.roles.erase(std::unique(stated.roles.begin(), stated.roles.end()), stated.roles.end());
  return stated;
}

void add_stated_member(db::Connection& connection, const Assertion& assertion,
                       const StatedMember& stated) {
  const std::string& issuer = assertion.issuer.issuer;
  const std::string& email = assertion.claims.email;
  if (!is_within(assertion.issuer, stated.tenant)) {
    throw TokenRefused("it states a tenant outside the issuer's limit");
  }
  if (!tenant_exists(connection, stated.tenant)) throw TokenRefused("it states an unknown tenant");
  for (const std::string& role : stated.roles) {
    if (!role_exists(connection, role)) throw TokenRefused("it states an unknown role");
  }
  const StatedMember member = united(connection, email, stated);
  if (!set_member(connection, member.tenant, email, member.is_admin, member.roles)) return;
  record(connection, {issuer,
                      "member.set",
                      member.tenant,
                      email,
                      {{"isAdmin", member.is_admin}, {"roles", json::value_from(member.roles)}}});
}

// Else an issuer for some tenants could sign in anybody there is, if only to an empty page.
void require_place(db::Connection& connection, const Assertion& assertion) {
  const auto& tenants = assertion.issuer.tenants;
  const auto is_member = [&](const std::string& tenant) {
    return find_member(connection, tenant, assertion.claims.email).has_value();
  };
  if (tenants.empty() || std::any_of(tenants.begin(), tenants.end(), is_member)) return;
  throw TokenRefused("the person is a member of none of the issuer's tenants");
}

}  // namespace

Exchanged exchange(db::Connection& connection, const Config::Auth& config,
                   const Assertion& assertion) {
  take_token(connection, assertion);
  require_person(connection, assertion);
  for (const StatedMember& stated : assertion.claims.members) {
    add_stated_member(connection, assertion, stated);
  }
  require_place(connection, assertion);
  const SignIn sign_in{assertion.issuer.issuer, assertion.claims.signed_in_at_ms,
                       assertion.issuer.session_ms};
  NewSession session = begin_session(connection, config, assertion.claims.email, sign_in);
  auto caller = find_caller(connection, config, session.token);
  if (!caller) throw TokenRefused("the session ended as it began");
  return {std::move(session), *std::move(caller)};
}

}  // namespace harbor::auth
