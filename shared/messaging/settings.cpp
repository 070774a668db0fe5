#include "messaging/settings.h"

#include <algorithm>

#include "core/clock.h"
#include "core/log.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::execute;
using db::Query;

StoredSetting read_row(const Query& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3)};
}

void apply(const std::vector<StoredSetting>& stored, Config& config) {
  for (const StoredSetting& setting : stored) {
    const ConfigRow* const row = find_setting(setting.key);
    if (row == nullptr) continue;
    try {
      set_value(config, *row, setting.value);
    } catch (const ConfigError& error) {
      log_debug("a stored setting is not taken", {{"key", setting.key}, {"error", error.what()}});
    }
  }
}

bool remove_setting(db::Connection& connection, std::string_view tenant, std::string_view key) {
  if (tenant.empty()) {
    return execute(connection, "DELETE FROM SystemSettings WHERE Key = ?", key) > 0;
  }
  return execute(connection, "DELETE FROM TenantSettings WHERE TenantId = ? AND Key = ?", tenant,
                 key) > 0;
}

bool put_setting(db::Connection& connection, std::string_view tenant, std::string_view key,
                 const std::string& value, std::string_view actor) {
  const std::string now = now_rfc3339();
  if (tenant.empty()) {
    return execute(connection,
                   "INSERT INTO SystemSettings (Key, Value, UpdatedAt, UpdatedBy)"
                   " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (Key) DO UPDATE"
                   " SET Value = ?2, UpdatedAt = ?3, UpdatedBy = ?4 WHERE Value <> ?2",
                   key, value, now, actor) > 0;
  }
  return execute(connection,
                 "INSERT INTO TenantSettings (TenantId, Key, Value, UpdatedAt, UpdatedBy)"
                 " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (TenantId, Key) DO UPDATE"
                 " SET Value = ?3, UpdatedAt = ?4, UpdatedBy = ?5 WHERE Value <> ?3",
                 tenant, key, value, now, actor) > 0;
}

}  // namespace

const ConfigRow* find_setting(std::string_view key) {
  const auto table = config_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const ConfigRow& row) {
    return row.settable && row.key == key;
  });
  return found == table.end() ? nullptr : &*found;
}

std::vector<StoredSetting> stored_settings(db::Connection& connection, std::string_view tenant) {
  std::vector<StoredSetting> stored;
  if (tenant.empty()) {
    Query row(connection,
              "SELECT Key, Value, UpdatedAt, UpdatedBy FROM SystemSettings ORDER BY Key");
    while (row.next()) stored.push_back(read_row(row));
    return stored;
  }
  Query row(connection,
            "SELECT Key, Value, UpdatedAt, UpdatedBy FROM TenantSettings WHERE TenantId = ?"
            " ORDER BY Key",
            tenant);
  while (row.next()) stored.push_back(read_row(row));
  return stored;
}

Settings read_settings(db::Connection& connection, const Config& config, std::string_view tenant) {
  const auto for_all = stored_settings(connection, "");
  const auto own =
      tenant.empty() ? std::vector<StoredSetting>{} : stored_settings(connection, tenant);
  if (for_all.empty() && own.empty()) return {config.limits, config.stream.per_user};
  Config laid_over{};
  laid_over.limits = config.limits;
  laid_over.stream.per_user = config.stream.per_user;
  apply(for_all, laid_over);
  apply(own, laid_over);
  return {laid_over.limits, laid_over.stream.per_user};
}

bool store_setting(db::Connection& connection, std::string_view tenant, std::string_view key,
                   const std::optional<std::string>& value, std::string_view actor) {
  return value ? put_setting(connection, tenant, key, *value, actor)
               : remove_setting(connection, tenant, key);
}

}  // namespace harbor::messaging
