#pragma once
// Taking messages away: for oneself, for all (they stay, unseen, until they are removed for good),
// and for good (the rows go). Whoever could see a message hears it with their new counts.

#include <span>

#include "messaging/concerned.h"

namespace harbor::messaging {

enum class DeleteScope { all, me };

/// Within a writing transaction. Without a scope: all for the sender, me for a recipient. Throws
/// ApiError not_found where the caller does not see the message, not_allowed for all by another
/// than the sender, not_direct for all of a broadcast.
Outcome delete_message(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                       std::optional<DeleteScope> scope);

/// Removes a message for good, as its tenant's admin. Within a writing transaction; nothing to
/// announce where it was deleted already. Audited. Precondition: the admin's right to the tenant.
/// Throws ApiError not_found where the tenant has no such message.
std::optional<events::Announcement> remove_for_good(db::Connection& connection,
                                                    const auth::Caller& admin,
                                                    std::string_view tenant, std::int64_t id);

/// How a batch of messages goes.
enum class Going { deleted, for_good };

/// Ends messages of one tenant: one event, message:delete with their ids, for those who share the
/// same people, so that nobody hears of a message that was never theirs. Within a writing
/// transaction.
void end_messages(db::Connection& connection, std::string_view tenant,
                  std::span<const std::int64_t> ids, Going going);

}  // namespace harbor::messaging
