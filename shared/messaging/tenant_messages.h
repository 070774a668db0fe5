#pragma once
// A tenant's messages as its admins see them: who wrote when to how many. Subject and body only
// where the setting limits.admin_reads_content allows it, and then each time in the audit log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.h"

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

struct TenantMessages {
  json::array items;                 ///< without subject, body and recipients
  std::optional<std::int64_t> next;  ///< the `before` of the next page
};

/// Newest first, those that were deleted or recalled too.
TenantMessages list_tenant_messages(db::Connection& connection, std::string_view tenant,
                                    std::optional<std::int64_t> before, std::int64_t limit);

/// The same of one message with `subject`, `body` and `history`, its newest former texts; nothing
/// where the tenant has no such one. The setting and the audit row are the caller's.
std::optional<json::object> tenant_message_content(db::Connection& connection,
                                                   std::string_view tenant, std::int64_t id);

}  // namespace harbor::messaging
