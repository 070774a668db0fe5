#include "api/handlers.h"

namespace harbor::api {

using http::Reply;

Reply alive(App& /*app*/, const Context& context) {
  context.query->finish();
  return http::json_reply({{"status", "ok"}});
}

// Ready is who can answer from the database. Without Redis all works, a little later: degraded.
Reply ready(App& app, const Context& context) {
  context.query->finish();
  {
    const auto view = app.readers.lend();
    if (!view->is_at_its_path()) throw ApiError("unavailable", "The database file was replaced.");
    db::Query row(*view, "SELECT 1 FROM DatabaseLife");
    row.next();
  }
  const bool redis = app.publisher.is_reachable();
  return http::json_reply({{"status", redis ? "ok" : "degraded"},
                           {"database", "ok"},
                           {"redis", redis ? "ok" : "unreachable"}});
}

}  // namespace harbor::api
