#pragma once
// Harbor's part of an nginx configuration: which server passes to the workers' sockets, by which
// locations a stream goes, and what holds in each of them. Pure, but for links in the paths of
// sockets.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/doctor/nginx_syntax.h"

namespace harbor::ctl::doctor {

/// A place in the configuration: its blocks from http inwards. Views into the tree.
using Scope = std::vector<const Directive*>;

/// The directive that holds in a scope: of the innermost block that has one, its last. Null where
/// none has.
const Directive* setting(const Scope& scope, std::string_view name);

/// All of the innermost block that has any (error_page, fastcgi_param).
std::vector<const Directive*> settings(const Scope& scope, std::string_view name);

/// The first argument of what holds in a scope, else nginx's own default.
std::string value_in(const Scope& scope, std::string_view name, std::string_view fallback);

/// "90s", "1m 30s" without the space, "500ms", a bare number of seconds. Nothing on anything else.
std::optional<std::int64_t> nginx_time_ms(std::string_view text);

/// The unix sockets that `fastcgi_pass` of a scope leads to, through an upstream or at once; empty
/// where it passes nowhere, or by TCP.
struct Peer {
  std::string socket;
  bool keeps_trying = true;  ///< max_fails=0, or the only one by nature
  const Directive* line = nullptr;
};
std::vector<Peer> peers_of(const Directives& main, const Scope& scope);

struct Site {
  Scope server;
  Scope entry;       ///< the location that GET /api/messaging/stream/{tenantId} is passed on from
  Scope handover;    ///< and the one that X-Accel-Redirect leads to; empty where there is none
  std::string name;  ///< the server's, for people
};

/// The location that nginx chooses for a path, by exact match and longest prefix (nested ones as
/// well); regular expressions are not weighed, which is right behind a ^~. Null where none fits.
Scope location_for(const Scope& server, std::string_view path);

/// The servers with a location that passes to `socket` (of the api workers).
std::vector<Site> sites_of(const Directives& main, const std::string& socket);

/// True if both name one file, now or once it is there.
bool is_same_socket(const std::string& one, const std::string& other);

}  // namespace harbor::ctl::doctor
