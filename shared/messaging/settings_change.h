#pragma once
// Changing settings: by an admin over HTTP, or by the operator's hand. One transaction with its row
// in the audit log and, for a tenant, its event tenant:settings. What holds for all tenants is read
// with every request as well, and has no event: a writing transaction touches one tenant.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "events/append.h"
#include "messaging/settings.h"

namespace harbor::messaging {

/// A setting's new value; nothing lets what lies behind it hold again.
struct SettingChange {
  std::string key;
  std::optional<std::string> value;
};

/// Reads `{"limits.recall": "10 min", "limits.read_only": true, "limits.links": 5, "limits.body":
/// null}`. Throws ApiError 400 for a key that is no setting or a value of another type, 422 for
/// what the key's kind or bounds refuse, each naming `settings.<key>`.
std::vector<SettingChange> read_setting_changes(const json::object& settings);

struct SettingsChanged {
  std::vector<std::string> keys;  ///< those that changed; without any nothing was written
  std::optional<events::Announcement> announcement;
};

/// Within a writing transaction. `tenant` is empty for all tenants.
SettingsChanged change_settings(db::Connection& connection, std::string_view actor,
                                std::string_view tenant, const std::vector<SettingChange>& changes);

/// Every setting as it holds in the tenant (empty: for all of them): `{key, value, source, kind,
/// default, least, most, about, updatedAt, updatedBy}`; `source` is tenant, all or file.
json::array settings_json(db::Connection& connection, const Config& config,
                          std::string_view tenant);

}  // namespace harbor::messaging
