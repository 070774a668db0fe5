#include "messaging/mailbox_walk.h"

#include <limits>

#include "messaging/filter_sql.h"
#include "messaging/mailbox.h"

namespace harbor::messaging {
namespace {

using db::Query;

constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();

struct Index {
  const char* name;
  const char* rows;  // its own condition
};

// Named in the statement: without statistics the planner cannot know which of several partial
// indexes is the short one, and must not guess.
constexpr Index kInbox{"MessageRecipientsInbox",
                       "r.IsArchived = 0 AND r.IsDeleted = 0 AND r.IsGone = 0"};
constexpr Index kArchived{"MessageRecipientsArchived",
                          "r.IsArchived = 1 AND r.IsDeleted = 0 AND r.IsGone = 0"};
constexpr Index kUnread{"MessageRecipientsUnread",
                        "r.IsRead = 0 AND r.IsDeleted = 0 AND r.IsGone = 0"};
constexpr Index kReceivedWithAttachments{
    "MessageRecipientsWithAttachments",
    "r.HasAttachments = 1 AND r.IsDeleted = 0 AND r.IsGone = 0"};

constexpr Index kSent{"MessagesSent",
                      "m.IsArchived = 0 AND m.IsDeleted = 0 AND m.IsSenderDeleted = 0"};
constexpr Index kSentArchived{"MessagesSentArchived",
                              "m.IsArchived = 1 AND m.IsDeleted = 0 AND m.IsSenderDeleted = 0"};
constexpr Index kSentWithAttachments{
    "MessagesSentWithAttachments",
    "m.HasAttachments = 1 AND m.IsDeleted = 0 AND m.IsSenderDeleted = 0"};

std::string received_sql(const MessageFilter& filter, const Index& index) {
  return "SELECT r.MessageId, m.IsDeleted = 0" + received_condition(filter) + kMessageConditions +
         " FROM MessageRecipients r INDEXED BY " + index.name +
         " CROSS JOIN Messages m ON m.Id = r.MessageId"
         " WHERE r.MailboxId = ?1 AND r.MessageId < ?2 AND " +
         index.rows + " ORDER BY r.MessageId DESC";
}

std::string sent_sql(const MessageFilter& filter, const Index& index) {
  return "SELECT m.Id, m.IsDeleted = 0" + sent_condition(filter) + kMessageConditions +
         " FROM Messages m INDEXED BY " + index.name +
         " WHERE m.SenderEmail = ?1 AND m.Id < ?2 AND m.TenantId = ?7 AND " + index.rows +
         " ORDER BY m.Id DESC";
}

// The indexes whose rows hold all that can fit, the shortest of those.
std::vector<Index> received_indexes(const MessageFilter& filter) {
  if (filter.folder == Folder::sent) return {};
  if (filter.unread) return {kUnread};
  if (filter.has_attachments.value_or(false)) return {kReceivedWithAttachments};
  if (filter.folder == Folder::inbox) return {kInbox};
  if (filter.folder == Folder::archived) return {kArchived};
  return {kInbox, kArchived};
}

std::vector<Index> sent_indexes(const Viewer& viewer, const MessageFilter& filter) {
  // Nothing of one's own is unread, or from somebody else.
  if (filter.folder == Folder::inbox || filter.unread) return {};
  if (filter.from && *filter.from != viewer.email) return {};
  if (filter.has_attachments.value_or(false)) return {kSentWithAttachments};
  if (filter.folder == Folder::sent) return {kSent};
  if (filter.folder == Folder::archived) return {kSentArchived};
  return {kSent, kSentArchived};
}

}  // namespace

MailboxWalk::MailboxWalk(db::Connection& connection, const Viewer& viewer,
                         const MessageFilter& filter) {
  if (const auto mailbox = find_mailbox(connection, filter.tenant, viewer.email)) {
    add_received(connection, filter, *mailbox);
  }
  add_sent(connection, viewer, filter);
}

void MailboxWalk::add_received(db::Connection& connection, const MessageFilter& filter,
                               std::int64_t mailbox) {
  for (const Index& index : received_indexes(filter)) {
    add(std::make_unique<Query>(connection, received_sql(filter, index), mailbox,
                                filter.before.value_or(kNoBound), filter.has_attachments,
                                filter.message_type, filter.priority, filter.from));
  }
}

void MailboxWalk::add_sent(db::Connection& connection, const Viewer& viewer,
                           const MessageFilter& filter) {
  for (const Index& index : sent_indexes(viewer, filter)) {
    add(std::make_unique<Query>(connection, sent_sql(filter, index), viewer.email,
                                filter.before.value_or(kNoBound), filter.has_attachments,
                                filter.message_type, filter.priority, filter.from, filter.tenant));
  }
}

void MailboxWalk::add(std::unique_ptr<Query> rows) {
  sources_.push_back({std::move(rows), std::nullopt});
  advance(sources_.back());
}

void MailboxWalk::advance(Source& source) {
  source.head.reset();
  if (source.rows->next()) source.head = {source.rows->integer(0), source.rows->boolean(1)};
}

std::optional<MailboxWalk::Step> MailboxWalk::next() {
  Step newest;
  for (const Source& source : sources_) {
    if (source.head && source.head->id > newest.id) newest.id = source.head->id;
  }
  if (newest.id == 0) return std::nullopt;
  // An imported message may be its sender's own copy too: it stands in two walks.
  for (Source& source : sources_) {
    if (!source.head || source.head->id != newest.id) continue;
    newest.fits = newest.fits || source.head->fits;
    advance(source);
  }
  return newest;
}

}  // namespace harbor::messaging
