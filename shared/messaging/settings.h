#pragma once
// Settings: the settable rows of the configuration table, changed while the workers run. A tenant's
// own value goes before the one for all tenants, and that before the configuration file's. Read
// with every request in its own view of the database, so that a change holds at once.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

/// What holds in a tenant.
struct Settings {
  Config::Limits limits;
  std::int64_t streams_per_user;
};

/// A tenant's settings; an empty tenant gives those for all. A stored value that this program
/// does not take (any more) is as if it were not there.
Settings read_settings(db::Connection& connection, const Config& config, std::string_view tenant);

/// The settable row of that key ("limits.recall"); null where there is none.
const ConfigRow* find_setting(std::string_view key);

struct StoredSetting {
  std::string key, value;
  std::string updated_at, updated_by;
};

/// What is stored for one tenant, or for all of them (empty tenant), by key.
std::vector<StoredSetting> stored_settings(db::Connection& connection, std::string_view tenant);

/// Stores a value, or with nothing removes it, so that what lies behind holds again. False where
/// that changes nothing. Precondition: a writing transaction; the key is a setting, the value one
/// of its kind (set_value).
bool store_setting(db::Connection& connection, std::string_view tenant, std::string_view key,
                   const std::optional<std::string>& value, std::string_view actor);

}  // namespace harbor::messaging
