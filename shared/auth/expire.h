#pragma once
// What ends by itself, removed: a bounded number of rows per call, oldest first. Nothing here
// changes what anybody may do; it only keeps the tables small. Within a writing transaction; each
// function returns how many rows went.

#include <cstdint>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::auth {

/// Sessions past their ExpiresAt. Their streams have ended at that time without being told.
std::int64_t remove_expired_sessions(db::Connection& connection, std::int64_t limit);

/// Counts of failed logins whose window has ended.
std::int64_t remove_ended_login_windows(db::Connection& connection, const Config::Auth& config,
                                        std::int64_t limit);

/// The longest that a token is taken after its exp: the most that auth.clock_skew may be.
constexpr std::int64_t kLongestSkewMs = 10 * 60'000;

/// Notes of tokens that nobody could take again, whatever the skew is set to.
std::int64_t remove_expired_tokens(db::Connection& connection, std::int64_t limit);

/// How long the answer to an Idempotency-Key is repeated (CONTRACTS "Idempotency-Key").
constexpr std::int64_t kIdempotencyKeptMs = 24 * 3'600'000;

/// Idempotency keys older than that.
std::int64_t remove_old_idempotency_keys(db::Connection& connection, std::int64_t limit);

}  // namespace harbor::auth
