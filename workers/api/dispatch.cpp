#include "api/dispatch.h"

#include "api/routes.h"
#include "api/session_cookie.h"
#include "auth/audit.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/log.h"
#include "core/mutant.h"
#include "core/text.h"
#include "events/revocations.h"
#include "messaging/message.h"

namespace harbor::api {
namespace {

using http::Reply;
using http::Request;

constexpr std::int64_t kMessagingOffRetryS = 60;
constexpr int kForbidden = 403;

bool is_unsafe(const Request& request) { return request.method != "GET"; }

// A browser says where a request comes from (Fetch Metadata, Origin); a script says nothing.
void refuse_cross_site(const App& app, const Request& request) {
  const auto site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") throw ApiError("cross_site");
  const auto origin = request.header("origin");
  if (origin.empty()) return;
  const std::string own = request.scheme + "://" + std::string(request.header("host"));
  if (origin != own && (app.config.http.origin.empty() || origin != app.config.http.origin)) {
    throw ApiError("cross_site");
  }
}

void check_body(const Request& request, std::int64_t limit) {
  if (request.body_too_large) {
    throw ApiError("too_large", "The body may have " + std::to_string(limit) + " bytes.");
  }
  if (request.body_incomplete) throw ApiError("body_incomplete");
}

// The body of a route that takes one. Without a body, and for routes that take none, an empty
// object: an absent key is then what is missing, and a key that is there is one too many.
json::value read_body(const App& app, const Request& request) {
  check_body(request, app.config.http.body_limit);
  if (request.body.empty() && request.content_type.empty()) return json::object();
  if (request.content_type != "application/json") throw ApiError("unsupported_media_type");
  const auto encoding = to_lower(request.header("content-encoding"));
  if (!encoding.empty() && encoding != "identity") {
    throw ApiError("unsupported_media_type", "The body must not be compressed.");
  }
  auto body = parse_json(request.body, static_cast<std::size_t>(app.config.http.json_depth));
  if (body.has_error()) throw ApiError(body.error().code, body.error().detail);
  return *std::move(body);
}

std::string_view session_token(const Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const auto authorization = request.header("authorization");
  if (to_lower(authorization.substr(0, kScheme.size())) == kScheme) {
    return trim(authorization.substr(kScheme.size()));
  }
  return request.cookie(cookie_name(request));
}

auth::Caller require_caller(const App& app, db::Connection& view, const Request& request) {
  const auto token = session_token(request);
  if (!token.empty()) {
    if (auto caller = auth::find_caller(view, app.config.auth, token)) return *std::move(caller);
  }
  throw ApiError("not_signed_in");
}

std::string stated_tenant(const Route& route, const RouteMatch& match, const Context& context) {
  switch (route.tenant_in) {
    case TenantIn::query: return context.query->required_text("tenantId");
    case TenantIn::optional_query: return context.query->text("tenantId").value_or("");
    case TenantIn::body: {
      // The handler reads the whole body; here only the tenant is of interest.
      return Fields(context.body).text("tenantId");
    }
    case TenantIn::path: return match.id;
    case TenantIn::nowhere: break;
  }
  return {};
}

[[noreturn]] void refuse_message() { throw ApiError("not_found", "There is no such message."); }

// Who sees the message, and its tenant's admins where the route is theirs too. For anyone else, one
// who was removed from the tenant as well, it is as if it had never been there.
auth::Standing standing_of_message(db::Connection& view, Authority authority,
                                   const Context& context) {
  const auto id = parse_id(context.id);
  const auto tenant = id ? messaging::tenant_of_message(view, *id) : std::nullopt;
  if (!tenant) refuse_message();
  auth::Standing standing;
  try {
    standing = auth::require_visible(view, context.caller, *tenant);
  } catch (const ApiError&) {
    refuse_message();
  }
  if (standing.is_admin && authority == Authority::message_or_admin) return standing;
  const messaging::Viewer viewer{context.caller.email, false};
  if (!standing.is_member || !messaging::find_message_head(view, viewer, *id)) refuse_message();
  return standing;
}

auth::Standing require_standing(db::Connection& view, const RouteMatch& match,
                                const Context& context) {
  const Route& route = *match.route;
  if (route.authority == Authority::message || route.authority == Authority::message_or_admin) {
    return standing_of_message(view, route.authority, context);
  }
  if (route.authority == Authority::global_admin) auth::require_global_admin(context.caller);
  if (route.tenant_in == TenantIn::nowhere) return {};
  const std::string tenant = stated_tenant(route, match, context);
  if (tenant.empty() && route.tenant_in == TenantIn::optional_query) {
    auth::require_global_admin(context.caller);
    return {};
  }
  if (mutant("no_tenant_check") && route.path == "/api/messaging/recipients") {
    return {tenant, true, false, 0};
  }
  switch (route.authority) {
    case Authority::member: return auth::require_member(view, context.caller, tenant);
    case Authority::tenant_admin: return auth::require_admin(view, context.caller, tenant);
    default: return auth::require_visible(view, context.caller, tenant);
  }
}

// Messaging that is off, or can only be read, is so for everyone; its admins keep their own routes.
void require_open(const Route& route, const Config::Limits& limits) {
  const bool is_messaging =
      route.authority == Authority::visible || route.authority == Authority::member ||
      route.authority == Authority::message || route.authority == Authority::message_or_admin;
  if (!is_messaging) return;
  if (!limits.messaging) throw ApiError("messaging_off").retry_after(kMessagingOffRetryS);
  if (limits.read_only && route.writes_messages) throw ApiError("read_only");
}

// Reading happens in the one view of the database in which the caller was recognised: whatever
// is listed, its cursor, and the newest revocation belong together.
Reply run_in_view(App& app, const RouteMatch& match, Context& context) {
  const auto connection = app.readers.lend();
  const db::ReadTransaction view(*connection);
  context.newest_revocation = events::newest_revocation(*connection);
  context.caller = require_caller(app, *connection, context.request);
  if (is_unsafe(context.request)) context.body = read_body(app, context.request);
  context.standing = require_standing(*connection, match, context);
  context.settings = messaging::read_settings(*connection, app.config, context.standing.tenant);
  require_open(*match.route, context.settings.limits);
  if (is_unsafe(context.request)) return {};
  context.view = &*connection;
  return match.route->handle(app, context);
}

void note_use(App& app, const Context& context) {
  if (!auth::is_touch_due(app.config.auth, context.caller)) return;
  try {
    app.writer.run([id = context.caller.session_id](
                       db::Connection& connection) { auth::touch_session(connection, id); },
                   context.deadline_ms);
  } catch (const std::exception& error) {
    // The request itself is answered all the same; the next one notes it.
    log_warning("a session's use was not noted", {{"error", error.what()}});
  }
}

bool is_for_admins(const Route& route) {
  return route.authority == Authority::tenant_admin || route.authority == Authority::global_admin;
}

// Who tried what an admin may do. Nobody fills the audit log in this way: so many a minute, each.
void record_refusal(App& app, const RouteMatch& match, const Context& context) {
  constexpr Rate kMost{30, 60'000};
  if (!app.limiter.take("refused:" + context.caller.email, kMost).allowed) return;
  const auth::AuditEntry entry{context.caller.email,
                               "refused",
                               stated_tenant(*match.route, match, context),
                               context.act,
                               {}};
  try {
    app.writer.run([entry](db::Connection& connection) { auth::record(connection, entry); },
                   context.deadline_ms);
  } catch (const std::exception& error) {
    log_warning("a refusal was not recorded", {{"error", error.what()}});
  }
}

Reply answer(App& app, const RouteMatch& match, Context& context) {
  try {
    Reply reply = run_in_view(app, match, context);
    note_use(app, context);
    return is_unsafe(context.request) ? match.route->handle(app, context) : reply;
  } catch (const ApiError& error) {
    if (is_for_admins(*match.route) && error.row().status == kForbidden) {
      record_refusal(app, match, context);
    }
    throw;
  }
}

Reply handle(App& app, const Request& request) {
  const auto match = find_route(request.method, request.path);
  if (!match) throw ApiError("not_found", "There is no such route.");
  if (match->route == nullptr) {
    return http::problem_reply(ApiError("method_not_allowed"), request.request_id)
        .with("Allow", match->allowed);
  }
  if (is_unsafe(request)) refuse_cross_site(app, request);
  http::Parameters query(request.query);
  Context context{.request = request,
                  .act = request.method + " " + request.path,
                  .id = match->id,
                  .body = nullptr,
                  .caller = {},
                  .standing = {},
                  .settings = {app.config.limits, app.config.stream.per_user},
                  .deadline_ms = steady_ms() + app.config.http.deadline_ms,
                  .query = &query};
  if (match->route->authority == Authority::open) {
    if (is_unsafe(request)) context.body = read_body(app, request);
    return match->route->handle(app, context);
  }
  return answer(app, *match, context);
}

Reply refuse(const ApiError& error, const Request& request) {
  if (error.row().status >= 500) {
    log_warning(
        "refused",
        {{"request", request.request_id}, {"code", error.row().code}, {"detail", error.detail()}});
  }
  return http::problem_reply(error, request.request_id);
}

// What is not the client's fault is told in the log, and only its kind to the client.
Reply fail(std::string_view code, const std::exception& error, const Request& request) {
  log_error("request failed", {{"request", request.request_id},
                               {"method", request.method},
                               {"path", request.path},
                               {"error", error.what()}});
  return http::problem_reply(ApiError(code), request.request_id);
}

}  // namespace

Reply dispatch(App& app, const Request& request) {
  try {
    return handle(app, request);
  } catch (const ApiError& error) {
    return refuse(error, request);
  } catch (const db::NotDone& error) {
    return fail("busy", error, request);
  } catch (const db::OutcomeUnknown& error) {
    return fail("outcome_unknown", error, request);
  } catch (const db::DatabaseError& error) {
    return fail(error.is_busy() ? "busy" : "unavailable", error, request);
  } catch (const std::exception& error) {
    return fail("internal", error, request);
  }
}

}  // namespace harbor::api
