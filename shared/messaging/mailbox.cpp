#include "messaging/mailbox.h"

#include "db/database.h"

namespace harbor::messaging {

std::optional<std::int64_t> find_mailbox(db::Connection& connection, std::string_view tenant,
                                         std::string_view email) {
  db::Query row(connection, "SELECT Id FROM Mailboxes WHERE Email = ? AND TenantId = ?", email,
                tenant);
  if (!row.next()) return std::nullopt;
  return row.integer(0);
}

std::int64_t mailbox_of(db::Connection& connection, std::string_view tenant,
                        std::string_view email) {
  if (const auto found = find_mailbox(connection, tenant, email)) return *found;
  db::execute(connection, "INSERT INTO Mailboxes (TenantId, Email) VALUES (?, ?)", tenant, email);
  return connection.last_insert_id();
}

void store_recipient(db::Connection& connection, const NewRecipient& recipient) {
  db::execute(
      connection,
      "INSERT INTO MessageRecipients"
      " (MessageId, RecipientEmail, MailboxId, HasAttachments, IsRead, ReadAt, Version)"
      " VALUES (?1, ?2, ?3, (SELECT HasAttachments FROM Messages WHERE Id = ?1), ?4, ?5, ?6)",
      recipient.message_id, recipient.email,
      mailbox_of(connection, recipient.tenant, recipient.email), recipient.read_at.has_value(),
      recipient.read_at, recipient.version);
}

}  // namespace harbor::messaging
