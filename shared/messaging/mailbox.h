#pragma once
// A mailbox: a person's place in one tenant, and the rows of the messages that lie in it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

/// Nothing for one who was never sent a message there, nor sent one.
std::optional<std::int64_t> find_mailbox(db::Connection& connection, std::string_view tenant,
                                         std::string_view email);

/// The same, made where there is none. Within a writing transaction; tenant and person exist.
std::int64_t mailbox_of(db::Connection& connection, std::string_view tenant,
                        std::string_view email);

struct NewRecipient {
  std::int64_t message_id = 0;
  std::string_view tenant;  ///< the message's
  std::string_view email;
  std::optional<std::string> read_at;  ///< where it was read before it came
  std::int64_t version = 0;
};

/// Puts a stored message into a recipient's mailbox. Within a writing transaction.
void store_recipient(db::Connection& connection, const NewRecipient& recipient);

}  // namespace harbor::messaging
