#include "auth/expire.h"

#include <algorithm>

#include "core/clock.h"
#include "db/database.h"

namespace harbor::auth {

std::int64_t remove_expired_sessions(db::Connection& connection, std::int64_t limit) {
  return db::execute(connection,
                     "DELETE FROM Sessions WHERE Id IN (SELECT Id FROM Sessions"
                     " WHERE ExpiresAt <= ? ORDER BY ExpiresAt LIMIT ?)",
                     now_rfc3339(), limit);
}

std::int64_t remove_ended_login_windows(db::Connection& connection, const Config::Auth& config,
                                        std::int64_t limit) {
  const std::int64_t longest_ms =
      std::max(config.login_per_account.per_ms, config.login_per_address.per_ms);
  return db::execute(connection,
                     "DELETE FROM LoginFailures WHERE Subject IN (SELECT Subject"
                     " FROM LoginFailures WHERE WindowStart <= ? ORDER BY WindowStart LIMIT ?)",
                     now_ms() - longest_ms, limit);
}

std::int64_t remove_expired_tokens(db::Connection& connection, std::int64_t limit) {
  return db::execute(connection,
                     "DELETE FROM ExchangedTokens WHERE (Issuer, TokenId) IN"
                     " (SELECT Issuer, TokenId FROM ExchangedTokens"
                     "   WHERE ExpiresAt < ? ORDER BY ExpiresAt LIMIT ?)",
                     rfc3339(now_ms() - kLongestSkewMs), limit);
}

std::int64_t remove_old_idempotency_keys(db::Connection& connection, std::int64_t limit) {
  return db::execute(connection,
                     "DELETE FROM IdempotencyKeys WHERE (Email, Route, IdempotencyKey) IN"
                     " (SELECT Email, Route, IdempotencyKey FROM IdempotencyKeys"
                     "   WHERE CreatedAt < ? ORDER BY CreatedAt LIMIT ?)",
                     rfc3339(now_ms() - kIdempotencyKeptMs), limit);
}

}  // namespace harbor::auth
