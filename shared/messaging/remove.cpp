#include "messaging/remove.h"

#include <boost/json/serialize.hpp>
#include <map>

#include "auth/audit.h"
#include "core/api_error.h"
#include "core/json.h"
#include "db/database.h"
#include "messaging/counters.h"

namespace harbor::messaging {
namespace {

using db::execute;
using events::Addressee;
using events::Change;

void store_gone(db::Connection& connection, std::int64_t id, Going going, const Change& change) {
  if (going == Going::for_good) {
    execute(connection, "DELETE FROM Messages WHERE Id = ?", id);
    return;
  }
  execute(connection, "UPDATE Messages SET IsDeleted = 1, DeletedAt = ?, Version = ? WHERE Id = ?",
          change.time(), change.seq(), id);
}

// One event for messages of the same people. `message_id` is 0 and the payload has a list where
// they went as a batch.
events::Announcement end_together(db::Connection& connection, std::string_view tenant,
                                  std::span<const Concerned> messages, Going going,
                                  std::int64_t message_id, json::object payload) {
  Change change(connection, tenant);
  auto audience = take_from_counts(connection, tenant, messages, change);
  for (const Concerned& message : messages) {
    blank_events(connection, tenant, message.id, change, Blank::everything);
    store_gone(connection, message.id, going, change);
  }
  change.append(
      {"message:delete", message_id, false, std::move(audience), json::serialize(payload)});
  return change.announcement();
}

events::Announcement delete_for_all(db::Connection& connection, std::string_view tenant,
                                    std::int64_t id, Going going, std::string_view by) {
  const Concerned message = concerned_by(connection, id);
  return end_together(connection, tenant, std::span(&message, 1), going, id,
                      {{"scope", "all"}, {"deletedBy", by}});
}

// An imported message may be its sender's own copy too: then both places of it are the caller's.
void store_deleted_for_me(db::Connection& connection, const Message& message,
                          const auth::Caller& caller, const Change& change) {
  if (message.viewer_is_recipient) {
    execute(connection,
            "UPDATE MessageRecipients SET IsDeleted = 1, DeletedAt = ?, Version = ?"
            " WHERE MessageId = ? AND RecipientEmail = ?",
            change.time(), change.seq(), message.id, caller.email);
  }
  if (message.viewer_is_sender) {
    execute(connection,
            "UPDATE Messages SET IsSenderDeleted = 1, SenderDeletedAt = ?, SenderVersion = ?"
            " WHERE Id = ?",
            change.time(), change.seq(), message.id);
  }
}

// Its other readers keep it, and with it their events: nothing is blanked.
events::Announcement delete_for_me(db::Connection& connection, const auth::Caller& caller,
                                   const Message& message) {
  const std::int64_t seen = seen_seq(connection, message.tenant, caller.email);
  Change change(connection, message.tenant);
  Addressee oneself{caller.email, std::nullopt};
  if (message.viewer_is_recipient && !message.is_read) {
    oneself.counts = adjust_counts(connection, message.tenant, caller.email,
                                   {-1, message.created_seq > seen ? -1 : 0}, change.seq());
  }
  store_deleted_for_me(connection, message, caller, change);
  const json::object payload{{"scope", "me"}, {"deletedBy", caller.email}};
  change.append({"message:delete", message.id, false, {oneself}, json::serialize(payload)});
  return change.announcement();
}

bool is_deleted(db::Connection& connection, std::int64_t id) {
  db::Query row(connection, "SELECT IsDeleted FROM Messages WHERE Id = ?", id);
  return row.next() && row.boolean(0);
}

}  // namespace

Outcome delete_message(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                       std::optional<DeleteScope> scope) {
  const Message message = require_message(connection, caller, id);
  const DeleteScope chosen =
      scope.value_or(message.viewer_is_sender ? DeleteScope::all : DeleteScope::me);
  std::optional<events::Announcement> announcement;
  if (chosen == DeleteScope::me) {
    announcement = delete_for_me(connection, caller, message);
  } else {
    if (!message.viewer_is_sender) {
      throw ApiError("not_allowed", "Only its sender deletes a message for all.", "scope");
    }
    require_direct(message);
    announcement = delete_for_all(connection, message.tenant, id, Going::deleted, caller.email);
  }
  Outcome outcome = unchanged(connection, message.tenant, caller.email);
  outcome.counts.version = outcome.cursor.seq;
  outcome.announcement = std::move(announcement);
  return outcome;
}

std::optional<events::Announcement> remove_for_good(db::Connection& connection,
                                                    const auth::Caller& admin,
                                                    std::string_view tenant, std::int64_t id) {
  if (tenant_of_message(connection, id) != tenant) {
    throw ApiError("not_found", "There is no such message.");
  }
  auth::record(connection,
               {admin.email, "message.remove", std::string(tenant), std::to_string(id), {}});
  if (!is_deleted(connection, id)) {
    return delete_for_all(connection, tenant, id, Going::for_good, admin.email);
  }
  // Everybody has heard of its end already.
  execute(connection, "DELETE FROM Messages WHERE Id = ?", id);
  return std::nullopt;
}

void end_messages(db::Connection& connection, std::string_view tenant,
                  std::span<const std::int64_t> ids, Going going) {
  std::map<std::vector<std::string>, std::vector<Concerned>> by_people;
  for (const std::int64_t id : ids) {
    if (is_deleted(connection, id)) {
      if (going == Going::for_good) execute(connection, "DELETE FROM Messages WHERE Id = ?", id);
      continue;
    }
    Concerned message = concerned_by(connection, id);
    std::vector<std::string> people;
    for (const auto& person : message.people) people.push_back(person.email);
    by_people[std::move(people)].push_back(std::move(message));
  }
  for (const auto& [people, messages] : by_people) {
    json::array list;
    for (const Concerned& message : messages) list.push_back(message.id);
    end_together(connection, tenant, messages, going, 0,
                 {{"scope", "all"}, {"deletedBy", nullptr}, {"messageIds", std::move(list)}});
  }
}

}  // namespace harbor::messaging
