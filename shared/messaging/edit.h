#pragma once
// Editing a message that was sent: everybody sees the new text at once, and what was there before
// is kept for its sender and the tenant's admins (messaging/conversation.h reads it).

#include "core/config.h"
#include "core/json.h"
#include "messaging/concerned.h"

namespace harbor::messaging {

/// What is to change; what is absent stays.
struct Edit {
  std::optional<std::string> subject, body, priority;
  std::optional<std::vector<std::string>> links;  ///< the stated ones; those in the body are found
};

/// Throws ApiError 400 for keys and types.
Edit read_edit(const json::value& body);

struct Edited {
  Message message;  ///< as its sender sees it now
  std::optional<events::Announcement> announcement;
};

/// Within a writing transaction. `if_match`: the versions of which the caller holds one; the text
/// must not have changed after it. Throws ApiError not_found, not_allowed for another than the
/// sender, already_recalled, not_direct, stale, and 422 for what a new message may not be either.
Edited edit(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
            const Edit& change, const std::optional<std::vector<std::int64_t>>& if_match,
            const Config::Limits& limits);

}  // namespace harbor::messaging
