#include "api/handlers.h"
#include "core/fields.h"
#include "messaging/settings_change.h"

namespace harbor::api {
namespace {

http::Reply settings_reply(const App& app, const Context& context, db::Connection& connection) {
  const std::string& tenant = context.standing.tenant;
  return http::json_reply(
      {{"tenantId", tenant.empty() ? json::value(nullptr) : json::value(tenant)},
       {"settings", messaging::settings_json(connection, app.config, tenant)}});
}

}  // namespace

http::Reply read_settings(App& app, const Context& context) {
  context.query->finish();
  return settings_reply(app, context, *context.view);
}

http::Reply change_settings(App& app, const Context& context) {
  context.query->finish();
  Fields fields(context.body);
  auto changes = messaging::read_setting_changes(fields.object("settings"));
  fields.finish();
  return write(
      app, context,
      [&app, caller = context.caller, tenant = context.standing.tenant,
       changes = std::move(changes)](db::Connection& connection) {
        tenant.empty() ? auth::require_global_admin(caller)
                       : void(auth::require_admin(connection, caller, tenant));
        const auto changed = messaging::change_settings(connection, caller.email, tenant, changes);
        const json::value named = tenant.empty() ? json::value(nullptr) : json::value(tenant);
        return Written{http::json_reply({{"tenantId", named},
                                         {"settings", messaging::settings_json(
                                                          connection, app.config, tenant)}}),
                       changed.announcement};
      });
}

}  // namespace harbor::api
