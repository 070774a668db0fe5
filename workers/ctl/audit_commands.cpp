// audit list, audit verify.

#include <ostream>

#include "auth/audit.h"
#include "auth/directory.h"
#include "ctl/checks.h"
#include "ctl/families.h"

namespace harbor::ctl {
namespace {

constexpr std::int64_t kPage = 500;

void print(std::ostream& out, const auth::AuditRow& row) {
  out << row.id << '\t' << row.created_at << '\t' << row.actor << '\t' << row.act << '\t'
      << (row.tenant.empty() ? "-" : row.tenant) << '\t'
      << (row.subject.empty() ? "-" : row.subject) << '\t' << row.detail << '\n';
}

}  // namespace

void record_act(db::Connection& connection, std::string act, std::string tenant,
                std::string subject, json::object detail) {
  auth::record(connection, {"harborctl", std::move(act), std::move(tenant), std::move(subject),
                            std::move(detail)});
}

// Newest first, page by page: a long read would keep the log file from being checkpointed.
void list_acts(const Context& context, const Arguments& arguments) {
  std::string tenant;
  if (arguments.has("--tenant")) tenant = checked_tenant_id(arguments.value("--tenant"));
  const auto connection = context.open(db::Mode::read_only);
  std::optional<std::int64_t> before;
  while (true) {
    const auto page = auth::page_of_acts(*connection, tenant, before, kPage);
    for (const auth::AuditRow& row : page.items) print(context.out, row);
    if (!page.next) return;
    before = page.items.back().id;
  }
}

void verify_acts(const Context& context, const Arguments& /*arguments*/) {
  const auto connection = context.open(db::Mode::read_only);
  std::int64_t checked = 0;
  if (const auto broken = auth::first_broken_row(*connection, checked)) {
    throw Refused("the audit log is broken at row " + std::to_string(*broken) + ", after " +
                  std::to_string(checked) + " good ones");
  }
  context.out << "the audit log is whole: " << checked << " rows\n";
}

}  // namespace harbor::ctl
