#include "api/answers.h"
#include "api/handlers.h"
#include "core/text.h"
#include "messaging/blocks.h"

namespace harbor::api {
namespace {

using http::Reply;
using messaging::BlockScope;

BlockScope read_scope(http::Parameters& query) {
  const auto scope = messaging::parse_block_scope(query.text("scope").value_or("me"));
  if (!scope) throw ApiError("bad_value", "scope must be me or tenant.", "scope");
  return *scope;
}

}  // namespace

Reply list_blocks(App& app, const Context& context) {
  const BlockScope scope = read_scope(*context.query);
  const std::int64_t after = context.query->integer("after").value_or(0);
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  if (scope == BlockScope::tenant && !context.standing.is_admin) {
    throw ApiError("not_allowed", "Only the tenant's admins see who is barred.", "scope");
  }
  const auto page = messaging::list_blocks(*context.view, context.standing.tenant,
                                           context.caller.email, scope, after, limit);
  json::array items;
  for (const auto& block : page.items) items.push_back(messaging::block_json(block));
  return http::json_reply({{"items", std::move(items)}, {"nextCursor", number_text(page.next)}});
}

Reply add_block(App& app, const Context& context) {
  context.query->finish();
  return write(app, context,
               [caller = context.caller,
                wish = messaging::read_block(context.body)](db::Connection& connection) {
                 const auto [block, is_new] = messaging::add_block(connection, caller, wish);
                 Reply reply = http::json_reply(messaging::block_json(block), is_new ? 201 : 200);
                 return Written{std::move(reply).with("Location", "/api/messaging/blocks/" +
                                                                      std::to_string(block.id)),
                                std::nullopt};
               });
}

Reply remove_block(App& app, const Context& context) {
  context.query->finish();
  return write(
      app, context,
      [caller = context.caller, id = parse_id(context.id).value_or(0)](db::Connection& connection) {
        messaging::remove_block(connection, caller, id);
        return Written{http::no_content(), std::nullopt};
      });
}

}  // namespace harbor::api
