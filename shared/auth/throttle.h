#pragma once
// Failed logins are counted per account and per address in the database, so that the bound holds
// across workers and restarts. Succeeding counts nothing and takes nothing back. An IPv6 address is
// its network of 64 bits.

#include <cstdint>
#include <string_view>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::auth {

/// To be asked before the password is looked at, and again in the transaction that counts the
/// failure or begins the session: only that makes the bound exact. Throws ApiError
/// too_many_requests with Retry-After when account or address is used up.
void require_login_allowed(db::Connection& connection, const Config::Auth& config,
                           std::string_view email, std::string_view address);

/// Counts one failure for both. Within a writing transaction.
void note_failed_login(db::Connection& connection, const Config::Auth& config,
                       std::string_view email, std::string_view address);

}  // namespace harbor::auth
