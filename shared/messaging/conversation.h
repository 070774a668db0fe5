#pragma once
// What belongs to one message: the conversation it is part of, who it went to, what it was before
// it was edited. Keyset-paged.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messaging/listing.h"
#include "messaging/message.h"

namespace harbor::messaging {

/// The messages of a conversation that the viewer sees, newest first; only ids below `before`.
MessagePage list_thread(db::Connection& connection, const Viewer& viewer, const Message& message,
                        std::optional<std::int64_t> before, std::int64_t limit);

struct RecipientPage {
  std::vector<Recipient> items;
  std::optional<std::string> next;  ///< the `after` of the next page
};

/// To whom a message went, by address; only addresses above `after`.
RecipientPage list_message_recipients(db::Connection& connection, std::int64_t id,
                                      std::string_view after, std::int64_t limit);

/// What a message was until an edit.
struct FormerText {
  std::int64_t version = 0;
  std::string subject, body, priority;
  std::string edited_at, edited_by;
};

/// `subject` and `body` are null without the text.
json::object former_text_json(const FormerText& former, bool with_text);

struct HistoryPage {
  std::vector<FormerText> items;
  std::optional<std::int64_t> next;  ///< the `before` of the next page
};

/// Newest first; only versions below `before`.
HistoryPage list_history(db::Connection& connection, std::int64_t id,
                         std::optional<std::int64_t> before, std::int64_t limit);

}  // namespace harbor::messaging
