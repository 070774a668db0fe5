#pragma once
// One open stream, as the hub knows it: whose it is, where it stands in the log, what waits to be
// written. No socket: bytes leave through the Outlet.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sse/outbox.h"
#include "sse/reader_messages.h"
#include "sse/sse_format.h"
#include "sse/timers.h"

namespace harbor::sse {

struct Feed;
struct Tenant;
struct MemberEntry;

/// The connection behind a stream.
class Outlet {
 public:
  /// The stream has something to write or is to be closed: see to it before the loop waits again.
  virtual void wake() = 0;

 protected:
  ~Outlet() = default;
};

struct Stream {
  enum class State : std::uint8_t {
    registering,  ///< the reader fetches its snapshot; nothing was written yet
    live,         ///< in a feed
    parked,       ///< catching up faster than its reader takes: waits at `position` for room
    overflowed,   ///< too slow for live events: waits until its outbox is empty, then resyncing
    resyncing,    ///< the reader fetches a new snapshot
    closing,      ///< the last frame is queued
    dead,         ///< to be closed without another byte
  };
  enum class End : std::uint8_t { age, expired, drain, replaced, revoked, reader_failed };

  Stream(StreamId number, Outlet& to) : id(number), outlet(to) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// The only way for a frame to get in.
  void push(Buffer buffer) {
    outbox.push(std::move(buffer));
    outlet.wake();
  }

  bool ending() const { return state == State::closing || state == State::dead; }

  const StreamId id;
  Outlet& outlet;
  Outbox outbox;

  Tenant* tenant = nullptr;
  MemberEntry* member = nullptr;
  Feed* feed = nullptr;        ///< while live
  std::size_t feed_index = 0;  ///< in feed->streams

  State state = State::registering;
  bool greeted = false;  ///< HTTP's head is in the outbox, or gone
  bool begun = false;    ///< at least one byte has left
  ResyncReason resync_reason = ResyncReason::overflow;
  End ends_with = End::age;  ///< at ends_at_ms

  std::int64_t session = 0;
  std::int64_t authorised_revocation = 0;  ///< only newer ones end it
  std::int64_t joined = 0;                 ///< events for everyone are its own from here on
  std::int64_t session_expires_at_ms = 0;  ///< since the Unix epoch
  std::int64_t position = 0;               ///< while parked
  std::int64_t live_after = 0;  ///< head of its snapshot: up to here replay, without counts
  std::int64_t queued = 0;      ///< seq of the last event put into the outbox

  // Of the steady clock.
  std::int64_t opened_at_ms = 0;
  std::int64_t ends_at_ms = kNever;
  std::int64_t heartbeat_at_ms = kNever;
  std::int64_t stuck_since_ms = kNever;  ///< last progress while something waits
  std::int64_t due_ms = kNever;          ///< of Timers

  std::optional<std::string> cursor;  ///< the client's, until registered
  std::string request_id;
  std::string_view why_closed = "client gone";  ///< for the log; a literal
};

}  // namespace harbor::sse
