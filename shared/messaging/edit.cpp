#include "messaging/edit.h"

#include <algorithm>

#include "core/fields.h"
#include "core/text.h"
#include "db/database.h"
#include "messaging/blocks.h"
#include "messaging/draft_rules.h"

namespace harbor::messaging {
namespace {

using db::execute;
using events::Change;

bool has_link(const std::vector<WebLink>& links, const std::string& url) {
  return std::any_of(links.begin(), links.end(),
                     [&](const WebLink& link) { return link.url == url; });
}

// Who read the message after its last edit has the same text as now.
void require_current(const Message& message,
                     const std::optional<std::vector<std::int64_t>>& if_match) {
  if (!if_match) return;
  const bool is_current = std::any_of(if_match->begin(), if_match->end(), [&](std::int64_t held) {
    return held >= message.content_version && held <= message.version;
  });
  if (!is_current) throw ApiError("stale");
}

// The message's links that its body did not bring: they were stated, and stay.
std::vector<WebLink> stated_links(const Message& message) {
  Draft found;
  found.body = message.body;
  Config::Limits limits{};
  limits.links = static_cast<std::int64_t>(message.links.size());
  add_found_links(limits, found);
  std::vector<WebLink> stated;
  for (const Link& link : message.links) {
    if (!has_link(found.links, link.url)) stated.push_back({link.url, link.domain});
  }
  return stated;
}

// What the message becomes, judged as a new one would be.
Draft merge(const Message& message, const Edit& change, const Config::Limits& limits) {
  std::vector<FieldError> errors;
  Draft draft;
  draft.subject = message.subject;
  if (change.subject) draft.subject = std::string(trim(without_controls(*change.subject)));
  draft.body = change.body.value_or(message.body);
  draft.priority = change.priority.value_or(message.priority);
  // What is not changed is not judged again: the limits may be lower by now.
  if (change.subject) check_subject(draft, limits, errors);
  if (change.body) check_body(draft, limits, errors);
  if (!is_priority(draft.priority)) errors.push_back({"priority", "not_supported"});
  if (change.links) {
    add_stated_links(*change.links, limits, draft, errors);
  } else {
    draft.links = stated_links(message);
  }
  if (draft.body.empty() && draft.links.empty()) errors.push_back({"body", "required"});
  if (!errors.empty()) throw ApiError(std::move(errors));
  add_found_links(limits, draft);
  return draft;
}

bool changes_anything(const Message& message, const Draft& draft) {
  return draft.subject != message.subject || draft.body != message.body ||
         draft.priority != message.priority || draft.links.size() != message.links.size() ||
         std::any_of(message.links.begin(), message.links.end(),
                     [&](const Link& link) { return !has_link(draft.links, link.url); });
}

void keep_history(db::Connection& connection, const Message& message, const Change& change) {
  execute(connection,
          "INSERT INTO MessageHistory"
          " (MessageId, Version, Subject, Body, Priority, EditedAt, EditedBy)"
          " VALUES (?, ?, ?, ?, ?, ?, ?)",
          message.id, message.content_version, message.subject, message.body, message.priority,
          change.time(), message.sender_email);
}

// A link that stays keeps its row, and with it what is known of the page behind it.
void store_links(db::Connection& connection, const Message& message, const Draft& draft,
                 const Change& change) {
  for (const Link& link : message.links) {
    if (has_link(draft.links, link.url)) continue;
    execute(connection, "DELETE FROM MessageLinks WHERE Id = ?", link.id);
  }
  for (const WebLink& link : draft.links) {
    const bool is_known = std::any_of(message.links.begin(), message.links.end(),
                                      [&](const Link& known) { return known.url == link.url; });
    if (is_known) continue;
    execute(connection,
            "INSERT INTO MessageLinks (MessageId, Url, Domain, CreatedAt) VALUES (?, ?, ?, ?)",
            message.id, link.url, link.domain, change.time());
  }
}

void store(db::Connection& connection, const Message& message, const Draft& draft,
           const Change& change) {
  keep_history(connection, message, change);
  store_links(connection, message, draft, change);
  execute(connection,
          "UPDATE Messages SET Subject = ?, Body = ?, Priority = ?, LinkCount = ?, EditedAt = ?,"
          " Version = ? WHERE Id = ?",
          draft.subject, draft.body, draft.priority, static_cast<std::int64_t>(draft.links.size()),
          change.time(), change.seq(), message.id);
}

}  // namespace

Edit read_edit(const json::value& body) {
  Fields fields(body);
  Edit edit;
  edit.subject = fields.optional_text("subject");
  edit.body = fields.optional_text("body");
  edit.priority = fields.optional_text("priority");
  auto links = fields.texts("links");
  const json::value* stated = body.as_object().if_contains("links");
  if (stated != nullptr && !stated->is_null()) edit.links = std::move(links);
  fields.finish();
  return edit;
}

Edited edit(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
            const Edit& change, const std::optional<std::vector<std::int64_t>>& if_match,
            const Config::Limits& limits) {
  const Message message = require_whole_message(connection, caller, id, limits);
  if (!message.viewer_is_sender) {
    throw ApiError("not_allowed", "Only its sender edits a message.");
  }
  require_direct(message);
  require_not_barred(connection, message.tenant, caller.email);
  require_content(message);
  require_current(message, if_match);
  const Draft draft = merge(message, change, limits);
  if (!changes_anything(message, draft)) return {message, std::nullopt};

  Change edited(connection, message.tenant);
  store(connection, message, draft, edited);
  blank_events(connection, message.tenant, id, edited, Blank::content);
  Message after = require_whole_message(connection, caller, id, limits);
  edited.append({"message:update", id, false, audience_of(concerned_by(connection, id)),
                 message_event_payload(after)});
  return {std::move(after), edited.announcement()};
}

}  // namespace harbor::messaging
