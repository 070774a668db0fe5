#include <boost/json/serialize.hpp>

#include "api/handlers.h"
#include "core/text.h"
#include "events/log.h"

namespace harbor::api {
namespace {

using http::Reply;

constexpr std::size_t kLongestCursor = 64;

// Whether a member sees an event: they are addressed, or everyone is and they were one already.
bool concerns(const events::Event& event, const Context& context) {
  if (event.everyone) return event.seq >= context.standing.joined_seq;
  return events::find_addressee(event, context.caller.email) != nullptr;
}

// The event's JSON is made of parts that are JSON already; nothing is parsed to be written again.
std::string item_text(const events::Event& event, const std::string& tenant,
                      const std::string& epoch) {
  return "{\"id\":\"" + events::format_cursor(epoch, event.seq) + "\",\"type\":\"" + event.type +
         "\",\"data\":" + events::event_data_json(tenant, event) + "}";
}

std::string items_text(const events::Page& page, const Context& context) {
  std::string text;
  for (const events::Event& event : page.events) {
    if (!concerns(event, context)) continue;
    if (!text.empty()) text += ',';
    text += item_text(event, context.standing.tenant, page.head->epoch);
  }
  return "[" + text + "]";
}

// A client without a cursor, or with one that cannot be continued, goes on from the head.
events::Page read_page(const Context& context, const std::optional<std::string>& text,
                       std::int64_t limit) {
  const std::string& tenant = context.standing.tenant;
  const bool stated = text && !text->empty();
  const auto cursor = stated ? events::parse_cursor(*text) : std::nullopt;
  events::Page page;
  if (cursor) {
    page = events::read_page_in(*context.view, tenant, *cursor, limit);
  } else {
    page.head = events::read_head(*context.view, tenant);
    page.gap = stated;
  }
  if (!cursor || page.gap) page.last_seq = page.head->head;
  return page;
}

}  // namespace

Reply list_events(App& app, const Context& context) {
  const auto cursor = context.query->bytes("cursor");
  const auto limit = context.query->limit(app.config.log.page, app.config.log.page);
  context.query->finish();
  const auto page = read_page(context, cursor, limit);
  const auto counts =
      events::read_counts(*context.view, context.standing.tenant, context.caller.email);
  Reply reply =
      http::json_reply({{"cursor", events::format_cursor(page.head->epoch, page.last_seq)},
                        {"more", page.last_seq < page.head->head},
                        {"gap", page.gap},
                        {"unread", counts.unread},
                        {"unseen", counts.unseen},
                        {"version", counts.version}});
  reply.body.replace(0, 1, "{\"items\":" + items_text(page, context) + ",");
  return reply;
}

// The authorising leg of a stream: who may hold it is decided here, on the database's view in
// which the newest revocation was read; nginx then hands the connection to the sse worker.
Reply authorise_stream(App& /*app*/, const Context& context) {
  std::string cursor(context.request.header("last-event-id"));
  const auto stated = context.query->bytes("cursor");
  context.query->finish();
  if (cursor.empty()) cursor = stated.value_or("");
  json::object claims{{"email", context.caller.email},
                      {"tenant", context.standing.tenant},
                      {"session", std::to_string(context.caller.session_id)},
                      {"sessionExpiresAt", context.caller.expires_at},
                      {"revocation", context.newest_revocation},
                      {"joined", context.standing.joined_seq},
                      {"perUser", context.settings.streams_per_user}};
  // What is no cursor at all is passed on as such: the stream's first event says gap.
  if (!cursor.empty()) {
    const bool readable = cursor.size() <= kLongestCursor && events::parse_cursor(cursor);
    claims["cursor"] = readable ? cursor : "unreadable";
  }
  return Reply{200, {}, {}}
      .with("Content-Type", "text/event-stream")
      .with("Cache-Control", "no-store")
      .with("X-Accel-Redirect", "/_sse/")
      .with("X-Sse-Claims", base64url(json::serialize(claims)));
}

}  // namespace harbor::api
