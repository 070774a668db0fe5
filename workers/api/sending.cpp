#include "api/sending.h"

#include "http/etag.h"

namespace harbor::api {
namespace {

using http::Reply;

std::int64_t to_seconds_up(std::int64_t ms) { return (ms + 999) / 1000; }

// The fields of draft-ietf-httpapi-ratelimit-headers-07; the reset is when all is there again.
Reply with_allowance(Reply reply, const redis::Allowance& allowance) {
  return std::move(reply)
      .with("RateLimit-Limit", std::to_string(allowance.limit))
      .with("RateLimit-Remaining", std::to_string(allowance.remaining))
      .with("RateLimit-Reset", std::to_string(to_seconds_up(allowance.full_in_ms)));
}

Reply too_many_messages(const Context& context, const redis::Allowance& allowance) {
  auto error = ApiError("too_many_requests", "So many messages may not be sent so soon.")
                   .retry_after(to_seconds_up(allowance.retry_in_ms));
  return with_allowance(http::problem_reply(error, context.request.request_id), allowance);
}

}  // namespace

Reply send_within_limit(App& app, const Context& context, const std::string& tenant,
                        const std::function<Reply()>& send) {
  const auto allowance = app.limiter.take("send:" + tenant + ":" + context.caller.email,
                                          context.settings.limits.messages);
  if (!allowance.allowed) return too_many_messages(context, allowance);
  return with_allowance(send(), allowance);
}

Reply sent_reply(const messaging::Message& message) {
  return http::json_reply(messaging::message_json(message), 201)
      .with("Location", "/api/messaging/messages/" + std::to_string(message.id))
      .with("ETag", http::etag(message.version));
}

}  // namespace harbor::api
