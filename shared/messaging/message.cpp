#include "messaging/message.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>

#include "core/text.h"
#include "db/database.h"
#include "messaging/markdown.h"

namespace harbor::messaging {
namespace {

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

json::value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

void read_recipients(db::Connection& connection, std::int64_t most, Message& message) {
  db::Query row(connection,
                "SELECT r.RecipientEmail, p.Name, r.IsRead, r.ReadAt, r.ReadVersion"
                " FROM MessageRecipients r JOIN Subscribers p ON p.Email = r.RecipientEmail"
                " WHERE r.MessageId = ? ORDER BY r.RecipientEmail LIMIT ?",
                message.id, most);
  while (row.next()) {
    // A recall leaves nothing to read, and who had read it before.
    const bool is_read = row.boolean(2) && (!message.is_recalled || !row.is_null(3));
    message.recipients.push_back({row.text(0), row.text(1), is_read, row.optional_text(3)});
    if (message.sees_read_state) message.version = std::max(message.version, row.integer(4));
  }
}

void read_links(db::Connection& connection, Message& message) {
  db::Query row(connection,
                "SELECT Id, Url, Domain FROM MessageLinks WHERE MessageId = ? ORDER BY Id",
                message.id);
  while (row.next()) message.links.push_back({row.integer(0), row.text(1), row.text(2)});
}

// Columns 0–17 are the message's, 18–23 the viewer's row of recipients (NULL where there is none),
// 24–26 the sender's own.
constexpr const char* kFindMessage =
    "SELECT m.TenantId, m.Subject, m.Body, m.SenderEmail, p.Name, m.MessageType, m.Priority,"
    "       m.CreatedAt, m.ExpiresAt, m.EditedAt, m.Version, m.CreatedSeq, m.InReplyTo,"
    "       m.ThreadId, m.RecipientCount, m.IsRecalled, m.RecalledAt, m.RecallReason,"
    "       r.Id, r.IsRead, r.ReadAt, r.IsArchived, r.IsSaved, r.Version, m.IsArchived,"
    "       m.IsSaved, m.SenderVersion"
    "  FROM Messages m JOIN Subscribers p ON p.Email = m.SenderEmail"
    "  LEFT JOIN MessageRecipients r"
    "    ON r.MessageId = m.Id AND r.RecipientEmail = ?2 AND r.IsDeleted = 0"
    " WHERE m.Id = ?1 AND m.IsDeleted = 0"
    "   AND ((m.SenderEmail = ?2 AND m.IsSenderDeleted = 0) OR r.Id IS NOT NULL)";

Message read_message(const db::Query& row) {
  Message message;
  message.tenant = row.text(0);
  message.subject = row.text(1);
  message.body = row.text(2);
  message.sender_email = row.text(3);
  message.sender_name = row.text(4);
  message.message_type = row.text(5);
  message.priority = row.text(6);
  message.created_at = row.text(7);
  message.expires_at = row.optional_text(8);
  message.edited_at = row.optional_text(9);
  message.version = message.content_version = row.integer(10);
  message.created_seq = row.integer(11);
  message.in_reply_to = row.optional_integer(12);
  message.thread_id = row.integer(13);
  message.recipient_count = row.integer(14);
  message.is_recalled = row.boolean(15);
  message.recalled_at = row.optional_text(16);
  message.recall_reason = row.optional_text(17);
  return message;
}

void read_viewer_part(const db::Query& row, const Viewer& viewer, Message& message) {
  message.viewer_is_sender = message.sender_email == viewer.email;
  message.viewer_is_recipient = !row.is_null(18);
  message.sees_read_state = message.viewer_is_sender || viewer.is_admin;
  if (message.viewer_is_sender) message.version = std::max(message.version, row.integer(26));
  if (!message.viewer_is_recipient) {
    message.is_read = true;  // one's own: nothing is left to read
    message.is_archived = row.boolean(24);
    message.is_saved = row.boolean(25);
    return;
  }
  message.is_read = row.boolean(19);
  message.read_at = row.optional_text(20);
  message.is_archived = row.boolean(21);
  message.is_saved = row.boolean(22);
  message.version = std::max(message.version, row.integer(23));
}

json::array recipients_json(const Message& message) {
  json::array list;
  for (const Recipient& recipient : message.recipients) {
    json::object entry{{"email", recipient.email}, {"name", recipient.name}};
    if (message.sees_read_state) {
      entry["isRead"] = recipient.is_read;
      entry["readAt"] = or_null(recipient.read_at);
    }
    list.push_back(std::move(entry));
  }
  return list;
}

json::array links_json(const Message& message) {
  json::array list;
  for (const Link& link : message.links) {
    list.push_back(json::object{{"id", link.id},
                                {"url", link.url},
                                {"domain", link.domain},
                                {"title", nullptr},
                                {"description", nullptr},
                                {"thumbnailUrl", nullptr},
                                {"verdict", "unchecked"},
                                {"reason", "Links are not yet looked at."}});
  }
  return list;
}

void add_state(const Message& message, json::object& object) {
  object["version"] = message.version;
  object["editedAt"] = or_null(message.edited_at);
  object["inReplyTo"] = or_null(message.in_reply_to);
  object["threadId"] = message.thread_id;
  object["recipientCount"] = message.recipient_count;
  object["recipients"] = recipients_json(message);
  object["isRead"] = message.is_read;
  object["readAt"] = or_null(message.read_at);
  object["isArchived"] = message.is_archived;
  object["isSaved"] = message.is_saved;
  object["isRecalled"] = message.is_recalled;
  object["recalledAt"] = or_null(message.recalled_at);
  object["recallReason"] = or_null(message.recall_reason);
  object["attachments"] = json::array();
  object["links"] = links_json(message);
}

json::array parts_json(const std::vector<SnippetPart>& parts) {
  json::array list;
  for (const SnippetPart& part : parts) {
    list.push_back(json::object{{"text", part.text}, {"hit", part.is_hit}});
  }
  return list;
}

json::object snippet_json(const Snippet& snippet) {
  return {{"subject", parts_json(snippet.subject)}, {"body", parts_json(snippet.body)}};
}

json::object head_json(const Message& message) {
  return {{"id", message.id},
          {"tenantId", message.tenant},
          {"subject", message.subject},
          {"senderEmail", message.sender_email},
          {"senderName", message.sender_name},
          {"messageType", message.message_type},
          {"priority", message.priority},
          {"createdAt", message.created_at},
          {"expiresAt", or_null(message.expires_at)}};
}

}  // namespace

std::optional<Message> find_message_head(db::Connection& connection, const Viewer& viewer,
                                         std::int64_t id) {
  db::Query row(connection, kFindMessage, id, viewer.email);
  if (!row.next()) return std::nullopt;
  Message message = read_message(row);
  message.id = id;
  read_viewer_part(row, viewer, message);
  return message;
}

std::optional<Message> find_message(db::Connection& connection, const Viewer& viewer,
                                    std::int64_t id) {
  auto message = find_message_head(connection, viewer, id);
  if (!message) return std::nullopt;
  read_recipients(connection, viewer.recipients_shown, *message);
  read_links(connection, *message);
  return message;
}

std::optional<std::string> tenant_of_message(db::Connection& connection, std::int64_t id) {
  db::Query row(connection, "SELECT TenantId FROM Messages WHERE Id = ?", id);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

bool is_message_type(std::string_view word) {
  constexpr std::array<std::string_view, 3> kTypes{"direct", "broadcast", "announcement"};
  return std::find(kTypes.begin(), kTypes.end(), word) != kTypes.end();
}

bool is_priority(std::string_view word) {
  constexpr std::array<std::string_view, 4> kPriorities{"low", "normal", "high", "urgent"};
  return std::find(kPriorities.begin(), kPriorities.end(), word) != kPriorities.end();
}

std::string excerpt_of(std::string_view body) {
  // Four bytes a code point, and white space that folds: enough of the body, whatever its size.
  const std::string_view start = first_code_points(body, kExcerptLength * 8);
  std::string folded;
  for (const char c : without_controls(start)) {
    if (c != ' ' || (!folded.empty() && folded.back() != ' ')) folded += c;
  }
  return std::string(trim(first_code_points(folded, kExcerptLength)));
}

json::object message_json(const Message& message) {
  json::object object = head_json(message);
  object["body"] = message.body;
  object["bodyHtml"] = markdown_html(message.body);
  add_state(message, object);
  return object;
}

json::object item_json(const Message& message) {
  json::object object = head_json(message);
  object["excerpt"] = excerpt_of(message.body);
  add_state(message, object);
  if (message.snippet) object["snippet"] = snippet_json(*message.snippet);
  return object;
}

std::string message_event_payload(const Message& message) {
  json::object payload{{"id", message.id},
                       {"subject", message.subject},
                       {"excerpt", excerpt_of(message.body)},
                       {"senderEmail", message.sender_email},
                       {"senderName", message.sender_name},
                       {"recipientCount", message.recipient_count},
                       {"messageType", message.message_type},
                       {"priority", message.priority},
                       {"createdAt", message.created_at},
                       {"expiresAt", or_null(message.expires_at)},
                       {"inReplyTo", or_null(message.in_reply_to)},
                       {"threadId", message.thread_id},
                       {"version", message.version},
                       {"attachmentCount", 0},
                       {"linkCount", message.links.size()}};
  return json::serialize(payload);
}

}  // namespace harbor::messaging
