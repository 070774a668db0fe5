#include "messaging/concerned.h"

#include <algorithm>

#include "core/api_error.h"
#include "db/database.h"
#include "messaging/counters.h"

namespace harbor::messaging {

using db::Query;
using events::Addressee;
using events::Change;
using events::Counts;

Outcome unchanged(db::Connection& connection, std::string_view tenant, std::string_view email) {
  Outcome outcome;
  outcome.counts = events::read_counts(connection, tenant, email);
  outcome.cursor = events::read_head(connection, tenant)->cursor();
  return outcome;
}

Outcome changed_by(db::Connection& connection, const Change& change, std::string_view tenant,
                   std::string_view email) {
  Outcome outcome;
  outcome.counts = events::read_counts(connection, tenant, email);
  outcome.counts.version = change.seq();
  outcome.announcement = change.announcement();
  outcome.cursor = outcome.announcement->cursor;
  return outcome;
}

Message require_message(db::Connection& connection, const auth::Caller& caller, std::int64_t id) {
  auto message = find_message_head(connection, {caller.email, false}, id);
  if (!message) throw ApiError("not_found", "There is no such message.");
  // A removed member sees the tenant's messages no longer.
  auth::require_member(connection, caller, message->tenant);
  return *std::move(message);
}

Message require_whole_message(db::Connection& connection, const auth::Caller& caller,
                              std::int64_t id, const Config::Limits& limits) {
  require_message(connection, caller, id);
  return *find_message(connection, {caller.email, false, limits.recipients_shown}, id);
}

void require_direct(const Message& message) {
  if (message.message_type == "direct") return;
  throw ApiError("not_direct", "A " + message.message_type + " is withdrawn by its own route.");
}

void require_content(const Message& message) {
  if (message.is_recalled) throw ApiError("already_recalled");
}

Concerned concerned_by(db::Connection& connection, std::int64_t id) {
  Concerned concerned;
  concerned.id = id;
  Query message(connection,
                "SELECT CreatedSeq, SenderEmail, IsSenderDeleted FROM Messages WHERE Id = ?", id);
  message.next();
  concerned.created_seq = message.integer(0);
  Query row(connection,
            "SELECT RecipientEmail, IsRead FROM MessageRecipients"
            " WHERE MessageId = ? AND IsDeleted = 0 ORDER BY RecipientEmail",
            id);
  while (row.next()) concerned.people.push_back({row.text(0), !row.boolean(1)});
  if (message.boolean(2)) return concerned;
  const std::string sender = message.text(1);
  const auto place =
      std::lower_bound(concerned.people.begin(), concerned.people.end(), sender,
                       [](const Concerned::Person& person, const std::string& email) {
                         return person.email < email;
                       });
  // An imported message may be its sender's own copy too.
  if (place == concerned.people.end() || place->email != sender) {
    concerned.people.insert(place, {sender, false});
  }
  return concerned;
}

std::vector<Addressee> audience_of(const Concerned& message) {
  std::vector<Addressee> audience;
  for (const auto& person : message.people) audience.push_back({person.email, std::nullopt});
  return audience;
}

std::vector<Addressee> take_from_counts(db::Connection& connection, std::string_view tenant,
                                        std::span<const Concerned> messages, const Change& change) {
  std::vector<Addressee> audience = audience_of(messages.front());
  for (std::size_t i = 0; i < audience.size(); ++i) {
    const std::string& email = audience[i].email;
    const std::int64_t seen = seen_seq(connection, tenant, email);
    Counts delta;
    for (const Concerned& message : messages) {
      if (!message.people[i].is_unread) continue;
      --delta.unread;
      if (message.created_seq > seen) --delta.unseen;
    }
    if (delta.unread == 0) continue;
    audience[i].counts = adjust_counts(connection, tenant, email, delta, change.seq());
  }
  return audience;
}

void blank_events(db::Connection& connection, std::string_view tenant, std::int64_t id,
                  const Change& change, Blank blank) {
  // No event's id is 0 here: events of many messages carry numbers, and nothing to blank.
  const char* const sql =
      blank == Blank::everything
          ? "UPDATE Events SET Payload = '{}' WHERE TenantId = ? AND MessageId = ?"
            " AND MessageId > 0 AND Seq < ?"
          : "UPDATE Events SET Payload = '{}' WHERE TenantId = ? AND MessageId = ?"
            " AND MessageId > 0 AND Seq < ? AND Type NOT IN ('message:read', 'message:archive')";
  db::execute(connection, sql, tenant, id, change.seq());
}

}  // namespace harbor::messaging
