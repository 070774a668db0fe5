#pragma once
// The streams of one tenant by where they stand in its log, and by person.
//
// A feed is a position and the streams that have everything up to it: a page read once after that
// position serves them all, whether they are live or replaying. No two feeds of a tenant stand at
// the same position: a feed that reaches another merges with it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sse/stream.h"
#include "sse/timers.h"

namespace harbor::sse {

struct Feed {
  Feed(Tenant& of, std::int64_t at) : tenant(of), position(at) {}

  Tenant& tenant;
  std::int64_t position;         ///< seq; what follows is not yet in its streams' outboxes
  std::vector<Stream*> streams;  ///< in no order
  bool reading = false;          ///< a page after `position` is under way
  std::int64_t known_when_asked = 0;
  std::int64_t announced_when_asked = 0;
  std::int64_t not_before_ms = 0;  ///< no page is asked for sooner
  std::int64_t failures = 0;       ///< in a row
  std::int64_t due_ms = kNever;    ///< of Timers
};

/// A person with streams in this tenant: the address and the streams, oldest first.
struct MemberEntry {
  std::string_view email;  ///< the key of its map
  std::vector<Stream*> streams;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <class T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct Tenant {
  explicit Tenant(std::string_view name) : id(name) {}
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;

  /// The feed standing exactly there, made if there is none.
  Feed& feed_at(std::int64_t seq);

  /// Moves the feed; merges it into the one standing there, if any. The feed that is there then.
  Feed& advance(Feed& feed, std::int64_t seq);

  /// Takes out an empty feed.
  void drop(const Feed& feed) { feeds.erase(feed.position); }

  MemberEntry& member(std::string_view email);
  MemberEntry* find_member(std::string_view email);

  const std::string id;
  std::string epoch;           ///< empty until the first snapshot
  std::int64_t known = 0;      ///< the log is believed to reach here; wrong only for a moment
  std::int64_t announced = 0;  ///< notifications so far
  bool look_again = false;     ///< something was announced before `epoch` was known
  std::size_t streams = 0;     ///< in any state
  std::map<std::int64_t, Feed> feeds;
  TextMap<MemberEntry> members;
};

void enter(Feed& feed, Stream& stream);

/// Takes the stream out of its feed, which may be empty then.
void leave(Stream& stream);

}  // namespace harbor::sse
