#pragma once
// The event log of DESIGN section 5, as it is read: pages of one tenant, dense and in order.
// Appending is events/append.h.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/cursor.h"
#include "events/revocations.h"

namespace harbor::db {
class Connection;
}

namespace harbor::events {

/// A person's counts in a tenant as an event leaves them. Absolute; versioned by the event's seq.
struct Counts {
  std::int64_t unread = 0;
  std::int64_t unseen = 0;
};

struct Addressee {
  std::string email;
  std::optional<Counts> counts;  ///< where the event moves them
};

/// One row of Events.
struct Event {
  std::int64_t seq = 0;
  std::string type;             ///< "message:new", …
  std::int64_t message_id = 0;  ///< 0 where there is none
  bool everyone = false;        ///< audience: every member since membership, else `audience`
  std::vector<Addressee> audience;
  std::string payload;     ///< JSON object
  std::string created_at;  ///< RFC 3339
};

/// A tenant's row of EventHeads. The log holds floor < seq <= head.
struct Head {
  std::string epoch;
  std::int64_t head = 0;
  std::int64_t floor = 0;

  Cursor cursor() const { return {epoch, head}; }
  /// True if the log holds everything after `cursor` (CONTRACTS "Cursors").
  bool continues(const Cursor& cursor) const;
};

/// What one read transaction of the log brings.
struct Page {
  std::vector<Revocation> revocations;  ///< newer than asked for; to be applied first
  std::optional<Head> head;             ///< none: there is no such tenant
  bool gap = false;                     ///< the cursor cannot be continued; `events` is empty
  std::vector<Event> events;            ///< seq rising by one from the cursor's
  std::int64_t last_seq = 0;            ///< seq of the last event scanned (the cursor's if none)
};

/// Revocations after `after_revocation`, then floor and head, then at most `limit` events after
/// `cursor`: in one read transaction, in this order. Opens the transaction itself.
Page read_page(db::Connection& connection, std::string_view tenant, const Cursor& cursor,
               std::int64_t limit, std::int64_t after_revocation);

/// The same without revocations, for a caller within a read transaction of its own.
Page read_page_in(db::Connection& connection, std::string_view tenant, const Cursor& cursor,
                  std::int64_t limit);

/// For a caller within a transaction of its own.
std::optional<Head> read_head(db::Connection& connection, std::string_view tenant);

/// When the newest event of all tenants was written; nothing where there is none.
std::optional<std::string> newest_time(db::Connection& connection);

/// A person's counts and their version, as of the caller's transaction; zeros where none are kept.
struct VersionedCounts : Counts {
  std::int64_t version = 0;
};
VersionedCounts read_counts(db::Connection& connection, std::string_view tenant,
                            std::string_view email);

/// `{"messageId":77,"tenantId":"acme","timestamp":"…","payload":{…}}`.
std::string event_data_json(std::string_view tenant, const Event& event);

/// What goes into an SSE data line: `{"type":"message:new","data":{…}}`. No line breaks.
std::string event_json(std::string_view tenant, const Event& event);

/// The addressee entry of `email`, or null. (Does not look at `everyone`.)
const Addressee* find_addressee(const Event& event, std::string_view email);

}  // namespace harbor::events
