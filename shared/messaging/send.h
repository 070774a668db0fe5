#pragma once
// Sending: a draft from the request, then one transaction that checks its people and stores
// message, recipients, links, counts and the event.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "auth/access.h"
#include "core/config.h"
#include "core/json.h"
#include "events/append.h"
#include "messaging/markdown.h"
#include "messaging/message.h"

namespace harbor::messaging {

struct Draft {
  std::string tenant;
  std::string subject;  ///< without control characters
  std::string body;
  std::vector<std::string> recipients;  ///< as written: errors name them by index
  std::vector<std::string> roles;
  std::string priority = "normal";
  std::optional<std::string> expires_at;  ///< RFC 3339 UTC
  std::optional<std::int64_t> reply_to;
  std::vector<WebLink> links;  ///< stated ones, then those found in the body
};

/// Reads and checks what needs no database. Throws ApiError: 400 for keys and types, 422 with a
/// row per field for rules.
Draft read_draft(const json::value& body, const Config::Limits& limits);

struct Sent {
  Message message;  ///< as its sender sees it
  events::Announcement announcement;
};

/// Within a writing transaction; the sender is a member (auth::require_member). Throws ApiError
/// 422 naming every recipient, role or parent that is not the sender's to use; nothing is stored.
Sent send(db::Connection& connection, const auth::Caller& sender, const Draft& draft,
          const Config::Limits& limits);

/// Throws ApiError 422 where a draft names more people or roles than one may.
void require_bounded(const Draft& draft, const Config::Limits& limits);

/// Whom a draft to these people and roles of its tenant would reach, by address, without the
/// sender. Throws what send throws for its people.
std::vector<Recipient> preview_audience(db::Connection& connection, const auth::Caller& sender,
                                        const Draft& draft, const Config::Limits& limits);

}  // namespace harbor::messaging
