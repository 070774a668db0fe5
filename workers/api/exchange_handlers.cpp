// POST /api/auth/exchange: a host application's token becomes a session.

#include "api/handlers.h"
#include "api/signed_in.h"
#include "auth/exchange.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/log.h"

namespace harbor::api {
namespace {

struct Request {
  std::string token;
  bool wants_token = false;
};

Request read_request(const Context& context) {
  Fields fields(context.body);
  Request request{fields.text("token"), fields.flag("bearer")};
  fields.finish();
  return request;
}

auth::Assertion verify(const App& app, const std::string& token) {
  auto assertion = app.issuers.verify(token, now_ms());
  if (assertion.has_error()) throw auth::TokenRefused(assertion.error().reason);
  return *std::move(assertion);
}

SignedIn begin_session(App& app, const Context& context, const auth::Assertion& assertion) {
  return app.writer.run(
      [assertion, config = app.config.auth](db::Connection& connection) {
        auth::Exchanged exchanged = auth::exchange(connection, config, assertion);
        return SignedIn{std::move(exchanged.session), caller_json(connection, exchanged.caller)};
      },
      context.deadline_ms);
}

}  // namespace

http::Reply exchange(App& app, const Context& context) {
  context.query->finish();
  const Request request = read_request(context);
  try {
    const auth::Assertion assertion = verify(app, request.token);
    return signed_in_reply(context, begin_session(app, context, assertion), request.wants_token);
  } catch (const auth::TokenRefused& refusal) {
    // Whoever made the token reads the log; to anybody else every reason looks the same.
    log_info("token refused", {{"request", context.request.request_id},
                               {"address", context.request.remote_address},
                               {"reason", refusal.what()}});
    throw ApiError("token_refused");
  }
}

}  // namespace harbor::api
