#pragma once
// Messages that end by themselves: past their ExpiresAt they are deleted for all, past the tenant's
// retention they are removed for good. Done by the jobs worker, with the event, so that list, badge
// and stream agree; no reading compares clocks.

#include <cstdint>
#include <string_view>

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

/// True where a message of the tenant is past its end. In any transaction or none.
bool is_expiry_due(db::Connection& connection, std::string_view tenant);

/// Ends messages past their ExpiresAt, oldest first; how many. Within a writing transaction. At
/// most `limit` rows (messages and their recipients) are touched, but one message always.
std::int64_t expire_messages(db::Connection& connection, std::string_view tenant,
                             std::int64_t limit);

/// The same two for messages older than the retention, which is not 0. What was deleted before goes
/// too.
bool is_retention_over(db::Connection& connection, std::string_view tenant,
                       std::int64_t retention_ms);
std::int64_t remove_old_messages(db::Connection& connection, std::string_view tenant,
                                 std::int64_t retention_ms, std::int64_t limit);

}  // namespace harbor::messaging
