// What admins see and do of people, tenants and messages. Each act is one transaction with its row
// in the audit log.

#include <algorithm>
#include <boost/json/value_from.hpp>

#include "api/answers.h"
#include "api/handlers.h"
#include "auth/audit.h"
#include "auth/directory.h"
#include "core/fields.h"
#include "core/text.h"
#include "messaging/tenant_messages.h"

namespace harbor::api {
namespace {

using http::Reply;

constexpr std::size_t kMostRoles = 20;

auth::PageOf read_page(const App& app, const Context& context) {
  auth::PageOf page;
  page.after = context.query->text("after").value_or("");
  page.limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  return page;
}

template <class Item, class ToJson>
Reply page_reply(const auth::Listed<Item>& page, ToJson to_json) {
  json::array items;
  for (const Item& item : page.items) items.push_back(to_json(item));
  return http::json_reply({{"items", std::move(items)}, {"nextCursor", or_null(page.next)}});
}

json::object act_json(const auth::AuditRow& row) {
  return {{"id", row.id},
          {"createdAt", row.created_at},
          {"actor", row.actor},
          {"act", row.act},
          {"tenantId", row.tenant.empty() ? json::value(nullptr) : json::value(row.tenant)},
          {"subject", row.subject},
          {"detail", parse_json(row.detail, 32).value()}};
}

json::object member_json(const auth::MemberRow& member) {
  return {{"email", member.email},
          {"name", member.name},
          {"isAdmin", member.is_admin},
          {"roles", json::value_from(member.roles)}};
}

// What a member of `tenant` is to be.
struct Membership {
  std::string tenant, email, name;
  bool is_admin = false;
  std::vector<std::string> roles;
};

Membership read_membership(const json::value& body) {
  Fields fields(body);
  Membership wanted;
  wanted.tenant = fields.text("tenantId");
  const auto email = normal_email(fields.text("email"));
  const std::string name(trim(without_controls(fields.optional_text("name").value_or(""))));
  wanted.is_admin = fields.flag("isAdmin");
  wanted.roles = fields.texts("roles");
  fields.finish();
  if (!email) throw ApiError(std::vector<FieldError>{{"email", "not_an_address"}});
  if (code_points(name) > 200) throw ApiError(std::vector<FieldError>{{"name", "too_long"}});
  if (wanted.roles.size() > kMostRoles) {
    throw ApiError(std::vector<FieldError>{{"roles", "too_many"}});
  }
  wanted.email = *email;
  wanted.name = name.empty() ? *email : name;
  return wanted;
}

void check_roles(db::Connection& connection, const std::vector<std::string>& roles) {
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (auth::role_exists(connection, roles[i])) continue;
    errors.push_back({"roles[" + std::to_string(i) + "]", "unknown_role"});
  }
  if (!errors.empty()) throw ApiError(std::move(errors));
}

Written store_membership(db::Connection& connection, const auth::Caller& caller,
                         const Membership& wanted) {
  auth::require_admin(connection, caller, wanted.tenant);
  check_roles(connection, wanted.roles);
  // The same whether somebody has the address already, here or elsewhere: nobody is found out.
  auth::add_person(connection, {wanted.email, wanted.name});
  if (auth::set_member(connection, wanted.tenant, wanted.email, wanted.is_admin, wanted.roles)) {
    auth::record(connection,
                 {caller.email,
                  "member.set",
                  wanted.tenant,
                  wanted.email,
                  {{"isAdmin", wanted.is_admin}, {"roles", json::value_from(wanted.roles)}}});
  }
  return {http::json_reply({{"email", wanted.email},
                            {"isAdmin", wanted.is_admin},
                            {"roles", json::value_from(wanted.roles)}}),
          std::nullopt};
}

Reply change_user(App& app, const Context& context, const char* act,
                  bool (*change)(db::Connection&, std::string_view)) {
  context.query->finish();
  Fields(context.body).finish();
  return write(app, context,
               [caller = context.caller, act, change,
                email = normal_email(context.id).value_or("")](db::Connection& connection) {
                 auth::require_global_admin(caller);
                 if (!change(connection, email))
                   throw ApiError("not_found", "There is no such person.");
                 auth::record(connection, {caller.email, act, "", email, {}});
                 return Written{http::no_content(), std::nullopt};
               });
}

}  // namespace

Reply list_acts(App& app, const Context& context) {
  const auto before = context.query->integer("before");
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  return page_reply(auth::page_of_acts(*context.view, context.standing.tenant, before, limit),
                    act_json);
}

Reply list_tenants(App& app, const Context& context) {
  const auto page = read_page(app, context);
  return page_reply(auth::page_of_tenants(*context.view, page), [](const auth::TenantRow& row) {
    return json::object{
        {"id", row.tenant.id}, {"name", row.tenant.name}, {"createdAt", row.created_at}};
  });
}

Reply list_users(App& app, const Context& context) {
  const auto page = read_page(app, context);
  return page_reply(auth::page_of_people(*context.view, page), [](const auth::PersonRow& row) {
    return json::object{{"email", row.person.email},
                        {"name", row.person.name},
                        {"isGlobalAdmin", row.person.is_global_admin},
                        {"isDisabled", row.person.is_disabled},
                        {"createdAt", row.created_at}};
  });
}

Reply disable_user(App& app, const Context& context) {
  if (normal_email(context.id) == context.caller.email) {
    throw ApiError("not_allowed", "Nobody disables their own account.");
  }
  return change_user(app, context, "user.disable", auth::disable_person);
}

Reply enable_user(App& app, const Context& context) {
  return change_user(app, context, "user.enable", auth::enable_person);
}

Reply list_members(App& app, const Context& context) {
  const auto page = read_page(app, context);
  return page_reply(auth::page_of_members(*context.view, context.standing.tenant, page),
                    member_json);
}

Reply set_member(App& app, const Context& context) {
  context.query->finish();
  return write(app, context,
               [caller = context.caller,
                wanted = read_membership(context.body)](db::Connection& connection) {
                 return store_membership(connection, caller, wanted);
               });
}

Reply remove_member(App& app, const Context& context) {
  context.query->finish();
  return write(app, context,
               [caller = context.caller, tenant = context.standing.tenant,
                email = normal_email(context.id).value_or("")](db::Connection& connection) {
                 auth::require_admin(connection, caller, tenant);
                 if (!auth::remove_member(connection, tenant, email)) {
                   throw ApiError("not_found", "There is no such member.");
                 }
                 auth::record(connection, {caller.email, "member.remove", tenant, email, {}});
                 return Written{http::no_content(), std::nullopt};
               });
}

Reply list_tenant_messages(App& app, const Context& context) {
  const auto before = context.query->integer("before");
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  auto page =
      messaging::list_tenant_messages(*context.view, context.standing.tenant, before, limit);
  json::value next = nullptr;
  if (page.next) next = std::to_string(*page.next);
  return http::json_reply({{"items", std::move(page.items)}, {"nextCursor", std::move(next)}});
}

// A POST, although it changes no message: that somebody looked is written down.
Reply open_tenant_message(App& app, const Context& context) {
  context.query->finish();
  Fields fields(context.body);
  const std::string tenant = fields.text("tenantId");
  fields.finish();
  if (!context.settings.limits.admin_reads_content) {
    throw ApiError("not_allowed", "The setting limits.admin_reads_content does not allow it.");
  }
  return write(
      app, context,
      [caller = context.caller, tenant,
       id = parse_id(context.id).value_or(0)](db::Connection& connection) {
        auth::require_admin(connection, caller, tenant);
        auto content = messaging::tenant_message_content(connection, tenant, id);
        if (!content) throw ApiError("not_found", "There is no such message.");
        auth::record(connection, {caller.email, "message.open", tenant, std::to_string(id), {}});
        return Written{http::json_reply(*content), std::nullopt};
      });
}

}  // namespace harbor::api
