#pragma once
// From request to handler: route, cross-site check, session, tenant, body. Every check that a
// route could forget is made here, and every error becomes problem+json here.

#include "api/app.h"

namespace harbor::api {

/// Answers anything; throws nothing.
http::Reply dispatch(App& app, const http::Request& request);

}  // namespace harbor::api
