#pragma once
// What the event loop asks of the reader thread, and what comes back. Results come in the order
// in which the reader read them: whoever applies them in that order never writes an event to a
// stream whose revocation was read before it. A head in any result is told once: whoever gets it
// must take it in, be its stream gone or not, for watching the tail will not tell it again.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "events/log.h"
#include "events/revocations.h"

namespace harbor::sse {

/// Never used twice in the life of a process.
using StreamId = std::uint64_t;

/// The snapshot a stream starts from, or starts again from after a resync.
struct Register {
  StreamId stream = 0;
  std::string tenant;
  std::string email;
  std::string session;
  std::int64_t authorised_revocation = 0;  ///< anything newer counts
};

/// One page of a tenant's log.
struct ReadPage {
  std::string tenant;
  events::Cursor after;
  std::int64_t limit = 0;
};

/// The tenant's last stream is gone: its head is no longer watched.
struct Release {
  std::string tenant;
};

using ReaderRequest = std::variant<Register, ReadPage, Release>;

/// Read in one transaction.
struct Registered {
  StreamId stream = 0;
  std::string tenant;
  bool failed = false;   ///< the database could not be read; nothing else is set
  bool revoked = false;  ///< since the authorisation
  std::optional<events::Head> head = std::nullopt;  ///< none: no such tenant
  events::VersionedCounts counts = {};
};

struct PageRead {
  std::string tenant;
  events::Cursor after;
  std::int64_t limit = 0;
  bool failed = false;  ///< as above; `page` is empty
  events::Page page = {};
};

/// What watching the log found new.
struct TailRead {
  std::vector<events::Revocation> revocations;
  std::vector<std::pair<std::string, events::Head>> heads;
};

using ReaderResult = std::variant<Registered, PageRead, TailRead>;

}  // namespace harbor::sse
