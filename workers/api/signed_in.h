#pragma once
// The answer of a fresh session, by a password or a token: who is signed in, and the cookie.

#include "api/app.h"
#include "auth/sessions.h"

namespace harbor::api {

/// Who the caller is and which tenants are open to this session.
json::object caller_json(db::Connection& connection, const auth::Caller& caller);

/// What the writing transaction that begins a session leaves for the answer.
struct SignedIn {
  auth::NewSession session;
  json::object answer;  ///< caller_json
};

/// 200 with the cookie; `with_token` puts the session's token into the body too.
http::Reply signed_in_reply(const Context& context, SignedIn signed_in, bool with_token);

}  // namespace harbor::api
