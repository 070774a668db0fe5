// tenant add, tenant list.

#include <ostream>

#include "auth/people.h"
#include "ctl/checks.h"
#include "ctl/families.h"
#include "db/transaction.h"

namespace harbor::ctl {

void add_tenant(const Context& context, const Arguments& arguments) {
  const auth::Tenant tenant{checked_tenant_id(arguments.word(0)),
                            checked_name(arguments.value("--name"))};
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  const bool added = auth::add_tenant(*connection, tenant);
  if (added) record_act(*connection, "tenant.add", tenant.id, "", {{"name", tenant.name}});
  transaction.commit();
  context.out << "tenant " << tenant.id << (added ? " added\n" : " exists already\n");
}

void list_tenants(const Context& context, const Arguments& /*arguments*/) {
  const auto connection = context.open(db::Mode::read_only);
  for (const auth::Tenant& tenant : auth::list_tenants(*connection)) {
    context.out << tenant.id << '\t' << tenant.name << '\n';
  }
}

}  // namespace harbor::ctl
