#pragma once
// What ends streams: rows of Revocations, written in the transaction that takes the right away.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::db {
class Connection;
}

namespace harbor::events {

struct Revocation {
  enum class Kind { session, user, member };

  std::int64_t id = 0;
  Kind kind = Kind::session;
  std::string subject;  ///< session: the session's id in decimal; user, member: the e-mail address
  std::string tenant;   ///< member only

  /// True if it ends a stream of this person, session and tenant.
  bool concerns(std::string_view email, std::string_view session_id,
                std::string_view tenant_id) const;
};

/// Within a writing transaction: records it. A session's subject is its id.
void revoke(db::Connection& connection, Revocation::Kind kind, std::string_view subject,
            std::string_view tenant = {});

/// Revocations with an id above `after`, rising.
std::vector<Revocation> read_revocations(db::Connection& connection, std::int64_t after);

/// The newest id there is; 0 where there is none yet. Pruning never lowers it.
std::int64_t newest_revocation(db::Connection& connection);

}  // namespace harbor::events
