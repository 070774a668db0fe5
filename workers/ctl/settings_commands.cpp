// settings list, settings set, settings unset.

#include <ostream>

#include "auth/people.h"
#include "core/api_error.h"
#include "ctl/checks.h"
#include "ctl/families.h"
#include "db/transaction.h"
#include "messaging/settings_change.h"

namespace harbor::ctl {
namespace {

// The tenant that --tenant names, which there must be; empty without it: all tenants.
std::string named_tenant(db::Connection& connection, const Arguments& arguments) {
  if (!arguments.has("--tenant")) return {};
  std::string tenant = checked_tenant_id(arguments.value("--tenant"));
  if (!auth::tenant_exists(connection, tenant)) throw Refused("there is no tenant " + tenant);
  return tenant;
}

messaging::SettingChange read_change(const std::string& key, const json::value& value) {
  const ConfigRow* const row = messaging::find_setting(key);
  if (row == nullptr) throw Refused(key + " is no setting; see harborctl settings list");
  try {
    return messaging::read_setting_changes({{key, value}}).front();
  } catch (const ApiError&) {
    throw Refused(key + " does not take that value" +
                  (row->most.empty()
                       ? std::string(row->kind == ConfigKind::flag ? " (yes or no)" : "")
                       : " (" + std::string(row->least) + " to " + std::string(row->most) + ")"));
  }
}

void change(const Context& context, const Arguments& arguments,
            const messaging::SettingChange& change) {
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  const std::string tenant = named_tenant(*connection, arguments);
  const auto changed = messaging::change_settings(*connection, "harborctl", tenant, {change});
  transaction.commit();
  context.out << change.key << (changed.keys.empty() ? " unchanged" : " changed") << " for "
              << (tenant.empty() ? "all tenants" : tenant) << '\n';
}

std::string_view text_of(const json::object& setting, std::string_view key) {
  const json::value& value = setting.at({key.data(), key.size()});
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view("-");
}

}  // namespace

void list_settings(const Context& context, const Arguments& arguments) {
  const auto connection = context.open(db::Mode::read_only);
  const db::ReadTransaction view(*connection);
  const std::string tenant = named_tenant(*connection, arguments);
  for (const json::value& value : messaging::settings_json(*connection, context.config, tenant)) {
    const json::object& setting = value.get_object();
    const char* separator = "";
    for (const auto* key : {"key", "value", "source", "least", "most", "about"}) {
      context.out << separator << text_of(setting, key);
      separator = "\t";
    }
    context.out << '\n';
  }
}

void set_setting(const Context& context, const Arguments& arguments) {
  change(context, arguments, read_change(arguments.word(0), json::string(arguments.word(1))));
}

void unset_setting(const Context& context, const Arguments& arguments) {
  change(context, arguments, read_change(arguments.word(0), nullptr));
}

}  // namespace harbor::ctl
