#include "messaging/listing.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "core/text.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::Query;

constexpr const char* kMessageConditions = " AND m.IsDeleted = 0"
                                           " AND (?4 IS NULL OR m.HasAttachments = ?4)"
                                           " AND (?5 IS NULL OR m.MessageType = ?5)"
                                           " AND (?6 IS NULL OR m.Priority = ?6)"
                                           " AND (?7 IS NULL OR m.SenderEmail = ?7)";

constexpr const char* kNewestFirst = " DESC LIMIT ?8";

// Literal conditions, not parameters: the planner then takes the partial index of unread rows.
std::string received_sql(const MessageFilter& filter) {
  std::string sql =
      "SELECT r.MessageId FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId"
      " WHERE r.RecipientEmail = ?1 AND r.MessageId < ?2 AND r.IsDeleted = 0 AND m.TenantId = ?3";
  if (filter.unread) sql += " AND r.IsRead = 0";
  if (filter.folder == Folder::inbox) sql += " AND r.IsArchived = 0";
  if (filter.folder == Folder::archived) sql += " AND r.IsArchived = 1";
  return sql + kMessageConditions + " ORDER BY r.MessageId" + kNewestFirst;
}

std::string sent_sql(const MessageFilter& filter) {
  std::string sql = "SELECT m.Id FROM Messages m"
                    " WHERE m.SenderEmail = ?1 AND m.Id < ?2 AND m.TenantId = ?3"
                    " AND m.IsSenderDeleted = 0";
  if (filter.folder == Folder::sent) sql += " AND m.IsArchived = 0";
  if (filter.folder == Folder::archived) sql += " AND m.IsArchived = 1";
  return sql + kMessageConditions + " ORDER BY m.Id" + kNewestFirst;
}

void add_ids(db::Connection& connection, const std::string& sql, const Viewer& viewer,
             const MessageFilter& filter, std::vector<std::int64_t>& ids) {
  constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();
  Query row(connection, sql, viewer.email, filter.before.value_or(kNoBound), filter.tenant,
            filter.has_attachments, filter.message_type, filter.priority, filter.from,
            filter.limit + 1);
  while (row.next()) ids.push_back(row.integer(0));
}

// The newest limit + 1 of both walks: one more than the page tells whether there is another.
std::vector<std::int64_t> newest_ids(db::Connection& connection, const Viewer& viewer,
                                     const MessageFilter& filter) {
  std::vector<std::int64_t> ids;
  if (filter.folder != Folder::sent) {
    add_ids(connection, received_sql(filter), viewer, filter, ids);
  }
  // Nothing of one's own is unread.
  if (filter.folder != Folder::inbox && !filter.unread) {
    add_ids(connection, sent_sql(filter), viewer, filter, ids);
  }
  std::sort(ids.begin(), ids.end(), std::greater<>());
  // An imported message may be its sender's own copy too.
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<std::string> roles_of(db::Connection& connection, std::string_view tenant,
                                  std::string_view email) {
  std::vector<std::string> roles;
  Query row(connection, "SELECT Role FROM UserRoles WHERE TenantId = ? AND Email = ? ORDER BY Role",
            tenant, email);
  while (row.next()) roles.push_back(row.text(0));
  return roles;
}

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
                          const MessageFilter& filter) {
  MessagePage page;
  const auto ids = newest_ids(connection, viewer, filter);
  const std::size_t count = std::min(ids.size(), static_cast<std::size_t>(filter.limit));
  for (std::size_t i = 0; i < count; ++i) {
    if (auto message = find_message(connection, viewer, ids[i])) {
      page.items.push_back(*std::move(message));
    }
  }
  if (ids.size() > count) page.next = ids[count - 1];
  return page;
}

MailboxStats mailbox_stats(db::Connection& connection, const Viewer& viewer,
                           std::string_view tenant) {
  Query row(
      connection,
      "WITH Mailbox AS ("
      " SELECT r.MessageId AS Id, 0 AS IsSent, r.IsRead AS IsRead, m.ThreadId AS ThreadId,"
      "        m.AttachmentCount AS AttachmentCount, m.LinkCount AS LinkCount"
      " FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId"
      " WHERE r.RecipientEmail = ?1 AND r.IsDeleted = 0 AND m.TenantId = ?2"
      " AND m.IsDeleted = 0"
      " UNION ALL SELECT Id, 1, 1, ThreadId, AttachmentCount, LinkCount FROM Messages"
      " WHERE TenantId = ?2 AND SenderEmail = ?1 AND IsDeleted = 0 AND IsSenderDeleted = 0)"
      " SELECT COUNT(DISTINCT Id), COALESCE(SUM(IsRead = 0), 0), COALESCE(SUM(IsSent), 0),"
      " COALESCE(SUM(NOT IsSent), 0), COUNT(DISTINCT ThreadId), COALESCE(SUM(AttachmentCount), 0),"
      " COALESCE(SUM(LinkCount), 0) FROM Mailbox",
      viewer.email, tenant);
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
            " AND NOT EXISTS (SELECT 1 FROM UserBlocks b WHERE b.TenantId = u.TenantId"
            " AND b.BlockerEmail = u.Email AND b.BlockedEmail = ?3 AND b.Scope = 'me')"
            " ORDER BY u.Email LIMIT ?5",
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
