#pragma once
// A message as one person sees it, and its JSON (CONTRACTS "Send and read").

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "messaging/search_text.h"

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

constexpr std::size_t kExcerptLength = 200;  // code points

struct Recipient {
  std::string email;
  std::string name;
  bool is_read = false;
  std::optional<std::string> read_at;
};

struct Link {
  std::int64_t id = 0;
  std::string url;
  std::string domain;
};

struct Message {
  std::int64_t id = 0;
  std::string tenant;
  std::string subject;
  std::string body;
  std::string sender_email, sender_name;
  std::string message_type, priority;
  std::string created_at;
  std::optional<std::string> expires_at, edited_at;
  std::int64_t version = 0;          ///< newest Seq of what is shown to the viewer
  std::int64_t created_seq = 0;      ///< Seq of its message:new
  std::int64_t content_version = 0;  ///< Seq of the last change that all who see it know of
  std::optional<std::int64_t> in_reply_to;
  std::int64_t thread_id = 0;
  std::int64_t recipient_count = 0;
  bool is_recalled = false;
  std::optional<std::string> recalled_at, recall_reason;
  std::vector<Recipient> recipients;
  std::vector<Link> links;

  // The viewer's own.
  bool viewer_is_sender = false;
  bool viewer_is_recipient = false;
  bool sees_read_state = false;  ///< sender and admins
  bool is_read = false;
  std::optional<std::string> read_at;
  bool is_archived = false;
  bool is_saved = false;

  std::optional<Snippet> snippet;  ///< of an item that a search has found
};

/// Who looks, in which tenant right (auth/access.h decides it).
struct Viewer {
  std::string email;
  bool is_admin = false;
  std::int64_t recipients_shown = 100;  ///< of one message; limits.recipients_shown
};

/// The message where the viewer is its sender or a recipient who has not deleted it; nothing for
/// anyone else, as for an id that does not exist. The tenant right is the caller's to check.
/// `recipients` are the first by address that the viewer is shown.
std::optional<Message> find_message(db::Connection& connection, const Viewer& viewer,
                                    std::int64_t id);

/// The same without recipients and links: for whoever only judges it.
std::optional<Message> find_message_head(db::Connection& connection, const Viewer& viewer,
                                         std::int64_t id);

/// The tenant of a message, whoever asks; nothing where there is none.
std::optional<std::string> tenant_of_message(db::Connection& connection, std::int64_t id);

/// The words that a message's type and priority may be.
bool is_message_type(std::string_view word);
bool is_priority(std::string_view word);

/// At most kExcerptLength code points, white space folded.
std::string excerpt_of(std::string_view body);

/// With `body` and `bodyHtml`.
json::object message_json(const Message& message);

/// With `excerpt` in place of the bodies.
json::object item_json(const Message& message);

/// The payload of message:new and message:update.
std::string message_event_payload(const Message& message);

}  // namespace harbor::messaging
