#include "auth/sessions.h"

#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"
#include "events/revocations.h"

namespace harbor::auth {
namespace {

constexpr std::size_t kTokenBytes = 32;

// A use is noted at this part of the idle time at the earliest: reading does not become writing.
constexpr std::int64_t kTouchesPerIdle = 50;

}  // namespace

NewSession begin_session(db::Connection& connection, const Config::Auth& config,
                         std::string_view email) {
  NewSession session;
  session.token = random_token(kTokenBytes);
  const std::int64_t now = now_ms();
  session.expires_at = rfc3339(now + config.session_ms);
  db::execute(connection,
              "INSERT INTO Sessions (TokenHash, Email, CreatedAt, LastSeenAt, ExpiresAt)"
              " VALUES (?, ?, ?, ?, ?)",
              sha256_hex(session.token), email, rfc3339(now), rfc3339(now), session.expires_at);
  session.id = connection.last_insert_id();
  return session;
}

std::optional<Caller> find_caller(db::Connection& connection, const Config::Auth& config,
                                  std::string_view token) {
  const std::int64_t now = now_ms();
  db::Query row(connection,
                "SELECT p.Email, p.Name, p.IsGlobalAdmin, s.Id, s.ExpiresAt, s.LastSeenAt,"
                " s.CreatedAt"
                " FROM Sessions s JOIN Subscribers p ON p.Email = s.Email"
                " WHERE s.TokenHash = ? AND s.ExpiresAt > ? AND s.LastSeenAt > ?"
                " AND p.IsDisabled = 0",
                sha256_hex(token), rfc3339(now), rfc3339(now - config.idle_ms));
  if (!row.next()) return std::nullopt;
  return Caller{row.text(0), row.text(1), row.boolean(2), row.integer(3),
                row.text(4), row.text(5), row.text(6)};
}

bool is_touch_due(const Config::Auth& config, const Caller& caller) {
  const auto last = parse_rfc3339(caller.last_seen_at);
  return !last || now_ms() - *last > config.idle_ms / kTouchesPerIdle;
}

void touch_session(db::Connection& connection, std::int64_t session_id) {
  db::execute(connection, "UPDATE Sessions SET LastSeenAt = ? WHERE Id = ?", now_rfc3339(),
              session_id);
}

bool end_session(db::Connection& connection, std::string_view email, std::int64_t session_id) {
  if (db::execute(connection, "DELETE FROM Sessions WHERE Id = ? AND Email = ?", session_id,
                  email) == 0) {
    return false;
  }
  events::revoke(connection, events::Revocation::Kind::session, std::to_string(session_id));
  return true;
}

std::vector<SessionRow> list_sessions(db::Connection& connection, std::string_view email) {
  std::vector<SessionRow> sessions;
  db::Query row(connection,
                "SELECT Id, CreatedAt, LastSeenAt, ExpiresAt FROM Sessions"
                " WHERE Email = ? AND ExpiresAt > ? ORDER BY Id DESC",
                email, now_rfc3339());
  while (row.next()) sessions.push_back({row.integer(0), row.text(1), row.text(2), row.text(3)});
  return sessions;
}

}  // namespace harbor::auth
