#pragma once
// Whom a change of a message concerns, how it moves their counts, and what it leaves of the events
// before it. What the acts of a message's life (flags, edit, remove, recall, expire) have in
// common. All within a writing transaction of the caller.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access.h"
#include "core/config.h"
#include "events/append.h"
#include "messaging/message.h"

namespace harbor::messaging {

/// What an act leaves. Nothing to announce where nothing changed.
struct Outcome {
  events::VersionedCounts counts;  ///< the caller's; their version is that of the change, if any
  events::Cursor cursor;           ///< the tenant's head after it
  std::optional<events::Announcement> announcement;
};

Outcome unchanged(db::Connection& connection, std::string_view tenant, std::string_view email);
Outcome changed_by(db::Connection& connection, const events::Change& change,
                   std::string_view tenant, std::string_view email);

/// The message as the caller sees it, without recipients and links. Throws ApiError not_found where
/// they do not.
Message require_message(db::Connection& connection, const auth::Caller& caller, std::int64_t id);

/// The same with links, and as many recipients as are shown.
Message require_whole_message(db::Connection& connection, const auth::Caller& caller,
                              std::int64_t id, const Config::Limits& limits);

/// Throws ApiError not_direct for a broadcast or an announcement: these have routes of their own.
void require_direct(const Message& message);

/// Throws ApiError already_recalled where nothing is left but the tombstone.
void require_content(const Message& message);

/// A message and everybody who can see it.
struct Concerned {
  struct Person {
    std::string email;
    bool is_unread = false;  ///< it counts as unread for this recipient
  };
  std::int64_t id = 0;
  std::int64_t created_seq = 0;
  std::vector<Person> people;  ///< by address: its recipients and its sender but who deleted it
};

/// Precondition: the message exists and is not deleted for all.
Concerned concerned_by(db::Connection& connection, std::int64_t id);

/// Its people, without counts.
std::vector<events::Addressee> audience_of(const Concerned& message);

/// Takes messages of the same people out of the counts of those who have not read them: the
/// audience, with the counts of whom it moved.
std::vector<events::Addressee> take_from_counts(db::Connection& connection, std::string_view tenant,
                                                std::span<const Concerned> messages,
                                                const events::Change& change);

/// Blanks what the events before this change say of the message; their numbers stay. An edit leaves
/// what tells no content: who has read, and one's own flags.
enum class Blank { content, everything };
void blank_events(db::Connection& connection, std::string_view tenant, std::int64_t id,
                  const events::Change& change, Blank blank);

}  // namespace harbor::messaging
