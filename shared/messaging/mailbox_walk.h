#pragma once
// The messages of a mailbox, newest first: one or several walks along partial indexes
// (migrations/*_mailboxes.sql), merged by id. Which indexes follows from folder and flags; what
// no index knows is judged row by row, so whoever walks bounds the rows.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "messaging/listing.h"

namespace harbor::messaging {

class MailboxWalk {
 public:
  /// `connection` outlives it, within one read transaction. Begins below `filter.before`.
  MailboxWalk(db::Connection& connection, const Viewer& viewer, const MessageFilter& filter);

  struct Step {
    std::int64_t id = 0;
    bool fits = false;  ///< all of the filter holds
  };

  /// The next message; nothing at the end.
  std::optional<Step> next();

 private:
  struct Source {
    std::unique_ptr<db::Query> rows;
    std::optional<Step> head;
  };

  void add_received(db::Connection& connection, const MessageFilter& filter, std::int64_t mailbox);
  void add_sent(db::Connection& connection, const Viewer& viewer, const MessageFilter& filter);
  void add(std::unique_ptr<db::Query> rows);
  static void advance(Source& source);

  std::vector<Source> sources_;
};

}  // namespace harbor::messaging
