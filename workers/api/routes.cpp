#include "api/routes.h"

#include "api/handlers.h"
#include "core/text.h"

namespace harbor::api {
namespace {

using enum Authority;

// clang-format off
constexpr Route kRoutes[] = {
  {"POST",   "/api/auth/login",                         open,    TenantIn::nowhere, login},
  {"POST",   "/api/auth/exchange",                      open,    TenantIn::nowhere, exchange},
  {"POST",   "/api/auth/logout",                        session, TenantIn::nowhere, logout},
  {"GET",    "/api/auth/me",                            session, TenantIn::nowhere, me},
  {"GET",    "/api/auth/sessions",                      session, TenantIn::nowhere, list_sessions},
  {"DELETE", "/api/auth/sessions/{id}",                 session, TenantIn::nowhere, end_session},
  {"POST",   "/api/messaging/send",                     member,  TenantIn::body,    send_message, true},
  {"GET",    "/api/messaging/messages",                 visible, TenantIn::query,   list_messages},
  {"GET",    "/api/messages",                           visible, TenantIn::query,   list_messages},
  {"POST",   "/api/messaging/messages/read-all",        member,  TenantIn::body,    read_all},
  {"GET",    "/api/messaging/messages/{id}",            message, TenantIn::nowhere, one_message},
  {"POST",   "/api/messaging/messages/{id}/read",       message, TenantIn::nowhere, mark_read},
  {"POST",   "/api/messaging/messages/{id}/unread",     message, TenantIn::nowhere, mark_unread},
  {"PATCH",  "/api/messaging/messages/{id}",            message, TenantIn::nowhere, edit_message, true},
  {"DELETE", "/api/messaging/messages/{id}",            message, TenantIn::nowhere, delete_message, true},
  {"POST",   "/api/messaging/messages/{id}/archive",    message, TenantIn::nowhere, archive_message},
  {"POST",   "/api/messaging/messages/{id}/unarchive",  message, TenantIn::nowhere, unarchive_message},
  {"POST",   "/api/messaging/messages/{id}/save",       message, TenantIn::nowhere, save_message},
  {"POST",   "/api/messaging/messages/{id}/unsave",     message, TenantIn::nowhere, unsave_message},
  {"POST",   "/api/messaging/messages/{id}/recall",     message, TenantIn::nowhere, recall_message, true},
  {"POST",   "/api/messaging/messages/{id}/forward",    message, TenantIn::nowhere, forward_message, true},
  {"GET",    "/api/messaging/messages/{id}/thread",     message, TenantIn::nowhere, message_thread},
  {"GET",    "/api/messaging/messages/{id}/recipients", message_or_admin, TenantIn::nowhere, message_recipients},
  {"GET",    "/api/messaging/messages/{id}/history",    message_or_admin, TenantIn::nowhere, message_history},
  {"POST",   "/api/messaging/recipients/resolve",       member,  TenantIn::body,    resolve_recipients},
  {"GET",    "/api/messaging/recipients",               visible, TenantIn::query,   list_recipients},
  {"GET",    "/api/messaging/unread-count",             visible, TenantIn::query,   unread_count},
  {"POST",   "/api/messaging/seen",                     member,  TenantIn::body,    mark_seen},
  {"GET",    "/api/messaging/events",                   member,  TenantIn::query,   list_events},
  {"GET",    "/api/messaging/stream/{tenantId}",        member,  TenantIn::path,    authorise_stream},
  {"GET",    "/api/messaging/blocks",                   visible, TenantIn::query,   list_blocks},
  {"POST",   "/api/messaging/blocks",                   visible, TenantIn::body,    add_block},
  {"DELETE", "/api/messaging/blocks/{id}",              session, TenantIn::nowhere, remove_block},
  {"GET",    "/api/messaging/settings",                 tenant_admin, TenantIn::optional_query, read_settings},
  {"PUT",    "/api/messaging/settings",                 tenant_admin, TenantIn::optional_query, change_settings},
  {"GET",    "/api/admin/audit",                        tenant_admin, TenantIn::optional_query, list_acts},
  {"GET",    "/api/admin/tenants",                      global_admin, TenantIn::nowhere, list_tenants},
  {"GET",    "/api/admin/users",                        global_admin, TenantIn::nowhere, list_users},
  {"POST",   "/api/admin/users/{id}/disable",           global_admin, TenantIn::nowhere, disable_user},
  {"POST",   "/api/admin/users/{id}/enable",            global_admin, TenantIn::nowhere, enable_user},
  {"GET",    "/api/admin/members",                      tenant_admin, TenantIn::query,   list_members},
  {"POST",   "/api/admin/members",                      tenant_admin, TenantIn::body,    set_member},
  {"DELETE", "/api/admin/members/{id}",                 tenant_admin, TenantIn::query,   remove_member},
  {"GET",    "/api/admin/messages",                     tenant_admin, TenantIn::query,   list_tenant_messages},
  {"DELETE", "/api/admin/messages/{id}",                tenant_admin, TenantIn::query,   remove_message},
  {"POST",   "/api/admin/messages/{id}/open",           tenant_admin, TenantIn::body,    open_tenant_message},
  {"GET",    "/healthz",                                open,    TenantIn::nowhere, alive},
  {"GET",    "/readyz",                                 open,    TenantIn::nowhere, ready},
};
// clang-format on

std::string_view authority_name(Authority authority) {
  switch (authority) {
    case open: return "open";
    case session: return "session";
    case visible: return "visible";
    case member: return "member";
    case message: return "message";
    case message_or_admin: return "message_or_admin";
    case tenant_admin: return "tenant_admin";
    case global_admin: return "global_admin";
  }
  return "open";
}

std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/', 1);
  const auto segment = path.substr(0, slash);
  path.remove_prefix(segment.size());
  return segment;
}

// True where `path` has the shape of `pattern`; `id` is the segment that stands for {…}.
bool matches(std::string_view pattern, std::string_view path, std::string& id) {
  while (!pattern.empty() && !path.empty()) {
    const auto expected = take_segment(pattern);
    const auto segment = take_segment(path);
    if (expected.substr(0, 2) != "/{") {
      if (segment != expected) return false;
      continue;
    }
    const auto decoded = percent_decode(segment.substr(1), false);
    if (!decoded || decoded->empty()) return false;
    id = *decoded;
  }
  return pattern.empty() && path.empty();
}

}  // namespace

std::span<const Route> route_table() { return kRoutes; }

std::optional<RouteMatch> find_route(std::string_view method, std::string_view raw_path) {
  RouteMatch match;
  for (const Route& route : kRoutes) {
    std::string id;
    if (!matches(route.path, raw_path, id)) continue;
    if (route.method == method) {
      match.route = &route;
      match.id = id;
      return match;
    }
    match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") match.allowed += ", HEAD";
  }
  if (match.allowed.empty()) return std::nullopt;
  return match;
}

std::string routes_text() {
  std::string text;
  for (const Route& route : kRoutes) {
    text += route.method;
    text += ' ';
    text += route.path;
    text += ' ';
    text += authority_name(route.authority);
    text += '\n';
  }
  return text;
}

}  // namespace harbor::api
