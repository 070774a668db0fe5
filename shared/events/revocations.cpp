#include "events/revocations.h"

#include "core/clock.h"
#include "core/mutant.h"
#include "db/database.h"

namespace harbor::events {
namespace {

std::string_view kind_name(Revocation::Kind kind) {
  switch (kind) {
    case Revocation::Kind::session: return "session";
    case Revocation::Kind::user: return "user";
    case Revocation::Kind::member: return "member";
  }
  return "user";
}

Revocation::Kind kind_of(std::string_view name) {
  if (name == "session") return Revocation::Kind::session;
  return name == "member" ? Revocation::Kind::member : Revocation::Kind::user;
}

}  // namespace

bool Revocation::concerns(std::string_view email, std::string_view session_id,
                          std::string_view tenant_id) const {
  switch (kind) {
    case Kind::session: return subject == session_id;
    case Kind::user: return subject == email;
    case Kind::member: return subject == email && tenant == tenant_id;
  }
  return true;
}

void revoke(db::Connection& connection, Revocation::Kind kind, std::string_view subject,
            std::string_view tenant) {
  std::optional<std::string_view> tenant_id;
  if (!tenant.empty()) tenant_id = tenant;
  db::execute(connection,
              "INSERT INTO Revocations (Kind, Subject, TenantId, CreatedAt) VALUES (?, ?, ?, ?)",
              kind_name(kind), subject, tenant_id, now_rfc3339());
}

std::vector<Revocation> read_revocations(db::Connection& connection, std::int64_t after) {
  std::vector<Revocation> revocations;
  if (mutant("skip_revocation_read")) return revocations;
  db::Query row(connection,
                "SELECT Id, Kind, Subject, COALESCE(TenantId, '') FROM Revocations"
                " WHERE Id > ? ORDER BY Id",
                after);
  while (row.next()) {
    revocations.push_back({row.integer(0), kind_of(row.view(1)), row.text(2), row.text(3)});
  }
  return revocations;
}

std::int64_t newest_revocation(db::Connection& connection) {
  db::Query row(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'Revocations'");
  return row.next() ? row.integer(0) : 0;
}

}  // namespace harbor::events
