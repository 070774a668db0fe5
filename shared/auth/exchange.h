#pragma once
// A good token becomes a session: the transaction.

#include <stdexcept>

#include "auth/issuers.h"
#include "auth/sessions.h"

namespace harbor::auth {

/// The token is not taken. `what()` is for the log; every client hears the same.
class TokenRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Exchanged {
  NewSession session;
  Caller caller;  ///< of that session
};

/// Takes the token, once; adds the person and the memberships it states, where its issuer may; and
/// begins a session. Adding only ever adds: roles and the right of a tenant's admin that somebody
/// has stay theirs, and nobody becomes a global admin. What is added is in the audit log.
/// Refused: a token taken before; a disabled person; one who is unknown, of an issuer that adds
/// nobody; tenants and roles that do not exist, or are outside the issuer's limit; and, of an
/// issuer with a limit, a person who is a member of none of its tenants. Precondition: a writing
/// transaction, rolled back where this throws. Throws TokenRefused.
Exchanged exchange(db::Connection& connection, const Config::Auth& config,
                   const Assertion& assertion);

}  // namespace harbor::auth
