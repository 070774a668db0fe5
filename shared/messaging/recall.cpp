#include "messaging/recall.h"

#include <boost/json/serialize.hpp>

#include "core/api_error.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/text.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::execute;
using events::Change;

bool has_reader(db::Connection& connection, std::int64_t id) {
  db::Query row(connection,
                "SELECT 1 FROM MessageRecipients WHERE MessageId = ? AND IsRead = 1 LIMIT 1", id);
  return row.next();
}

void require_recallable(db::Connection& connection, const Message& message,
                        const Config::Limits& limits) {
  if (!message.viewer_is_sender) {
    throw ApiError("not_allowed", "Only its sender recalls a message.");
  }
  require_direct(message);
  require_content(message);
  const std::int64_t sent_at = parse_rfc3339(message.created_at).value_or(0);
  if (now_ms() > sent_at + limits.recall_ms) throw ApiError("recall_window_over");
  if (!limits.recall_after_read && has_reader(connection, message.id)) {
    throw ApiError("already_read");
  }
}

void store_tombstone(db::Connection& connection, std::int64_t id,
                     const std::optional<std::string>& reason, const Change& change) {
  execute(connection,
          "UPDATE Messages SET Subject = '', Body = '', HasAttachments = 0, AttachmentCount = 0,"
          " LinkCount = 0, IsRecalled = 1, RecalledAt = ?, RecallReason = ?, Version = ?"
          " WHERE Id = ?",
          change.time(), reason, change.seq(), id);
  execute(connection, "DELETE FROM MessageLinks WHERE MessageId = ?", id);
  execute(connection, "DELETE FROM MessageHistory WHERE MessageId = ?", id);
  // Nothing is left to read. ReadAt stays NULL, which tells that nobody had read it.
  execute(connection, "UPDATE MessageRecipients SET IsRead = 1 WHERE MessageId = ? AND IsRead = 0",
          id);
}

}  // namespace

std::optional<std::string> read_recall_reason(const json::value& body,
                                              const Config::Limits& limits) {
  Fields fields(body);
  const auto stated = fields.optional_text("reason");
  fields.finish();
  const std::string reason(trim(without_controls(stated.value_or(""))));
  if (code_points(reason) > static_cast<std::size_t>(limits.subject)) {
    throw ApiError(std::vector<FieldError>{{"reason", "too_long"}});
  }
  if (reason.empty()) return std::nullopt;
  return reason;
}

Recalled recall(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                const std::optional<std::string>& reason, const Config::Limits& limits) {
  const Message message = require_message(connection, caller, id);
  require_recallable(connection, message, limits);
  const Concerned concerned = concerned_by(connection, id);
  Change change(connection, message.tenant);
  auto audience = take_from_counts(connection, message.tenant, std::span(&concerned, 1), change);
  store_tombstone(connection, id, reason, change);
  blank_events(connection, message.tenant, id, change, Blank::everything);
  json::object payload{{"reason", nullptr}, {"recalledAt", change.time()}};
  if (reason) payload["reason"] = *reason;
  change.append({"message:recall", id, false, std::move(audience), json::serialize(payload)});
  return {require_whole_message(connection, caller, id, limits), change.announcement()};
}

}  // namespace harbor::messaging
