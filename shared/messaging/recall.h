#pragma once
// Recall: the sender takes a message back. A tombstone stays, with who wrote when to whom, and why
// it was recalled; subject, body, links and history are gone, from the event log too.

#include "core/config.h"
#include "core/json.h"
#include "messaging/concerned.h"

namespace harbor::messaging {

/// The reason, where the body has one. Throws ApiError 400 for keys and types, 422 for a reason
/// that is longer than a subject may be.
std::optional<std::string> read_recall_reason(const json::value& body,
                                              const Config::Limits& limits);

struct Recalled {
  Message message;  ///< the tombstone, as its sender sees it
  events::Announcement announcement;
};

/// Within a writing transaction. Throws ApiError not_found, not_allowed for another than the
/// sender, not_direct, already_recalled, recall_window_over, and already_read where somebody has
/// read it and the tenant does not recall then.
Recalled recall(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                const std::optional<std::string>& reason, const Config::Limits& limits);

}  // namespace harbor::messaging
