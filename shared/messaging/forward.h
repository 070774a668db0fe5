#pragma once
// Forwarding: a new message of the caller's that carries another one's text and links.

#include "core/config.h"
#include "core/json.h"
#include "messaging/send.h"

namespace harbor::messaging {

struct Forward {
  std::vector<std::string> recipients, roles;
  std::optional<std::string> subject;  ///< absent: "Fwd: " and the original's
  std::string body;                    ///< what the caller adds, above the original
  std::string priority = "normal";
};

/// Throws ApiError 400 for keys and types, 422 for rules that need no database.
Forward read_forward(const json::value& body, const Config::Limits& limits);

/// Within a writing transaction. Throws ApiError not_found where the caller does not see the
/// message, already_recalled, and what sending throws.
Sent forward(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
             const Forward& forward, const Config::Limits& limits);

}  // namespace harbor::messaging
