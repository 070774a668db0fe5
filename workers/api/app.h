#pragma once
// What the handlers of a REST worker share, and what one of them is given.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/access.h"
#include "auth/issuers.h"
#include "auth/password.h"
#include "core/config.h"
#include "db/pool.h"
#include "db/writer.h"
#include "events/append.h"
#include "http/reply.h"
#include "http/request.h"
#include "messaging/settings.h"
#include "redis/publisher.h"
#include "redis/rate_limiter.h"

namespace harbor::api {

struct App {
  App(const Config& configuration, auth::Issuers token_issuers);

  const Config config;
  const auth::Issuers issuers;
  db::ReaderPool readers;
  db::Writer writer;
  redis::Publisher publisher;
  redis::RateLimiter limiter;
  auth::PasswordHasher passwords;
};

/// One request on its way to its handler, with what dispatch has found out. A writing handler
/// copies what its transaction needs: that may outlive the request (db/writer.h).
struct Context {
  const http::Request& request;
  std::string act;               ///< "POST /api/messaging/messages/77/read", without the query
  std::string id;                ///< the path's {…}; empty where the route has none
  json::value body;              ///< null where the route takes none
  auth::Caller caller;           ///< of every route but the open ones
  auth::Standing standing;       ///< of routes that name a tenant
  messaging::Settings settings;  ///< of that tenant; where there is none, those for all
  std::int64_t newest_revocation = 0;
  std::int64_t deadline_ms = 0;       ///< steady clock
  db::Connection* view = nullptr;     ///< GET: one read transaction around everything
  http::Parameters* query = nullptr;  ///< what dispatch has not taken
};

/// What a writing transaction leaves: the answer, and what to announce once it is durable.
struct Written {
  http::Reply reply;
  std::optional<events::Announcement> announcement;
};

/// Runs `work` in the next group commit, if the caller's session is still open then, announces, and
/// returns the answer. `work` owns all it uses. For acts that are the same when repeated.
http::Reply write(App& app, const Context& context, std::function<Written(db::Connection&)> work);

/// The same under the request's Idempotency-Key, where it has one: for acts whose repetition would
/// be another act, or another answer.
http::Reply write_once(App& app, const Context& context,
                       std::function<Written(db::Connection&)> work);

}  // namespace harbor::api
