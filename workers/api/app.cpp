#include "api/app.h"

#include "core/text.h"
#include "http/idempotency.h"

namespace harbor::api {
namespace {

http::IdempotencyKey idempotency_key(const Context& context) {
  const std::string key = http::read_idempotency_key(context.request);
  if (key.empty()) return {};
  return {context.caller.email, context.act, key, sha256_hex(context.request.body)};
}

}  // namespace

App::App(const Config& configuration, auth::Issuers token_issuers)
    : config(configuration),
      issuers(std::move(token_issuers)),
      readers(config.database),
      writer(config.database, static_cast<std::size_t>(config.http.threads)),
      publisher(config.redis),
      limiter(config.redis),
      passwords(config.auth) {}

http::Reply write(App& app, const Context& context, std::function<Written(db::Connection&)> work) {
  auto act = [caller = context.caller, work = std::move(work)](db::Connection& connection) {
    auth::require_session(connection, caller);
    return work(connection);
  };
  const Written written = app.writer.run(std::move(act), context.deadline_ms);
  if (written.announcement) app.publisher.announce(*written.announcement);
  return written.reply;
}

http::Reply write_once(App& app, const Context& context,
                       std::function<Written(db::Connection&)> work) {
  auto once = [key = idempotency_key(context), work = std::move(work)](db::Connection& connection) {
    if (auto answer = http::find_answer(connection, key)) {
      return Written{*std::move(answer), std::nullopt};
    }
    Written written = work(connection);
    http::store_answer(connection, key, written.reply);
    return written;
  };
  return write(app, context, std::move(once));
}

}  // namespace harbor::api
