#pragma once
// UnreadCounters: how many messages a person has not read, and not seen. Changed in the
// transaction of the change itself, never recounted (count_drift.h looks whether that went well).

#include <cstdint>
#include <string_view>

#include "events/log.h"

namespace harbor::messaging {

/// Adds to a person's counts (negative to take away) and sets their version; the counts after.
events::Counts adjust_counts(db::Connection& connection, std::string_view tenant,
                             std::string_view email, events::Counts delta, std::int64_t version);

/// The place up to which the person has seen what came.
std::int64_t seen_seq(db::Connection& connection, std::string_view tenant, std::string_view email);

}  // namespace harbor::messaging
