#include "messaging/conversation.h"

#include <limits>

#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::Query;

constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();

// True once there is one more than the page holds.
template <class Item>
bool is_full(const std::vector<Item>& items, std::int64_t limit) {
  return static_cast<std::int64_t>(items.size()) == limit;
}

}  // namespace

MessagePage list_thread(db::Connection& connection, const Viewer& viewer, const Message& message,
                        std::optional<std::int64_t> before, std::int64_t limit) {
  MessagePage page;
  Query row(connection,
            "SELECT m.Id FROM Messages m LEFT JOIN MessageRecipients r"
            "  ON r.MessageId = m.Id AND r.RecipientEmail = ?1 AND r.IsDeleted = 0"
            " WHERE m.ThreadId = ?2 AND m.Id < ?3 AND m.TenantId = ?4 AND m.IsDeleted = 0"
            "   AND ((m.SenderEmail = ?1 AND m.IsSenderDeleted = 0) OR r.Id IS NOT NULL)"
            " ORDER BY m.Id DESC LIMIT ?5",
            viewer.email, message.thread_id, before.value_or(kNoBound), message.tenant, limit + 1);
  while (row.next()) {
    if (is_full(page.items, limit)) {
      page.next = page.items.back().id;
      break;
    }
    page.items.push_back(*find_message(connection, viewer, row.integer(0)));
  }
  return page;
}

RecipientPage list_message_recipients(db::Connection& connection, std::int64_t id,
                                      std::string_view after, std::int64_t limit) {
  RecipientPage page;
  // A recall leaves nothing to read, and who had read it before (ReadAt).
  Query row(connection,
            "SELECT r.RecipientEmail, p.Name, r.IsRead AND (m.IsRecalled = 0 OR r.ReadAt IS NOT"
            " NULL), r.ReadAt FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId"
            " JOIN Subscribers p ON p.Email = r.RecipientEmail"
            " WHERE r.MessageId = ? AND r.RecipientEmail > ? ORDER BY r.RecipientEmail LIMIT ?",
            id, after, limit + 1);
  while (row.next()) {
    if (is_full(page.items, limit)) {
      page.next = page.items.back().email;
      break;
    }
    page.items.push_back({row.text(0), row.text(1), row.boolean(2), row.optional_text(3)});
  }
  return page;
}

json::object former_text_json(const FormerText& former, bool with_text) {
  const auto text = [with_text](const std::string& what) {
    return with_text ? json::value(what) : json::value(nullptr);
  };
  return {{"version", former.version},    {"subject", text(former.subject)},
          {"body", text(former.body)},    {"priority", former.priority},
          {"editedAt", former.edited_at}, {"editedBy", former.edited_by}};
}

HistoryPage list_history(db::Connection& connection, std::int64_t id,
                         std::optional<std::int64_t> before, std::int64_t limit) {
  HistoryPage page;
  Query row(connection,
            "SELECT Version, Subject, Body, Priority, EditedAt, EditedBy FROM MessageHistory"
            " WHERE MessageId = ? AND Version < ? ORDER BY Version DESC LIMIT ?",
            id, before.value_or(kNoBound), limit + 1);
  while (row.next()) {
    if (is_full(page.items, limit)) {
      page.next = page.items.back().version;
      break;
    }
    page.items.push_back(
        {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)});
  }
  return page;
}

}  // namespace harbor::messaging
