// member add, member remove, member list.

#include <ostream>

#include "auth/people.h"
#include "ctl/checks.h"
#include "ctl/families.h"
#include "db/transaction.h"

namespace harbor::ctl {
namespace {

void require_tenant(db::Connection& connection, const std::string& tenant) {
  if (!auth::tenant_exists(connection, tenant)) throw Refused("there is no tenant " + tenant);
}

void require_role(db::Connection& connection, const std::string& role) {
  if (role.empty() || auth::role_exists(connection, role)) return;
  std::string known;
  for (const std::string& name : auth::list_roles(connection)) known += ' ' + name;
  throw Refused("there is no role " + role + "; there are:" + known);
}

std::string rights(const auth::MemberRow& member) {
  std::string text = member.is_admin ? "admin" : "";
  for (const std::string& role : member.roles) text += (text.empty() ? "" : ",") + role;
  return text.empty() ? "-" : text;
}

}  // namespace

void add_member(const Context& context, const Arguments& arguments) {
  const std::string tenant = checked_tenant_id(arguments.word(0));
  const std::string email = checked_email(arguments.word(1));
  const std::string role = arguments.value("--role");
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  require_tenant(*connection, tenant);
  require_role(*connection, role);
  if (!auth::find_person(*connection, email)) throw Refused("there is no user " + email);
  const bool was_member = auth::find_member(*connection, tenant, email).has_value();
  bool changed = auth::add_member(*connection, tenant, email, arguments.has("--admin"));
  if (!role.empty()) changed |= auth::give_role(*connection, tenant, email, role);
  if (changed) {
    record_act(*connection, "member.add", tenant, email,
               {{"isAdmin", arguments.has("--admin")}, {"role", role}});
  }
  transaction.commit();
  context.out << "member " << email << " of " << tenant
              << (!was_member ? " added\n"
                  : changed   ? " changed\n"
                              : " exists already\n");
}

void remove_member(const Context& context, const Arguments& arguments) {
  const std::string tenant = checked_tenant_id(arguments.word(0));
  const std::string email = checked_email(arguments.word(1));
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  require_tenant(*connection, tenant);
  if (!auth::remove_member(*connection, tenant, email)) {
    throw Refused(email + " is no member of " + tenant);
  }
  record_act(*connection, "member.remove", tenant, email);
  transaction.commit();
  context.out << "member " << email << " of " << tenant << " removed\n";
}

void list_members(const Context& context, const Arguments& arguments) {
  const std::string tenant = checked_tenant_id(arguments.word(0));
  const auto connection = context.open(db::Mode::read_only);
  const db::ReadTransaction view(*connection);
  require_tenant(*connection, tenant);
  for (const auth::MemberRow& member : auth::list_members(*connection, tenant)) {
    context.out << member.email << '\t' << member.name << '\t' << rights(member) << '\n';
  }
}

}  // namespace harbor::ctl
