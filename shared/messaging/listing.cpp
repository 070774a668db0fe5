#include "messaging/listing.h"

#include "core/text.h"
#include "db/database.h"
#include "messaging/blocks.h"
#include "messaging/mailbox.h"
#include "messaging/mailbox_walk.h"

namespace harbor::messaging {
namespace {

using db::Query;

std::vector<std::string> roles_of(db::Connection& connection, std::string_view tenant,
                                  std::string_view email) {
  std::vector<std::string> roles;
  Query row(connection, "SELECT Role FROM UserRoles WHERE TenantId = ? AND Email = ? ORDER BY Role",
            tenant, email);
  while (row.next()) roles.push_back(row.text(0));
  return roles;
}

bool is_full(const MessagePage& page, const MessageFilter& filter) {
  return static_cast<std::int64_t>(page.items.size()) == filter.limit;
}

void add_item(db::Connection& connection, const Viewer& viewer, std::int64_t id,
              MessagePage& page) {
  auto message = find_message(connection, viewer, id);
  if (message) page.items.push_back(*std::move(message));
}

// Four walks along the indexes of mailbox_walk.cpp, each of the newest ?4.
constexpr const char* kStats =
    "WITH Mailbox AS ("
    " SELECT * FROM (SELECT r.MessageId AS Id, 0 AS IsSent, r.IsRead AS IsRead,"
    "  m.ThreadId AS ThreadId, m.AttachmentCount AS AttachmentCount, m.LinkCount AS LinkCount"
    "  FROM MessageRecipients r INDEXED BY MessageRecipientsInbox"
    "  CROSS JOIN Messages m ON m.Id = r.MessageId WHERE r.MailboxId = ?1"
    "  AND r.IsArchived = 0 AND r.IsDeleted = 0 AND r.IsGone = 0 ORDER BY r.MessageId DESC LIMIT "
    "?4)"
    " UNION ALL SELECT * FROM (SELECT r.MessageId, 0, r.IsRead, m.ThreadId, m.AttachmentCount,"
    "  m.LinkCount FROM MessageRecipients r INDEXED BY MessageRecipientsArchived"
    "  CROSS JOIN Messages m ON m.Id = r.MessageId WHERE r.MailboxId = ?1"
    "  AND r.IsArchived = 1 AND r.IsDeleted = 0 AND r.IsGone = 0 ORDER BY r.MessageId DESC LIMIT "
    "?4)"
    " UNION ALL SELECT * FROM (SELECT m.Id, 1, 1, m.ThreadId, m.AttachmentCount, m.LinkCount"
    "  FROM Messages m INDEXED BY MessagesSent WHERE m.TenantId = ?3 AND m.SenderEmail = ?2"
    "  AND m.IsArchived = 0 AND m.IsDeleted = 0 AND m.IsSenderDeleted = 0 ORDER BY m.Id DESC LIMIT "
    "?4)"
    " UNION ALL SELECT * FROM (SELECT m.Id, 1, 1, m.ThreadId, m.AttachmentCount, m.LinkCount"
    "  FROM Messages m INDEXED BY MessagesSentArchived WHERE m.TenantId = ?3 AND m.SenderEmail = ?2"
    "  AND m.IsArchived = 1 AND m.IsDeleted = 0 AND m.IsSenderDeleted = 0 ORDER BY m.Id DESC LIMIT "
    "?4))"
    " SELECT COUNT(DISTINCT Id), COALESCE(SUM(IsRead = 0), 0), COALESCE(SUM(IsSent), 0),"
    " COALESCE(SUM(NOT IsSent), 0), COUNT(DISTINCT ThreadId), COALESCE(SUM(AttachmentCount), 0),"
    " COALESCE(SUM(LinkCount), 0) FROM Mailbox";

// A LIKE pattern that finds `text` anywhere, its own wildcards escaped by '\'.
std::string containing(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

MessagePage list_messages(db::Connection& connection, const Viewer& viewer,
                          const MessageFilter& filter, const Config::Limits& limits) {
  MessagePage page;
  MailboxWalk walk(connection, viewer, filter);
  for (std::int64_t scanned = 1; const auto step = walk.next(); ++scanned) {
    if (step->fits && is_full(page, filter)) {
      page.next = page.items.back().id;
      return page;
    }
    if (step->fits) add_item(connection, viewer, step->id, page);
    if (scanned == limits.scan) {
      page.next = step->id;
      return page;
    }
  }
  return page;
}

MailboxStats mailbox_stats(db::Connection& connection, const Viewer& viewer,
                           std::string_view tenant, const Config::Limits& limits) {
  Query row(connection, kStats, find_mailbox(connection, tenant, viewer.email), viewer.email,
            tenant, limits.stats);
  row.next();
  return {.total = row.integer(0),
          .unread = row.integer(1),
          .sent = row.integer(2),
          .received = row.integer(3),
          .conversations = row.integer(4),
          .attachments = row.integer(5),
          .links = row.integer(6)};
}

PeoplePage list_recipients(db::Connection& connection, const PeopleFilter& filter) {
  PeoplePage page;
  Query row(connection,
            "SELECT p.Email, p.Name FROM TenantUsers u JOIN Subscribers p ON p.Email = u.Email"
            " WHERE u.TenantId = ?1 AND u.Email > ?2 AND u.Email <> ?3 AND p.IsDisabled = 0"
            " AND (p.Email LIKE ?4 ESCAPE '\\' OR p.Name LIKE ?4 ESCAPE '\\')"
            " AND NOT " +
                takes_none_from("?3") + " ORDER BY u.Email LIMIT ?5",
            filter.tenant, filter.after, filter.except, containing(filter.query), filter.limit + 1);
  while (row.next()) {
    if (static_cast<std::int64_t>(page.items.size()) == filter.limit) {
      page.next = page.items.back().email;
      break;
    }
    const std::string email = row.text(0);
    page.items.push_back({email, row.text(1), roles_of(connection, filter.tenant, email)});
  }
  return page;
}

}  // namespace harbor::messaging
