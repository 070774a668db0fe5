#include "messaging/flags.h"

#include <boost/json/serialize.hpp>

#include "core/json.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

using events::Change;

// An imported message may be its sender's own copy too: then both rows are the caller's.
void store_flag(db::Connection& connection, const Message& message, const auth::Caller& caller,
                Flag flag, bool value, const Change& change) {
  std::optional<std::string> since;
  if (value) since = change.time();
  if (message.viewer_is_recipient) {
    db::execute(connection,
                flag == Flag::archived
                    ? "UPDATE MessageRecipients SET IsArchived = ?, ArchivedAt = ?, Version = ?"
                      " WHERE MessageId = ? AND RecipientEmail = ?"
                    : "UPDATE MessageRecipients SET IsSaved = ?, SavedAt = ?, Version = ?"
                      " WHERE MessageId = ? AND RecipientEmail = ?",
                value, since, change.seq(), message.id, caller.email);
  }
  if (message.viewer_is_sender) {
    db::execute(connection,
                flag == Flag::archived
                    ? "UPDATE Messages SET IsArchived = ?, ArchivedAt = ?, SenderVersion = ?"
                      " WHERE Id = ?"
                    : "UPDATE Messages SET IsSaved = ?, SavedAt = ?, SenderVersion = ?"
                      " WHERE Id = ?",
                value, since, change.seq(), message.id);
  }
}

FlagOutcome with_flags(const Outcome& outcome, const Message& message) {
  return {outcome, message.is_archived, message.is_saved};
}

}  // namespace

FlagOutcome set_flag(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                     Flag flag, bool value) {
  Message message = require_message(connection, caller, id);
  bool& current = flag == Flag::archived ? message.is_archived : message.is_saved;
  if (current == value) {
    return with_flags(unchanged(connection, message.tenant, caller.email), message);
  }
  current = value;
  Change change(connection, message.tenant);
  store_flag(connection, message, caller, flag, value, change);
  const json::object payload{{"archived", message.is_archived}, {"saved", message.is_saved}};
  change.append(
      {"message:archive", id, false, {{caller.email, std::nullopt}}, json::serialize(payload)});
  return with_flags(changed_by(connection, change, message.tenant, caller.email), message);
}

}  // namespace harbor::messaging
