#include "messaging/read_state.h"

#include <boost/json/serialize.hpp>
#include <vector>

#include "core/api_error.h"
#include "core/json.h"
#include "db/database.h"
#include "messaging/concerned.h"
#include "messaging/counters.h"
#include "messaging/mailbox.h"

namespace harbor::messaging {
namespace {

using auth::Caller;
using db::execute;
using db::Query;
using events::Change;
using events::Counts;

ReadOutcome unchanged(db::Connection& connection, std::string_view tenant, const Caller& caller) {
  ReadOutcome outcome;
  outcome.counts = events::read_counts(connection, tenant, caller.email);
  outcome.cursor = events::read_head(connection, tenant)->cursor();
  return outcome;
}

ReadOutcome changed_by(const Change& change, const Counts& counts) {
  ReadOutcome outcome;
  static_cast<Counts&>(outcome.counts) = counts;
  outcome.counts.version = change.seq();
  outcome.announcement = change.announcement();
  outcome.cursor = outcome.announcement->cursor;
  return outcome;
}

// Reader and sender, each where they see the message (still).
std::vector<events::Addressee> reader_and_sender(db::Connection& connection, const Message& message,
                                                 const Caller& reader, const Counts& counts) {
  std::vector<events::Addressee> audience{{reader.email, counts}};
  Query row(connection, "SELECT IsSenderDeleted FROM Messages WHERE Id = ?", message.id);
  const bool sender_sees = row.next() && !row.boolean(0);
  if (!message.viewer_is_sender && sender_sees) {
    audience.push_back({message.sender_email, std::nullopt});
  }
  return audience;
}

// How reading (or unreading) one message moves the counts: unseen only if it came after the place
// up to which the person has seen.
Counts one_message(std::int64_t sign, std::int64_t created_seq, std::int64_t seen) {
  return {sign, created_seq > seen ? sign : 0};
}

void store_read(db::Connection& connection, const Caller& caller, std::int64_t id, bool is_read,
                const Change& change) {
  std::optional<std::string> read_at;
  if (is_read) read_at = change.time();
  execute(connection,
          "UPDATE MessageRecipients SET IsRead = ?1, ReadAt = ?2, Version = ?3, ReadVersion = ?3"
          " WHERE MessageId = ?4 AND RecipientEmail = ?5",
          is_read, read_at, change.seq(), id, caller.email);
}

struct Unread {
  std::int64_t id;
  std::int64_t created_seq;
};

std::vector<Unread> unread_up_to(db::Connection& connection, const Caller& caller,
                                 std::string_view tenant, std::int64_t up_to) {
  std::vector<Unread> unread;
  Query row(connection,
            "SELECT m.Id, m.CreatedSeq FROM MessageRecipients r INDEXED BY MessageRecipientsUnread"
            " CROSS JOIN Messages m ON m.Id = r.MessageId"
            " WHERE r.MailboxId = ? AND r.MessageId <= ?"
            " AND r.IsRead = 0 AND r.IsDeleted = 0 AND r.IsGone = 0 ORDER BY r.MessageId",
            find_mailbox(connection, tenant, caller.email), up_to);
  while (row.next()) unread.push_back({row.integer(0), row.integer(1)});
  return unread;
}

std::int64_t unseen_after(db::Connection& connection, const Caller& caller, std::string_view tenant,
                          std::int64_t seq) {
  Query row(connection,
            "SELECT COUNT(*) FROM MessageRecipients r INDEXED BY MessageRecipientsUnread"
            " CROSS JOIN Messages m ON m.Id = r.MessageId WHERE r.MailboxId = ?"
            " AND r.IsRead = 0 AND r.IsDeleted = 0 AND r.IsGone = 0 AND m.CreatedSeq > ?",
            find_mailbox(connection, tenant, caller.email), seq);
  row.next();
  return row.integer(0);
}

void store_seen(db::Connection& connection, const Caller& caller, std::string_view tenant,
                std::int64_t seq) {
  execute(connection,
          "INSERT INTO UnreadCounters (TenantId, Email, SeenSeq) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (TenantId, Email) DO UPDATE SET SeenSeq = ?3",
          tenant, caller.email, seq);
}

}  // namespace

ReadOutcome set_read(db::Connection& connection, const Caller& caller, std::int64_t id,
                     bool is_read) {
  const Message message = require_message(connection, caller, id);
  if (!message.viewer_is_recipient) {
    throw ApiError("not_allowed", "Only a recipient has this message to read.");
  }
  if (!is_read) require_content(message);
  ReadOutcome outcome;
  if (message.is_read == is_read) {
    outcome = unchanged(connection, message.tenant, caller);
    outcome.read_at = message.read_at;
  } else {
    const std::int64_t seen = seen_seq(connection, message.tenant, caller.email);
    Change change(connection, message.tenant);
    store_read(connection, caller, id, is_read, change);
    const Counts counts =
        adjust_counts(connection, message.tenant, caller.email,
                      one_message(is_read ? -1 : 1, message.created_seq, seen), change.seq());
    json::object payload{{"readerEmail", caller.email}, {"isRead", is_read}, {"readAt", nullptr}};
    if (is_read) payload["readAt"] = change.time();
    change.append({"message:read", id, false,
                   reader_and_sender(connection, message, caller, counts),
                   json::serialize(payload)});
    outcome = changed_by(change, counts);
    outcome.changed = 1;
    if (is_read) outcome.read_at = change.time();
  }
  outcome.is_read = is_read;
  return outcome;
}

ReadOutcome read_all(db::Connection& connection, const Caller& caller, std::string_view tenant,
                     std::optional<std::int64_t> up_to) {
  constexpr std::int64_t kEverything = std::numeric_limits<std::int64_t>::max();
  if (up_to && require_message(connection, caller, *up_to).tenant != tenant) {
    throw ApiError("not_found", "There is no such message.");
  }
  const auto unread = unread_up_to(connection, caller, tenant, up_to.value_or(kEverything));
  if (unread.empty()) return unchanged(connection, tenant, caller);

  const std::int64_t seen = seen_seq(connection, tenant, caller.email);
  Change change(connection, tenant);
  Counts delta;
  for (const Unread& message : unread) {
    store_read(connection, caller, message.id, true, change);
    const Counts one = one_message(-1, message.created_seq, seen);
    delta.unread += one.unread;
    delta.unseen += one.unseen;
  }
  const Counts counts = adjust_counts(connection, tenant, caller.email, delta, change.seq());
  const json::object payload{{"readerEmail", caller.email},
                             {"upToMessageId", up_to.value_or(unread.back().id)}};
  change.append({"message:read", 0, false, {{caller.email, counts}}, json::serialize(payload)});
  ReadOutcome outcome = changed_by(change, counts);
  outcome.changed = static_cast<std::int64_t>(unread.size());
  return outcome;
}

ReadOutcome mark_seen(db::Connection& connection, const Caller& caller, std::string_view tenant,
                      std::string_view cursor_text) {
  const auto cursor = events::parse_cursor(cursor_text);
  const auto head = events::read_head(connection, tenant);
  if (!cursor || cursor->epoch != head->epoch || cursor->seq > head->head) {
    throw ApiError(std::vector<FieldError>{{"cursor", "unknown_cursor"}});
  }
  const ReadOutcome before = unchanged(connection, tenant, caller);
  if (cursor->seq <= seen_seq(connection, tenant, caller.email)) return before;
  store_seen(connection, caller, tenant, cursor->seq);
  const std::int64_t unseen =
      cursor->seq == head->head ? 0 : unseen_after(connection, caller, tenant, cursor->seq);
  if (unseen == before.counts.unseen) return before;

  Change change(connection, tenant);
  const Counts counts = adjust_counts(connection, tenant, caller.email,
                                      {0, unseen - before.counts.unseen}, change.seq());
  // No message changed its state: the event only carries the counts to one's other pages.
  const json::object payload{{"readerEmail", caller.email}, {"messageIds", json::array()}};
  change.append({"message:read", 0, false, {{caller.email, counts}}, json::serialize(payload)});
  return changed_by(change, counts);
}

}  // namespace harbor::messaging
