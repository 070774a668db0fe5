#include "messaging/settings_change.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "auth/audit.h"
#include "core/api_error.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

// Longer than any value can be; also what keeps the audit log's rows small.
constexpr std::size_t kLongestValue = 64;

std::optional<std::string> value_of(const std::string& field, const json::value& value) {
  if (value.is_null()) return std::nullopt;
  if (value.is_bool()) return value.get_bool() ? "yes" : "no";
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_string()) return std::string(value.get_string());
  throw ApiError("wrong_type", field + " must be a text, a whole number, a boolean or null.",
                 field);
}

bool is_taken(const ConfigRow& row, const std::string& value) {
  if (value.size() > kLongestValue) return false;
  try {
    Config scratch{};
    set_value(scratch, row, value);
    return true;
  } catch (const ConfigError&) {
    return false;
  }
}

const StoredSetting* find_stored(const std::vector<StoredSetting>& stored, std::string_view key) {
  const auto found = std::find_if(stored.begin(), stored.end(),
                                  [&](const StoredSetting& setting) { return setting.key == key; });
  return found == stored.end() ? nullptr : &*found;
}

std::string_view kind_name(ConfigKind kind) {
  switch (kind) {
    case ConfigKind::flag: return "flag";
    case ConfigKind::count: return "count";
    case ConfigKind::size: return "size";
    case ConfigKind::duration: return "duration";
    case ConfigKind::rate: return "rate";
    case ConfigKind::duration_range: return "durationRange";
    case ConfigKind::words:  // no setting is of that kind
    case ConfigKind::text: return "text";
  }
  return "text";
}

json::value or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

void record_change(db::Connection& connection, std::string_view actor, std::string_view tenant,
                   const SettingChange& change) {
  json::object detail{{"value", nullptr}};
  if (change.value) detail["value"] = *change.value;
  auth::record(connection, {std::string(actor), "settings.change", std::string(tenant), change.key,
                            std::move(detail)});
}

}  // namespace

std::vector<SettingChange> read_setting_changes(const json::object& settings) {
  std::vector<SettingChange> changes;
  std::vector<FieldError> errors;
  for (const auto& [name, value] : settings) {
    const std::string key(name);
    const std::string field = "settings." + key;
    const ConfigRow* const row = find_setting(key);
    if (row == nullptr) throw ApiError("unknown_key", key + " is not a setting.", field);
    SettingChange change{key, value_of(field, value)};
    if (change.value && !is_taken(*row, *change.value)) errors.push_back({field, "out_of_bounds"});
    changes.push_back(std::move(change));
  }
  if (!errors.empty()) throw ApiError(std::move(errors));
  return changes;
}

SettingsChanged change_settings(db::Connection& connection, std::string_view actor,
                                std::string_view tenant,
                                const std::vector<SettingChange>& changes) {
  SettingsChanged changed;
  for (const SettingChange& change : changes) {
    if (!store_setting(connection, tenant, change.key, change.value, actor)) continue;
    record_change(connection, actor, tenant, change);
    changed.keys.push_back(change.key);
  }
  if (tenant.empty() || changed.keys.empty()) return changed;
  events::Change event(connection, tenant);
  const json::object payload{{"changed", json::value_from(changed.keys)}};
  event.append({"tenant:settings", 0, true, {}, json::serialize(payload)});
  changed.announcement = event.announcement();
  return changed;
}

json::array settings_json(db::Connection& connection, const Config& config,
                          std::string_view tenant) {
  Config holds = config;
  const Settings settings = read_settings(connection, config, tenant);
  holds.limits = settings.limits;
  holds.stream.per_user = settings.streams_per_user;
  const auto for_all = stored_settings(connection, "");
  const auto own =
      tenant.empty() ? std::vector<StoredSetting>{} : stored_settings(connection, tenant);
  json::array list;
  for (const ConfigRow& row : config_table()) {
    if (!row.settable) continue;
    const StoredSetting* const of_tenant = find_stored(own, row.key);
    const StoredSetting* const stored = of_tenant ? of_tenant : find_stored(for_all, row.key);
    list.push_back(json::object{{"key", row.key},
                                {"value", value_text(holds, row)},
                                {"source", of_tenant ? "tenant"
                                           : stored  ? "all"
                                                     : "file"},
                                {"kind", kind_name(row.kind)},
                                {"default", row.fallback},
                                {"least", or_null(row.least)},
                                {"most", or_null(row.most)},
                                {"about", row.about},
                                {"updatedAt", or_null(stored ? stored->updated_at : "")},
                                {"updatedBy", or_null(stored ? stored->updated_by : "")}});
  }
  return list;
}

}  // namespace harbor::messaging
