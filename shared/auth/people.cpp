#include "auth/people.h"

#include <algorithm>

#include "core/clock.h"
#include "db/database.h"
#include "events/append.h"
#include "events/revocations.h"

namespace harbor::auth {

using db::execute;
using db::Query;
using events::Revocation;

namespace {

void end_sessions(db::Connection& connection, std::string_view email) {
  execute(connection, "DELETE FROM Sessions WHERE Email = ?", email);
  events::revoke(connection, Revocation::Kind::user, email);
}

Person read_person(const Query& row) {
  return {row.text(0), row.text(1), row.boolean(2), row.boolean(3)};
}

Member read_member(const Query& row) {
  return {row.text(0), row.text(1), row.boolean(2), row.integer(3)};
}

}  // namespace

std::optional<Person> find_person(db::Connection& connection, std::string_view email) {
  Query row(connection,
            "SELECT Email, Name, IsGlobalAdmin, IsDisabled FROM Subscribers WHERE Email = ?",
            email);
  if (!row.next()) return std::nullopt;
  return read_person(row);
}

std::vector<Person> list_people(db::Connection& connection) {
  std::vector<Person> people;
  Query row(connection,
            "SELECT Email, Name, IsGlobalAdmin, IsDisabled FROM Subscribers ORDER BY Email");
  while (row.next()) people.push_back(read_person(row));
  return people;
}

bool add_person(db::Connection& connection, const Person& person) {
  return execute(connection,
                 "INSERT INTO Subscribers (Email, Name, IsGlobalAdmin, CreatedAt)"
                 " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                 person.email, person.name, person.is_global_admin, now_rfc3339()) > 0;
}

void set_password_hash(db::Connection& connection, std::string_view email, std::string_view hash) {
  execute(connection,
          "INSERT INTO Credentials (Email, PasswordHash, UpdatedAt) VALUES (?, ?, ?)"
          " ON CONFLICT (Email) DO UPDATE SET PasswordHash = excluded.PasswordHash,"
          " UpdatedAt = excluded.UpdatedAt",
          email, hash, now_rfc3339());
  end_sessions(connection, email);
}

std::string password_hash(db::Connection& connection, std::string_view email) {
  Query row(connection, "SELECT PasswordHash FROM Credentials WHERE Email = ?", email);
  return row.next() ? row.text(0) : std::string();
}

bool disable_person(db::Connection& connection, std::string_view email) {
  if (!find_person(connection, email)) return false;
  execute(connection, "UPDATE Subscribers SET IsDisabled = 1 WHERE Email = ?", email);
  end_sessions(connection, email);
  return true;
}

bool enable_person(db::Connection& connection, std::string_view email) {
  return execute(connection, "UPDATE Subscribers SET IsDisabled = 0 WHERE Email = ?", email) > 0;
}

bool add_tenant(db::Connection& connection, const Tenant& tenant) {
  const auto added = execute(connection,
                             "INSERT INTO Tenants (Id, Name, CreatedAt) VALUES (?, ?, ?)"
                             " ON CONFLICT DO NOTHING",
                             tenant.id, tenant.name, now_rfc3339());
  if (added > 0) events::begin_log(connection, tenant.id);
  return added > 0;
}

bool tenant_exists(db::Connection& connection, std::string_view id) {
  Query row(connection, "SELECT 1 FROM Tenants WHERE Id = ?", id);
  return row.next();
}

std::vector<Tenant> list_tenants(db::Connection& connection) {
  std::vector<Tenant> tenants;
  Query row(connection, "SELECT Id, Name FROM Tenants ORDER BY Id");
  while (row.next()) tenants.push_back({row.text(0), row.text(1)});
  return tenants;
}

std::optional<Member> find_member(db::Connection& connection, std::string_view tenant,
                                  std::string_view email) {
  Query row(connection,
            "SELECT u.TenantId, t.Name, u.IsAdmin, u.JoinedSeq FROM TenantUsers u"
            " JOIN Tenants t ON t.Id = u.TenantId WHERE u.TenantId = ? AND u.Email = ?",
            tenant, email);
  if (!row.next()) return std::nullopt;
  return read_member(row);
}

std::vector<Member> memberships(db::Connection& connection, std::string_view email) {
  std::vector<Member> members;
  Query row(connection,
            "SELECT u.TenantId, t.Name, u.IsAdmin, u.JoinedSeq FROM TenantUsers u"
            " JOIN Tenants t ON t.Id = u.TenantId WHERE u.Email = ? ORDER BY u.TenantId",
            email);
  while (row.next()) members.push_back(read_member(row));
  return members;
}

bool add_member(db::Connection& connection, std::string_view tenant, std::string_view email,
                bool is_admin) {
  return execute(connection,
                 "INSERT INTO TenantUsers (TenantId, Email, IsAdmin, JoinedSeq, CreatedAt)"
                 " SELECT TenantId, ?, ?, Head + 1, ? FROM EventHeads WHERE TenantId = ?"
                 " ON CONFLICT (TenantId, Email) DO UPDATE SET IsAdmin = 1"
                 " WHERE excluded.IsAdmin = 1 AND IsAdmin = 0",
                 email, is_admin, now_rfc3339(), tenant) > 0;
}

std::vector<MemberRow> list_members(db::Connection& connection, std::string_view tenant) {
  std::vector<MemberRow> members;
  Query row(connection,
            "SELECT u.Email, p.Name, u.IsAdmin FROM TenantUsers u"
            " JOIN Subscribers p ON p.Email = u.Email WHERE u.TenantId = ? ORDER BY u.Email",
            tenant);
  while (row.next()) {
    members.push_back(
        {row.text(0), row.text(1), row.boolean(2), member_roles(connection, tenant, row.view(0))});
  }
  return members;
}

bool set_member(db::Connection& connection, std::string_view tenant, std::string_view email,
                bool is_admin, const std::vector<std::string>& roles) {
  bool changed = add_member(connection, tenant, email, is_admin);
  changed |= execute(connection,
                     "UPDATE TenantUsers SET IsAdmin = ?1"
                     " WHERE TenantId = ?2 AND Email = ?3 AND IsAdmin <> ?1",
                     is_admin, tenant, email) > 0;
  for (const std::string& role : member_roles(connection, tenant, email)) {
    if (std::find(roles.begin(), roles.end(), role) != roles.end()) continue;
    execute(connection, "DELETE FROM UserRoles WHERE TenantId = ? AND Email = ? AND Role = ?",
            tenant, email, role);
    changed = true;
  }
  for (const std::string& role : roles) changed |= give_role(connection, tenant, email, role);
  return changed;
}

bool remove_member(db::Connection& connection, std::string_view tenant, std::string_view email) {
  if (execute(connection, "DELETE FROM TenantUsers WHERE TenantId = ? AND Email = ?", tenant,
              email) == 0) {
    return false;
  }
  events::revoke(connection, Revocation::Kind::member, email, tenant);
  return true;
}

bool role_exists(db::Connection& connection, std::string_view role) {
  Query row(connection, "SELECT 1 FROM Roles WHERE Name = ?", role);
  return row.next();
}

std::vector<std::string> list_roles(db::Connection& connection) {
  std::vector<std::string> roles;
  Query row(connection, "SELECT Name FROM Roles ORDER BY Name");
  while (row.next()) roles.push_back(row.text(0));
  return roles;
}

std::vector<std::string> member_roles(db::Connection& connection, std::string_view tenant,
                                      std::string_view email) {
  std::vector<std::string> roles;
  Query row(connection, "SELECT Role FROM UserRoles WHERE TenantId = ? AND Email = ? ORDER BY Role",
            tenant, email);
  while (row.next()) roles.push_back(row.text(0));
  return roles;
}

bool give_role(db::Connection& connection, std::string_view tenant, std::string_view email,
               std::string_view role) {
  return execute(connection,
                 "INSERT INTO UserRoles (TenantId, Email, Role) VALUES (?, ?, ?)"
                 " ON CONFLICT DO NOTHING",
                 tenant, email, role) > 0;
}

}  // namespace harbor::auth
