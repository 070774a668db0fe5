#pragma once
// Recounts UnreadCounters from the rows they count. Counters are changed with each change and
// never recounted (messaging/counters.h); where they say something else than the rows do, somebody
// has made a mistake, and this finds it.
//
// The walk goes person by person: their counters and their unread messages, each found by index,
// in one view of the database. A view lasts for a page of rows, so that no checkpoint waits long.

#include <cstdint>
#include <string>
#include <vector>

#include "events/log.h"

namespace harbor::messaging {

/// A person's counts in one tenant that are not what their rows say.
struct CountDrift {
  std::string tenant, email;
  events::Counts stored;  ///< zeros where no counter is kept
  events::Counts counted;
};

/// What one read transaction of the walk brings.
struct DriftPage {
  std::vector<CountDrift> drifts;
  std::int64_t people = 0;    ///< looked at
  std::int64_t counters = 0;  ///< pairs of tenant and person compared
  std::string last_email;     ///< where the next page goes on; empty after the last
};

/// The people after `after_email` in order of their addresses, until `most_rows` rows were read; a
/// person is read to the end. Opens the read transaction itself.
DriftPage find_count_drift(db::Connection& connection, const std::string& after_email,
                           std::int64_t most_rows);

/// "bob@acme.example in acme: stored 3 unread and 1 unseen, counted 2 and 1".
std::string describe(const CountDrift& drift);

}  // namespace harbor::messaging
