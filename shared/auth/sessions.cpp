#include "auth/sessions.h"

#include <algorithm>

#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"
#include "events/revocations.h"

namespace harbor::auth {
namespace {

constexpr std::size_t kTokenBytes = 32;

// A use is noted at this part of the idle time at the earliest: reading does not become writing.
constexpr std::int64_t kTouchesPerIdle = 50;

// The limit that the caller's issuer has now; false where it is not configured any longer.
bool apply_limit(const Config::Auth& config, Caller& caller) {
  const auto issuer =
      std::find_if(config.issuers.begin(), config.issuers.end(),
                   [&](const Config::Issuer& one) { return one.issuer == caller.issuer; });
  if (issuer == config.issuers.end()) return false;
  caller.tenants = issuer->tenants;
  if (!caller.tenants.empty()) caller.is_global_admin = false;
  return true;
}

// The issuer whose sessions alone the caller may see and end; nothing: all of the person.
std::optional<std::string> own_issuer(const Caller& caller) {
  return caller.tenants.empty() ? std::nullopt : std::optional(caller.issuer);
}

}  // namespace

bool Caller::may_enter(std::string_view tenant) const {
  return tenants.empty() || std::find(tenants.begin(), tenants.end(), tenant) != tenants.end();
}

NewSession begin_session(db::Connection& connection, const Config::Auth& config,
                         std::string_view email, const SignIn& sign_in) {
  NewSession session;
  session.token = random_token(kTokenBytes);
  session.life_ms = std::min(config.session_ms, sign_in.longest_ms.value_or(config.session_ms));
  const std::int64_t now = now_ms();
  session.expires_at = rfc3339(now + session.life_ms);
  std::optional<std::string> signed_in_at, issuer;
  if (sign_in.at_ms) signed_in_at = rfc3339(*sign_in.at_ms);
  if (!sign_in.issuer.empty()) issuer = sign_in.issuer;
  db::execute(connection,
              "INSERT INTO Sessions"
              " (TokenHash, Email, CreatedAt, LastSeenAt, ExpiresAt, SignedInAt, Issuer)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)",
              sha256_hex(session.token), email, rfc3339(now), rfc3339(now), session.expires_at,
              signed_in_at, issuer);
  session.id = connection.last_insert_id();
  return session;
}

std::optional<Caller> find_caller(db::Connection& connection, const Config::Auth& config,
                                  std::string_view token) {
  const std::int64_t now = now_ms();
  db::Query row(connection,
                "SELECT p.Email, p.Name, p.IsGlobalAdmin, s.Id, s.ExpiresAt, s.LastSeenAt,"
                " COALESCE(s.SignedInAt, s.CreatedAt), s.Issuer"
                " FROM Sessions s JOIN Subscribers p ON p.Email = s.Email"
                " WHERE s.TokenHash = ? AND s.ExpiresAt > ? AND s.LastSeenAt > ?"
                " AND p.IsDisabled = 0",
                sha256_hex(token), rfc3339(now), rfc3339(now - config.idle_ms));
  if (!row.next()) return std::nullopt;
  Caller caller{row.text(0),    row.text(1), row.boolean(2),
                row.integer(3), row.text(4), row.text(5),
                row.text(6),    row.text(7), {}};
  if (!caller.issuer.empty() && !apply_limit(config, caller)) return std::nullopt;
  return caller;
}

bool is_touch_due(const Config::Auth& config, const Caller& caller) {
  const auto last = parse_rfc3339(caller.last_seen_at);
  return !last || now_ms() - *last > config.idle_ms / kTouchesPerIdle;
}

void touch_session(db::Connection& connection, std::int64_t session_id) {
  db::execute(connection, "UPDATE Sessions SET LastSeenAt = ? WHERE Id = ?", now_rfc3339(),
              session_id);
}

bool end_session(db::Connection& connection, const Caller& caller, std::int64_t session_id) {
  if (db::execute(connection,
                  "DELETE FROM Sessions WHERE Id = ?1 AND Email = ?2"
                  " AND (?3 IS NULL OR Issuer = ?3)",
                  session_id, caller.email, own_issuer(caller)) == 0) {
    return false;
  }
  events::revoke(connection, events::Revocation::Kind::session, std::to_string(session_id));
  return true;
}

std::vector<SessionRow> list_sessions(db::Connection& connection, const Caller& caller) {
  std::vector<SessionRow> sessions;
  db::Query row(connection,
                "SELECT Id, CreatedAt, LastSeenAt, ExpiresAt FROM Sessions"
                " WHERE Email = ?1 AND ExpiresAt > ?2 AND (?3 IS NULL OR Issuer = ?3)"
                " ORDER BY Id DESC",
                caller.email, now_rfc3339(), own_issuer(caller));
  while (row.next()) sessions.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
  return sessions;
}

}  // namespace harbor::auth
