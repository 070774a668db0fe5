#include "messaging/send.h"

#include <map>

#include "core/api_error.h"
#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"
#include "messaging/blocks.h"
#include "messaging/counters.h"
#include "messaging/mailbox.h"

namespace harbor::messaging {
namespace {

using db::execute;
using db::Query;

using Audience = std::map<std::string, std::string>;  // e-mail → name, without the sender

// An address that is no member's, whether foreign, disabled or not there at all, is the same error.
void add_people(db::Connection& connection, const auth::Caller& sender, const Draft& draft,
                Audience& audience, std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < draft.recipients.size(); ++i) {
    const auto email = normal_email(draft.recipients[i]);
    Query row(connection,
              "SELECT p.Email, p.Name, " + takes_none_from("?") +
                  " FROM TenantUsers u JOIN Subscribers p ON p.Email = u.Email"
                  " WHERE u.TenantId = ? AND u.Email = ? AND p.IsDisabled = 0",
              sender.email, draft.tenant, email.value_or(""));
    const bool is_known = row.next();
    if (is_known && !row.boolean(2)) {
      audience.emplace(row.text(0), row.text(1));
    } else {
      errors.push_back(
          {"recipients[" + std::to_string(i) + "]", is_known ? "blocks_you" : "unknown_recipient"});
    }
  }
}

// Whoever is disabled or blocks the sender was not asked for by name, and is left out. Ends with
// the first that is too many: an audience that is refused is not worth more of the turn.
void add_role(db::Connection& connection, const auth::Caller& sender, const Draft& draft,
              const std::string& role, std::size_t most, Audience& audience) {
  Query row(connection,
            "SELECT p.Email, p.Name FROM UserRoles u JOIN Subscribers p ON p.Email = u.Email"
            " WHERE u.TenantId = ? AND u.Role = ? AND p.IsDisabled = 0"
            " AND NOT " +
                takes_none_from("?"),
            draft.tenant, role, sender.email);
  while (audience.size() <= most + 1 && row.next()) audience.emplace(row.text(0), row.text(1));
}

void add_roles(db::Connection& connection, const auth::Caller& sender, const Draft& draft,
               std::size_t most, Audience& audience, std::vector<FieldError>& errors) {
  for (std::size_t i = 0; i < draft.roles.size(); ++i) {
    Query role(connection, "SELECT 1 FROM Roles WHERE Name = ?", draft.roles[i]);
    if (!role.next()) errors.push_back({"roles[" + std::to_string(i) + "]", "unknown_role"});
    add_role(connection, sender, draft, draft.roles[i], most, audience);
  }
}

Audience resolve_audience(db::Connection& connection, const auth::Caller& sender,
                          const Draft& draft, const Config::Limits& limits,
                          std::vector<FieldError>& errors) {
  require_not_barred(connection, draft.tenant, sender.email);
  const auto most = static_cast<std::size_t>(limits.recipients);
  Audience audience;
  add_people(connection, sender, draft, audience, errors);
  add_roles(connection, sender, draft, most, audience, errors);
  audience.erase(sender.email);
  if (audience.empty() && errors.empty()) errors.push_back({"recipients", "empty_audience"});
  if (audience.size() > most) {
    errors.push_back({"recipients", "too_many"});
  }
  return audience;
}

// The thread of the message that is answered; a parent that the sender may not see is the same
// error as one that does not exist, and one of another tenant is not seen from here.
std::optional<std::int64_t> parent_thread(db::Connection& connection, const auth::Caller& sender,
                                          const Draft& draft, std::vector<FieldError>& errors) {
  if (!draft.reply_to) return std::nullopt;
  const auto parent = find_message_head(connection, {sender.email, false}, *draft.reply_to);
  if (!parent || parent->tenant != draft.tenant) {
    errors.push_back({"replyToMessageId", "unknown_message"});
    return std::nullopt;
  }
  if (parent->message_type != "direct") errors.push_back({"replyToMessageId", "no_replies"});
  return parent->thread_id;
}

// Stated, else what the tenant gives every message.
std::optional<std::string> expiry_of(const Draft& draft, const Config::Limits& limits) {
  if (draft.expires_at || limits.default_expiry_ms == 0) return draft.expires_at;
  return rfc3339(now_ms() + limits.default_expiry_ms);
}

Message compose(const auth::Caller& sender, const Draft& draft, const Audience& audience,
                const Config::Limits& limits, const events::Change& change) {
  Message message;
  message.tenant = draft.tenant;
  message.subject = draft.subject;
  message.body = draft.body;
  message.sender_email = sender.email;
  message.sender_name = sender.name;
  message.message_type = "direct";
  message.priority = draft.priority;
  message.created_at = change.time();
  message.expires_at = expiry_of(draft, limits);
  message.version = message.content_version = message.created_seq = change.seq();
  message.in_reply_to = draft.reply_to;
  message.recipient_count = static_cast<std::int64_t>(audience.size());
  for (const auto& [email, name] : audience) {
    message.recipients.push_back({email, name, false, std::nullopt});
  }
  message.viewer_is_sender = message.sees_read_state = message.is_read = true;
  return message;
}

void store_message(db::Connection& connection, Message& message, std::optional<std::int64_t> thread,
                   std::size_t link_count) {
  execute(connection,
          "INSERT INTO Messages (Subject, Body, SenderEmail, TenantId, MessageType, Priority,"
          " CreatedAt, ExpiresAt, LinkCount, RecipientCount, ThreadId, InReplyTo, Version,"
          " CreatedSeq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          message.subject, message.body, message.sender_email, message.tenant, message.message_type,
          message.priority, message.created_at, message.expires_at,
          static_cast<std::int64_t>(link_count), message.recipient_count, thread.value_or(0),
          message.in_reply_to, message.version, message.created_seq);
  message.id = connection.last_insert_id();
  message.thread_id = thread.value_or(message.id);
  if (!thread) {
    execute(connection, "UPDATE Messages SET ThreadId = Id WHERE Id = ?", message.id);
    return;
  }
  execute(connection, "INSERT INTO MessageThreads (ParentMessageId, ChildMessageId) VALUES (?, ?)",
          *message.in_reply_to, message.id);
}

void store_links(db::Connection& connection, Message& message, const Draft& draft) {
  for (const WebLink& link : draft.links) {
    execute(connection,
            "INSERT INTO MessageLinks (MessageId, Url, Domain, CreatedAt) VALUES (?, ?, ?, ?)",
            message.id, link.url, link.domain, message.created_at);
    message.links.push_back({connection.last_insert_id(), link.url, link.domain});
  }
}

// The recipients' rows and counts; the event's audience with the counts as they now are.
std::vector<events::Addressee> store_recipients(db::Connection& connection,
                                                const Message& message) {
  std::vector<events::Addressee> audience;
  for (const Recipient& recipient : message.recipients) {
    store_recipient(connection,
                    {message.id, message.tenant, recipient.email, std::nullopt, message.version});
    const auto counts =
        adjust_counts(connection, message.tenant, recipient.email, {1, 1}, message.version);
    audience.push_back({recipient.email, counts});
  }
  audience.push_back({message.sender_email, std::nullopt});
  return audience;
}

// The replier's own row of what is answered.
void note_reply(db::Connection& connection, const auth::Caller& sender, const Message& message) {
  if (!message.in_reply_to) return;
  execute(connection,
          "UPDATE MessageRecipients SET IsReplied = 1, RepliedAt = ?, Version = ?"
          " WHERE MessageId = ? AND RecipientEmail = ?",
          message.created_at, message.version, *message.in_reply_to, sender.email);
}

void show_first_recipients(Message& message, const Config::Limits& limits) {
  const auto most = static_cast<std::size_t>(limits.recipients_shown);
  if (message.recipients.size() > most) message.recipients.resize(most);
}

}  // namespace

std::vector<Recipient> preview_audience(db::Connection& connection, const auth::Caller& sender,
                                        const Draft& draft, const Config::Limits& limits) {
  std::vector<FieldError> errors;
  const Audience audience = resolve_audience(connection, sender, draft, limits, errors);
  if (!errors.empty()) throw ApiError(std::move(errors));
  std::vector<Recipient> people;
  for (const auto& [email, name] : audience) people.push_back({email, name, false, std::nullopt});
  return people;
}

Sent send(db::Connection& connection, const auth::Caller& sender, const Draft& draft,
          const Config::Limits& limits) {
  std::vector<FieldError> errors;
  const Audience audience = resolve_audience(connection, sender, draft, limits, errors);
  const auto thread = parent_thread(connection, sender, draft, errors);
  if (!errors.empty()) throw ApiError(std::move(errors));

  events::Change change(connection, draft.tenant);
  Message message = compose(sender, draft, audience, limits, change);
  store_message(connection, message, thread, draft.links.size());
  store_links(connection, message, draft);
  auto addressees = store_recipients(connection, message);
  note_reply(connection, sender, message);
  change.append(
      {"message:new", message.id, false, std::move(addressees), message_event_payload(message)});
  show_first_recipients(message, limits);
  return {std::move(message), change.announcement()};
}

}  // namespace harbor::messaging
