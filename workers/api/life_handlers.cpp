// What happens to a message after it was sent.
#include "api/answers.h"
#include "api/handlers.h"
#include "api/sending.h"
#include "core/fields.h"
#include "core/text.h"
#include "http/etag.h"
#include "messaging/conversation.h"
#include "messaging/edit.h"
#include "messaging/flags.h"
#include "messaging/forward.h"
#include "messaging/recall.h"
#include "messaging/remove.h"

namespace harbor::api {
namespace {

using http::Reply;
using messaging::DeleteScope;
using messaging::Flag;

std::int64_t message_id(const Context& context) { return parse_id(context.id).value_or(0); }

json::object outcome_json(std::int64_t id, const messaging::Outcome& outcome) {
  return {{"messageId", id},
          {"unread", outcome.counts.unread},
          {"unseen", outcome.counts.unseen},
          {"version", outcome.counts.version},
          {"cursor", events::format_cursor(outcome.cursor)}};
}

Reply message_reply(const messaging::Message& message) {
  return http::json_reply(messaging::message_json(message))
      .with("ETag", http::etag(message.version));
}

Reply set_flag(App& app, const Context& context, Flag flag, bool value) {
  context.query->finish();
  Fields(context.body).finish();
  return write_once(
      app, context,
      [caller = context.caller, id = message_id(context), flag, value](db::Connection& connection) {
        const auto outcome = messaging::set_flag(connection, caller, id, flag, value);
        json::object answer = outcome_json(id, outcome);
        answer["isArchived"] = outcome.is_archived;
        answer["isSaved"] = outcome.is_saved;
        return Written{http::json_reply(answer), outcome.announcement};
      });
}

std::optional<DeleteScope> read_scope(http::Parameters& query) {
  const auto word = query.text("scope");
  query.finish();
  if (!word) return std::nullopt;
  if (*word == "all") return DeleteScope::all;
  if (*word == "me") return DeleteScope::me;
  throw ApiError("bad_value", "scope must be all or me.", "scope");
}

json::object page_json(const Context& context, json::array items, json::value next) {
  return {{"items", std::move(items)},
          {"nextCursor", std::move(next)},
          {"cursor", head_cursor(context)}};
}

json::object recipient_json(const messaging::Recipient& recipient, bool with_read_state) {
  json::object person{{"email", recipient.email}, {"name", recipient.name}};
  if (!with_read_state) return person;
  person["isRead"] = recipient.is_read;
  person["readAt"] = or_null(recipient.read_at);
  return person;
}

}  // namespace

Reply archive_message(App& app, const Context& context) {
  return set_flag(app, context, Flag::archived, true);
}
Reply unarchive_message(App& app, const Context& context) {
  return set_flag(app, context, Flag::archived, false);
}
Reply save_message(App& app, const Context& context) {
  return set_flag(app, context, Flag::saved, true);
}
Reply unsave_message(App& app, const Context& context) {
  return set_flag(app, context, Flag::saved, false);
}

Reply edit_message(App& app, const Context& context) {
  context.query->finish();
  return write(
      app, context,
      [caller = context.caller, id = message_id(context), edit = messaging::read_edit(context.body),
       if_match = http::read_if_match(context.request),
       limits = context.settings.limits](db::Connection& connection) {
        const auto edited = messaging::edit(connection, caller, id, edit, if_match, limits);
        return Written{message_reply(edited.message), edited.announcement};
      });
}

Reply delete_message(App& app, const Context& context) {
  Fields(context.body).finish();
  return write(app, context,
               [caller = context.caller, id = message_id(context),
                scope = read_scope(*context.query)](db::Connection& connection) {
                 const auto outcome = messaging::delete_message(connection, caller, id, scope);
                 return Written{http::json_reply(outcome_json(id, outcome)), outcome.announcement};
               });
}

Reply recall_message(App& app, const Context& context) {
  context.query->finish();
  const auto& limits = context.settings.limits;
  return write_once(app, context,
                    [caller = context.caller, id = message_id(context),
                     reason = messaging::read_recall_reason(context.body, limits),
                     limits](db::Connection& connection) {
                      const auto recalled =
                          messaging::recall(connection, caller, id, reason, limits);
                      return Written{message_reply(recalled.message), recalled.announcement};
                    });
}

Reply forward_message(App& app, const Context& context) {
  context.query->finish();
  const auto& limits = context.settings.limits;
  const auto forward = messaging::read_forward(context.body, limits);
  return send_within_limit(app, context, context.standing.tenant, [&] {
    return write_once(app, context,
                      [caller = context.caller, id = message_id(context), forward,
                       limits](db::Connection& connection) {
                        const auto sent =
                            messaging::forward(connection, caller, id, forward, limits);
                        return Written{sent_reply(sent.message), sent.announcement};
                      });
  });
}

Reply message_recipients(App& app, const Context& context) {
  const std::string after = context.query->text("after").value_or("");
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  const std::int64_t id = message_id(context);
  const auto message = messaging::find_message_head(*context.view, viewer_of(context), id);
  const bool with_read_state = message ? message->sees_read_state : context.standing.is_admin;
  const auto page = messaging::list_message_recipients(*context.view, id, after, limit);
  json::array items;
  for (const auto& recipient : page.items) {
    items.push_back(recipient_json(recipient, with_read_state));
  }
  return http::json_reply(page_json(context, std::move(items), or_null(page.next)));
}

Reply message_thread(App& app, const Context& context) {
  const auto before = context.query->integer("before");
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  const auto viewer = viewer_of(context);
  const auto message = messaging::find_message_head(*context.view, viewer, message_id(context));
  const auto page = messaging::list_thread(*context.view, viewer, *message, before, limit);
  json::array items;
  for (const auto& item : page.items) items.push_back(messaging::item_json(item));
  return http::json_reply(page_json(context, std::move(items), number_text(page.next)));
}

Reply message_history(App& app, const Context& context) {
  const auto before = context.query->integer("before");
  const std::int64_t limit = context.query->limit(kDefaultPage, app.config.limits.page);
  context.query->finish();
  const std::int64_t id = message_id(context);
  const auto message = messaging::find_message_head(*context.view, viewer_of(context), id);
  const bool is_sender = message && message->viewer_is_sender;
  if (!is_sender && !context.standing.is_admin) {
    throw ApiError("not_allowed", "Only its sender and admins see what a message was.");
  }
  const auto page = messaging::list_history(*context.view, id, before, limit);
  json::array items;
  // Admins read the text of others by POST /api/admin/messages/{id}/open, which is written down.
  for (const auto& former : page.items) {
    items.push_back(messaging::former_text_json(former, is_sender));
  }
  return http::json_reply(page_json(context, std::move(items), number_text(page.next)));
}

Reply resolve_recipients(App& app, const Context& context) {
  context.query->finish();
  Fields fields(context.body);
  messaging::Draft draft;
  draft.tenant = fields.text("tenantId");
  draft.recipients = fields.texts("recipients", true);
  draft.roles = fields.texts("roles");
  fields.finish();
  const auto& limits = context.settings.limits;
  messaging::require_bounded(draft, limits);
  const auto connection = app.readers.lend();
  const db::ReadTransaction view(*connection);
  auth::require_member(*connection, context.caller, draft.tenant);
  const auto people = messaging::preview_audience(*connection, context.caller, draft, limits);
  json::array items;
  for (const auto& person : people) items.push_back(recipient_json(person, false));
  return http::json_reply(
      {{"tenantId", draft.tenant}, {"recipientCount", people.size()}, {"recipients", items}});
}

Reply remove_message(App& app, const Context& context) {
  Fields(context.body).finish();
  context.query->finish();
  return write(app, context,
               [caller = context.caller, id = message_id(context),
                tenant = context.standing.tenant](db::Connection& connection) {
                 auth::require_admin(connection, caller, tenant);
                 return Written{http::no_content(),
                                messaging::remove_for_good(connection, caller, tenant, id)};
               });
}

}  // namespace harbor::api
