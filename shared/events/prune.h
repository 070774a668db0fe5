#pragma once
// Shortening the log. A tenant's oldest events go, and its Floor rises to the highest that went,
// in one transaction: a cursor below it is answered with a gap, never with a silent hole. The
// row of EventHeads stays for ever, so that a tenant pruned to nothing goes on counting.
// All functions run within the caller's writing transaction unless they say otherwise.

#include <cstdint>
#include <string_view>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::events {

/// True if the tenant's oldest event is past keeping (older than keep.keep_ms, or more than
/// keep.keep_events behind the head). In any transaction or none.
bool is_prune_due(db::Connection& connection, std::string_view tenant, const Config::Log& keep);

/// Removes at most `limit` events past keeping, oldest first; how many.
std::int64_t prune_events(db::Connection& connection, std::string_view tenant,
                          const Config::Log& keep, std::int64_t limit);

/// How long revocations are kept: far beyond the seconds between a stream's authorisation and
/// its registration, which is when an old one may still be asked for.
constexpr std::int64_t kRevocationsKeptMs = 24 * 3'600'000;

/// Removes at most `limit` revocations older than that, oldest first, never the newest of all;
/// how many.
std::int64_t prune_revocations(db::Connection& connection, std::int64_t limit);

}  // namespace harbor::events
