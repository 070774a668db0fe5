#include "messaging/tenant_messages.h"

#include <limits>

#include "db/database.h"
#include "messaging/conversation.h"

namespace harbor::messaging {
namespace {

using db::Query;

constexpr std::int64_t kFormerTexts = 50;

constexpr std::string_view kMetadata =
    "SELECT m.Id, m.SenderEmail, p.Name, m.MessageType, m.Priority, m.CreatedAt, m.ExpiresAt,"
    " m.ThreadId, m.InReplyTo, m.RecipientCount, m.AttachmentCount, m.LinkCount, m.IsDeleted,"
    " m.IsRecalled, m.Version, m.Subject, m.Body"
    " FROM Messages m JOIN Subscribers p ON p.Email = m.SenderEmail";

std::string metadata_where(std::string_view rest) {
  return std::string(kMetadata) + " WHERE " + std::string(rest);
}

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

json::value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object metadata_json(const Query& row) {
  return {{"id", row.integer(0)},
          {"senderEmail", row.view(1)},
          {"senderName", row.view(2)},
          {"messageType", row.view(3)},
          {"priority", row.view(4)},
          {"createdAt", row.view(5)},
          {"expiresAt", or_null(row.optional_text(6))},
          {"threadId", row.integer(7)},
          {"inReplyTo", or_null(row.optional_integer(8))},
          {"recipientCount", row.integer(9)},
          {"attachmentCount", row.integer(10)},
          {"linkCount", row.integer(11)},
          {"isDeleted", row.boolean(12)},
          {"isRecalled", row.boolean(13)},
          {"version", row.integer(14)}};
}

}  // namespace

TenantMessages list_tenant_messages(db::Connection& connection, std::string_view tenant,
                                    std::optional<std::int64_t> before, std::int64_t limit) {
  constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();
  TenantMessages page;
  Query row(connection, metadata_where("m.TenantId = ? AND m.Id < ? ORDER BY m.Id DESC LIMIT ?"),
            tenant, before.value_or(kNoBound), limit + 1);
  std::int64_t last = 0;
  while (row.next()) {
    if (static_cast<std::int64_t>(page.items.size()) == limit) {
      page.next = last;
      break;
    }
    last = row.integer(0);
    page.items.push_back(metadata_json(row));
  }
  return page;
}

std::optional<json::object> tenant_message_content(db::Connection& connection,
                                                   std::string_view tenant, std::int64_t id) {
  Query row(connection, metadata_where("m.Id = ? AND m.TenantId = ?"), id, tenant);
  if (!row.next()) return std::nullopt;
  json::object content = metadata_json(row);
  content["subject"] = row.view(15);
  content["body"] = row.view(16);
  json::array history;
  for (const FormerText& former : list_history(connection, id, std::nullopt, kFormerTexts).items) {
    history.push_back(former_text_json(former, true));
  }
  content["history"] = std::move(history);
  return content;
}

}  // namespace harbor::messaging
