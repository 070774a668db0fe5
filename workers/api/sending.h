#pragma once
// What every route that sends a message has in common: the limit of messages a minute, the answer.

#include <functional>
#include <string>

#include "api/app.h"
#include "messaging/message.h"

namespace harbor::api {

/// Runs `send` where the caller may send one more message in the tenant now, and says what is left
/// of the limit (RateLimit-*); else 429.
http::Reply send_within_limit(App& app, const Context& context, const std::string& tenant,
                              const std::function<http::Reply()>& send);

/// 201, with the message, its place and its ETag.
http::Reply sent_reply(const messaging::Message& message);

}  // namespace harbor::api
