#include <boost/json/value_from.hpp>

#include "api/answers.h"
#include "api/handlers.h"
#include "api/sending.h"
#include "auth/access.h"
#include "core/fields.h"
#include "core/text.h"
#include "http/etag.h"
#include "messaging/listing.h"
#include "messaging/read_state.h"
#include "messaging/search.h"
#include "messaging/send.h"

namespace harbor::api {
namespace {

using http::Reply;
using messaging::Folder;

constexpr std::int64_t kRecentMessages = 3;

json::array items_json(const messaging::MessagePage& page) {
  json::array items;
  for (const messaging::Message& message : page.items) {
    items.push_back(messaging::item_json(message));
  }
  return items;
}

Folder read_folder(http::Parameters& query) {
  const std::string name = query.text("folder").value_or("inbox");
  if (name == "inbox") return Folder::inbox;
  if (name == "sent") return Folder::sent;
  if (name == "archived") return Folder::archived;
  if (name == "all") return Folder::all;
  throw ApiError("bad_value", "folder must be inbox, sent, archived or all.", "folder");
}

std::optional<std::string> read_word(http::Parameters& query, std::string_view name,
                                     bool (*is_known)(std::string_view)) {
  auto word = query.text(name);
  if (word && !is_known(*word)) {
    throw ApiError("bad_value", std::string(name) + " is none of its words.", std::string(name));
  }
  return word;
}

messaging::MessageFilter read_filter(const App& app, const Context& context) {
  http::Parameters& query = *context.query;
  messaging::MessageFilter filter;
  filter.tenant = context.standing.tenant;
  filter.folder = read_folder(query);
  filter.unread = query.boolean("unread").value_or(false);
  filter.has_attachments = query.boolean("hasAttachments");
  filter.message_type = read_word(query, "messageType", messaging::is_message_type);
  filter.priority = read_word(query, "priority", messaging::is_priority);
  filter.from = query.text("from");
  if (filter.from) filter.from = normal_email(*filter.from).value_or("");
  filter.before = query.integer("before");
  filter.limit = query.limit(kDefaultPage, app.config.limits.page);
  return filter;
}

// An empty search box is none.
std::optional<std::vector<messaging::SearchTerm>> read_search(const Context& context) {
  const auto typed = context.query->text("q");
  if (!typed || trim(*typed).empty()) return std::nullopt;
  return messaging::read_search(*typed, context.settings.limits);
}

messaging::MessagePage find_page(const Context& context, const messaging::MessageFilter& filter,
                                 const std::optional<std::vector<messaging::SearchTerm>>& terms) {
  const auto& limits = context.settings.limits;
  const auto viewer = viewer_of(context);
  if (!terms) return messaging::list_messages(*context.view, viewer, filter, limits);
  return messaging::search_messages(*context.view, viewer, filter, *terms, limits);
}

json::object stats_json(const Context& context) {
  const auto stats = messaging::mailbox_stats(*context.view, viewer_of(context),
                                              context.standing.tenant, context.settings.limits);
  return {{"total", stats.total},
          {"unread", stats.unread},
          {"sent", stats.sent},
          {"received", stats.received},
          {"conversations", stats.conversations},
          {"attachments", stats.attachments},
          {"links", stats.links}};
}

json::object read_outcome_json(const messaging::ReadOutcome& outcome) {
  return {{"unread", outcome.counts.unread},
          {"unseen", outcome.counts.unseen},
          {"version", outcome.counts.version},
          {"cursor", events::format_cursor(outcome.cursor)}};
}

Reply set_read(App& app, const Context& context, bool is_read) {
  context.query->finish();
  Fields(context.body).finish();
  const auto id = parse_id(context.id).value_or(0);
  return write_once(app, context,
                    [caller = context.caller, id, is_read](db::Connection& connection) {
                      const auto outcome = messaging::set_read(connection, caller, id, is_read);
                      json::object answer = read_outcome_json(outcome);
                      answer["messageId"] = id;
                      answer["isRead"] = outcome.is_read;
                      answer["readAt"] = or_null(outcome.read_at);
                      return Written{http::json_reply(answer), outcome.announcement};
                    });
}

}  // namespace

Reply send_message(App& app, const Context& context) {
  context.query->finish();
  const auto draft = messaging::read_draft(context.body, context.settings.limits);
  return send_within_limit(app, context, draft.tenant, [&] {
    return write_once(app, context,
                      [caller = context.caller, draft,
                       limits = context.settings.limits](db::Connection& connection) {
                        auth::require_member(connection, caller, draft.tenant);
                        const auto sent = messaging::send(connection, caller, draft, limits);
                        return Written{sent_reply(sent.message), sent.announcement};
                      });
  });
}

Reply list_messages(App& app, const Context& context) {
  const auto filter = read_filter(app, context);
  const auto terms = read_search(context);
  const bool with_stats = context.query->boolean("stats").value_or(false);
  context.query->finish();
  const auto page = find_page(context, filter, terms);
  json::object answer{{"items", items_json(page)},
                      {"nextCursor", number_text(page.next)},
                      {"cursor", head_cursor(context)}};
  if (with_stats) answer["stats"] = stats_json(context);
  return http::json_reply(answer);
}

Reply one_message(App& /*app*/, const Context& context) {
  context.query->finish();
  const auto message =
      messaging::find_message(*context.view, viewer_of(context), parse_id(context.id).value_or(0));
  return http::json_reply(messaging::message_json(*message))
      .with("ETag", http::etag(message->version));
}

Reply mark_read(App& app, const Context& context) { return set_read(app, context, true); }

Reply mark_unread(App& app, const Context& context) { return set_read(app, context, false); }

Reply read_all(App& app, const Context& context) {
  context.query->finish();
  Fields fields(context.body);
  const std::string tenant = fields.text("tenantId");
  const auto up_to = fields.optional_integer("upToMessageId");
  fields.finish();
  return write_once(app, context,
                    [caller = context.caller, tenant, up_to](db::Connection& connection) {
                      auth::require_member(connection, caller, tenant);
                      const auto outcome = messaging::read_all(connection, caller, tenant, up_to);
                      json::object answer = read_outcome_json(outcome);
                      answer["changed"] = outcome.changed;
                      return Written{http::json_reply(answer), outcome.announcement};
                    });
}

Reply list_recipients(App& app, const Context& context) {
  http::Parameters& query = *context.query;
  messaging::PeopleFilter filter;
  filter.tenant = context.standing.tenant;
  filter.except = context.caller.email;
  filter.query = query.text("q").value_or("");
  filter.after = query.text("after").value_or("");
  filter.limit = query.limit(kDefaultPage, app.config.limits.page);
  query.finish();
  const auto page = messaging::list_recipients(*context.view, filter);
  json::array items;
  for (const auto& person : page.items) {
    items.push_back(json::object{
        {"email", person.email}, {"name", person.name}, {"roles", json::value_from(person.roles)}});
  }
  return http::json_reply({{"items", std::move(items)},
                           {"nextCursor", or_null(page.next)},
                           {"cursor", head_cursor(context)}});
}

Reply unread_count(App& /*app*/, const Context& context) {
  context.query->finish();
  const std::string& tenant = context.standing.tenant;
  const auto counts = events::read_counts(*context.view, tenant, context.caller.email);
  messaging::MessageFilter newest;
  newest.tenant = tenant;
  newest.limit = kRecentMessages;
  const auto recent =
      messaging::list_messages(*context.view, viewer_of(context), newest, context.settings.limits);
  return http::json_reply({{"tenantId", tenant},
                           {"unread", counts.unread},
                           {"unseen", counts.unseen},
                           {"version", counts.version},
                           {"recent", items_json(recent)},
                           {"cursor", head_cursor(context)}});
}

Reply mark_seen(App& app, const Context& context) {
  context.query->finish();
  Fields fields(context.body);
  const std::string tenant = fields.text("tenantId");
  const std::string cursor = fields.text("cursor");
  fields.finish();
  return write_once(app, context,
                    [caller = context.caller, tenant, cursor](db::Connection& connection) {
                      auth::require_member(connection, caller, tenant);
                      const auto outcome = messaging::mark_seen(connection, caller, tenant, cursor);
                      json::object answer = read_outcome_json(outcome);
                      answer["tenantId"] = tenant;
                      return Written{http::json_reply(answer), outcome.announcement};
                    });
}

}  // namespace harbor::api
