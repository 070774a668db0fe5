#pragma once
// Lists of messages and of people, keyset-paged, newest first. Every query is an index walk.
//
// Folder, unread and hasAttachments=true have indexes of their own: such a page costs what is on
// it. The other filters are judged row by row, `limits.scan` rows to a page at most: such a page
// may be short, or empty, and still have a next one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "messaging/message.h"

namespace harbor::messaging {

enum class Folder { inbox, sent, archived, all };

struct MessageFilter {
  std::string tenant;
  Folder folder = Folder::inbox;
  bool unread = false;
  std::optional<bool> has_attachments;
  std::optional<std::string> message_type, priority, from;
  std::optional<std::int64_t> before;  ///< only ids below
  std::int64_t limit = 50;
};

struct MessagePage {
  std::vector<Message> items;
  std::optional<std::int64_t> next;  ///< the `before` of the next page
};

MessagePage list_messages(db::Connection& connection, const Viewer& viewer,
                          const MessageFilter& filter, const Config::Limits& limits);

/// The whole mailbox in figures. `total` is sent and received together.
struct MailboxStats {
  std::int64_t total = 0, unread = 0, sent = 0, received = 0;
  std::int64_t conversations = 0, attachments = 0, links = 0;
};

/// Walks the person's mailbox in this tenant: asked for, never part of every list. Counts the
/// newest `limits.stats` messages of each folder at most.
MailboxStats mailbox_stats(db::Connection& connection, const Viewer& viewer,
                           std::string_view tenant, const Config::Limits& limits);

struct PersonItem {
  std::string email;
  std::string name;
  std::vector<std::string> roles;
};

struct PeopleFilter {
  std::string tenant;
  std::string except;  ///< the caller
  std::string query;   ///< part of a name or an address; empty is everyone
  std::string after;   ///< only addresses above
  std::int64_t limit = 50;
};

struct PeoplePage {
  std::vector<PersonItem> items;
  std::optional<std::string> next;
};

/// The members whom the caller may write to, by address: not those who block them.
PeoplePage list_recipients(db::Connection& connection, const PeopleFilter& filter);

}  // namespace harbor::messaging
