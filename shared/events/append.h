#pragma once
// Writing to the event log. Every change of a tenant is one Change within one transaction: it
// takes the tenant's next Seq first (which also orders it after all changes before it), and it
// appends its event before it commits, so that the sequence stays dense.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "events/log.h"

namespace harbor::events {

/// What is announced after the commit: the newest cursor of a tenant and what came.
struct Announcement {
  std::string tenant;
  Cursor cursor;
  std::vector<std::string> types;
};

struct NewEvent {
  std::string type;
  std::int64_t message_id = 0;
  bool everyone = false;
  std::vector<Addressee> audience;  ///< with counts where the change moves them
  std::string payload;              ///< JSON object
};

class Change {
 public:
  /// Takes the Seq. Precondition: a writing transaction, an existing tenant.
  Change(db::Connection& connection, std::string_view tenant);

  /// The Seq of this change: item version, count version, cursor.
  std::int64_t seq() const { return seq_; }
  const std::string& time() const { return time_; }

  /// Writes the event at this Seq. An audience above 1,000 goes into further events with Seqs of
  /// their own. Once per change.
  void append(const NewEvent& event);

  Announcement announcement() const;

 private:
  void take_seq();
  void insert(const NewEvent& event, const std::string& audience);

  db::Connection& connection_;
  const std::string tenant_;
  const std::string time_;
  std::string epoch_;
  std::int64_t seq_ = 0;
  std::int64_t last_seq_ = 0;
  std::vector<std::string> types_;
};

/// Makes a tenant's row of EventHeads, with a new epoch. Within the transaction that makes the
/// tenant.
void begin_log(db::Connection& connection, std::string_view tenant);

/// Gives the tenant's log a new epoch: every cursor given out before is answered with a gap, so
/// that whoever holds one fetches anew. Within a writing transaction.
void renew_epoch(db::Connection& connection, std::string_view tenant);

}  // namespace harbor::events
