#pragma once
// The audit log: every act with an admin's authority, and every refusal of one. Rows are added in
// the transaction of the act itself and never changed (the tables' triggers refuse it); each row's
// hash covers the row and the hash before it, so that a change made behind our back is found.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.h"

namespace harbor::db {
class Connection;
}

namespace harbor::auth {

struct AuditEntry {
  std::string actor;    ///< address of who acts; "harborctl" for the operator's hand
  std::string act;      ///< "settings.change", "broadcast.confirm", "message.remove"
  std::string tenant;   ///< empty where the act concerns none or all
  std::string subject;  ///< what was acted on: an address, an id; may be empty
  json::object detail;  ///< what changed; never a body, token or password
};

/// Adds a row. Precondition: a writing transaction.
void record(db::Connection& connection, const AuditEntry& entry);

/// The id of the first row whose hash is not what the rows say, or after which rows are missing;
/// nothing where the chain is whole. `checked` gets the number of rows.
std::optional<std::int64_t> first_broken_row(db::Connection& connection, std::int64_t& checked);

}  // namespace harbor::auth
