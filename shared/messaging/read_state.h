#pragma once
// Reading and seeing: what a person has read, one by one or all at once, and up to where the
// badge has been looked at. All within a writing transaction of the caller.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/access.h"
#include "events/append.h"

namespace harbor::messaging {

/// The state after an act. Nothing to announce where nothing changed.
struct ReadOutcome {
  std::int64_t changed = 0;  ///< messages whose state changed
  bool is_read = false;
  std::optional<std::string> read_at;
  events::VersionedCounts counts;
  events::Cursor cursor;  ///< the tenant's head after it
  std::optional<events::Announcement> announcement;
};

/// Marks one message read or unread for a recipient. Throws ApiError not_found where the caller
/// may not see it, not_allowed where they are its sender only.
ReadOutcome set_read(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                     bool is_read);

/// Marks everything up to and including the message `up_to` (everything there is, where absent)
/// read. Throws ApiError not_found where the caller may not see that message in this tenant.
ReadOutcome read_all(db::Connection& connection, const auth::Caller& caller,
                     std::string_view tenant, std::optional<std::int64_t> up_to);

/// What came up to `cursor` has been seen: the badge counts only what came later. Throws ApiError
/// 422 for a cursor that is not of this log.
ReadOutcome mark_seen(db::Connection& connection, const auth::Caller& caller,
                      std::string_view tenant, std::string_view cursor);

}  // namespace harbor::messaging
