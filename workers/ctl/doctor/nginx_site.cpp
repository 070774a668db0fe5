#include "ctl/doctor/nginx_site.h"

#include <algorithm>
#include <filesystem>

#include "core/text.h"

namespace harbor::ctl::doctor {
namespace {

constexpr std::string_view kStreamPath = "/api/messaging/stream/tenant";
constexpr std::string_view kHandOverPath = "/_sse/";  // what the api answers (event_handlers.cpp)

const Directive* find(const Directives& directives, std::string_view name) {
  const Directive* found = nullptr;
  for (const Directive& directive : directives) {
    if (directive.name == name) found = &directive;
  }
  return found;
}

template <class Visit>
void each(const Directives& directives, std::string_view name, Visit visit) {
  for (const Directive& directive : directives) {
    if (directive.name == name) visit(directive);
  }
}

// "= /x", "^~ /x", "/x": the length that fits, and whether exactly; -1 where it does not fit.
struct Fit {
  int length = -1;
  bool is_exact = false;
};
Fit fit_of(const Directive& location, std::string_view path) {
  const auto& words = location.arguments;
  if (words.empty()) return {};
  std::string modifier = words.size() > 1 ? words[0] : std::string();
  std::string uri = words.back();
  for (const char* const glued : {"=", "^~"}) {  // "=/x"
    if (words.size() == 1 && uri.starts_with(glued)) {
      modifier = glued;
      uri.erase(0, modifier.size());
    }
  }
  if (modifier == "=") return path == uri ? Fit{static_cast<int>(uri.size()), true} : Fit{};
  const bool is_prefix =
      (modifier.empty() || modifier == "^~") && !uri.starts_with('@') && path.starts_with(uri);
  return is_prefix ? Fit{static_cast<int>(uri.size()), false} : Fit{};
}

bool is_better(const Fit& one, const Fit& other) {
  return one.is_exact != other.is_exact ? one.is_exact : one.length > other.length;
}

std::optional<std::string> unix_path(std::string_view address) {
  constexpr std::string_view kUnix = "unix:";
  if (!address.starts_with(kUnix)) return std::nullopt;
  address.remove_prefix(kUnix.size());
  return std::string(address.substr(0, address.find(':')));
}

const Directive* upstream_named(const Directives& main, const std::string& name) {
  const Directive* found = nullptr;
  each(main, "http", [&](const Directive& http) {
    each(http.block, "upstream", [&](const Directive& upstream) {
      if (!upstream.arguments.empty() && upstream.arguments[0] == name) found = &upstream;
    });
  });
  return found;
}

// A location that asks no worker is not on a stream's way.
Scope passing(Scope location) {
  const bool passes = !location.empty() && find(location.back()->block, "fastcgi_pass") != nullptr;
  return passes ? std::move(location) : Scope();
}

bool passes_to(const Directives& main, const Scope& scope, const std::string& socket) {
  const auto peers = peers_of(main, scope);
  return std::any_of(peers.begin(), peers.end(),
                     [&](const Peer& peer) { return is_same_socket(peer.socket, socket); });
}

bool any_passes_to(const Directives& main, const Scope& scope, const std::string& socket) {
  if (passes_to(main, scope, socket)) return true;
  bool found = false;
  each(scope.back()->block, "location", [&](const Directive& location) {
    Scope inner = scope;
    inner.push_back(&location);
    found = found || any_passes_to(main, inner, socket);
  });
  return found;
}

std::string name_of(const Directive& server) {
  const Directive* const name = find(server.block, "server_name");
  const Directive* const listen = find(server.block, "listen");
  std::string text = name != nullptr && !name->arguments.empty() ? name->arguments[0] : "_";
  if (listen != nullptr && !listen->arguments.empty()) text += " on " + listen->arguments[0];
  return text;
}

}  // namespace

const Directive* setting(const Scope& scope, std::string_view name) {
  for (auto level = scope.rbegin(); level != scope.rend(); ++level) {
    if (const Directive* const found = find((*level)->block, name)) return found;
  }
  return nullptr;
}

std::vector<const Directive*> settings(const Scope& scope, std::string_view name) {
  std::vector<const Directive*> found;
  for (auto level = scope.rbegin(); level != scope.rend() && found.empty(); ++level) {
    each((*level)->block, name, [&](const Directive& directive) { found.push_back(&directive); });
  }
  return found;
}

std::string value_in(const Scope& scope, std::string_view name, std::string_view fallback) {
  const Directive* const found = setting(scope, name);
  return found == nullptr || found->arguments.empty() ? std::string(fallback) : found->arguments[0];
}

std::optional<std::int64_t> nginx_time_ms(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  // "ms" before "m": the longer name first.
  constexpr Unit kUnits[] = {
      {"ms", 1},         {"s", 1000},        {"m", 60'000},        {"h", 3'600'000},
      {"d", 86'400'000}, {"w", 604'800'000}, {"M", 2'592'000'000}, {"y", 31'536'000'000}};
  std::int64_t total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = digits == 0 || digits > 9 ? std::nullopt : std::optional<std::int64_t>(0);
    if (!number) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text.substr(0, digits)) value = value * 10 + (c - '0');
    text.remove_prefix(digits);
    const auto unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [&](const Unit& one) { return text.starts_with(one.name); });
    if (!text.empty() && unit == std::end(kUnits)) return std::nullopt;
    total += value * (text.empty() ? 1000 : unit->ms);
    text.remove_prefix(text.empty() ? 0 : unit->name.size());
  }
  return total;
}

std::vector<Peer> peers_of(const Directives& main, const Scope& scope) {
  // fastcgi_pass is not inherited: a nested location without one passes nowhere.
  const Directive* const pass = find(scope.back()->block, "fastcgi_pass");
  if (pass == nullptr || pass->arguments.empty()) return {};
  if (const auto path = unix_path(pass->arguments[0])) return {{*path, true, pass}};
  std::vector<Peer> peers;
  const Directive* const upstream = upstream_named(main, pass->arguments[0]);
  if (upstream == nullptr) return peers;
  each(upstream->block, "server", [&](const Directive& server) {
    const auto& words = server.arguments;
    const auto path = words.empty() ? std::nullopt : unix_path(words[0]);
    if (!path) return;
    const bool keeps_trying = std::find(words.begin(), words.end(), "max_fails=0") != words.end();
    peers.push_back({*path, keeps_trying, &server});
  });
  return peers;
}

Scope location_for(const Scope& server, std::string_view path) {
  const Directive* chosen = nullptr;
  Fit best;
  each(server.back()->block, "location", [&](const Directive& location) {
    const Fit fit = fit_of(location, path);
    if (fit.length >= 0 && (chosen == nullptr || is_better(fit, best))) {
      chosen = &location;
      best = fit;
    }
  });
  if (chosen == nullptr) return {};
  Scope scope = server;
  scope.push_back(chosen);
  const Scope inner = location_for(scope, path);
  return inner.empty() ? scope : inner;
}

std::vector<Site> sites_of(const Directives& main, const std::string& socket) {
  std::vector<Site> sites;
  each(main, "http", [&](const Directive& http) {
    each(http.block, "server", [&](const Directive& server) {
      const Scope scope{&http, &server};
      if (!any_passes_to(main, scope, socket)) return;
      sites.push_back({scope, passing(location_for(scope, kStreamPath)),
                       passing(location_for(scope, kHandOverPath)), name_of(server)});
    });
  });
  return sites;
}

bool is_same_socket(const std::string& one, const std::string& other) {
  std::error_code error;
  return one == other || std::filesystem::weakly_canonical(one, error) ==
                             std::filesystem::weakly_canonical(other, error);
}

}  // namespace harbor::ctl::doctor
