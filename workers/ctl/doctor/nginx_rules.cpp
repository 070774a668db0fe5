// What holds on a stream's way. What holds for nginx as a whole is nginx_process_rules.cpp.

#include "ctl/doctor/nginx_rules.h"

#include <algorithm>

#include "ctl/doctor/nginx_process_rules.h"

namespace harbor::ctl::doctor {
namespace {

// The package's own files say all this; an operator's changes belong elsewhere.
constexpr const char* kSnippet = "as in harbor/snippets/stream.conf; then systemctl reload nginx";

// A location of a stream's way, as people know it.
std::string name_of(const Scope& location) {
  return "location " + location.back()->arguments.back() + " (" + location.back()->place() + ")";
}

std::vector<Scope> stream_locations(const NginxView& view) {
  std::vector<Scope> locations;
  for (const Site& site : view.sites) {
    for (const Scope& scope : {site.entry, site.handover}) {
      if (!scope.empty()) locations.push_back(scope);
    }
  }
  return locations;
}

// "…: buffering is on", of the first location where `name` is not off.
Finding require_off(std::string_view what, const NginxView& view, std::string_view name,
                    std::string_view fallback, const char* consequence) {
  for (const Scope& location : stream_locations(view)) {
    if (value_in(location, name, fallback) == "off") continue;
    const Directive* const line = setting(location, name);
    return wrong_setting(what,
                         name_of(location) + ": " + std::string(name) + " is on" +
                             (line == nullptr ? " by default" : " by " + line->place()) + ": " +
                             consequence,
                         kSnippet);
  }
  return well(what, "off on a stream's way");
}

Finding judge_buffering(std::string_view what, const NginxView& view) {
  return require_off(what, view, "fastcgi_buffering", "on", "events wait for one another");
}

Finding judge_gzip(std::string_view what, const NginxView& view) {
  return require_off(what, view, "gzip", "off",
                     "events wait, and a stream costs 8 times the memory");
}

Finding judge_upstreams(std::string_view what, const NginxView& view) {
  std::size_t workers = 0;
  for (const Site& site : view.sites) {
    for (const Scope& location : {site.entry, site.handover}) {
      if (location.empty()) continue;
      for (const Peer& peer : peers_of(view.main, location)) {
        ++workers;
        if (peer.keeps_trying) continue;
        return wrong_setting(
            what,
            peer.socket + " (" + peer.line->place() +
                "): without max_fails=0 a burst of refusals takes it out of service",
            "max_fails=0 on its line");
      }
    }
  }
  return well(what, std::to_string(workers) + " sockets, none of which is given up");
}

bool leads_to(const NginxView& view, const Scope& location, const std::string& socket) {
  const auto peers = location.empty() ? std::vector<Peer>() : peers_of(view.main, location);
  return std::any_of(peers.begin(), peers.end(),
                     [&](const Peer& peer) { return is_same_socket(peer.socket, socket); });
}

// Empty where claims come from the api's answer and from nowhere else.
std::string fault_of_claims(const Scope& handover) {
  for (const Directive* const param : settings(handover, "fastcgi_param")) {
    if (param->arguments.size() < 2 || param->arguments[0] != "HARBOR_CLAIMS") continue;
    for (const Directive* const set : settings(handover, "set")) {
      if (set->arguments.size() == 2 && set->arguments[0] == param->arguments[1] &&
          set->arguments[1] == "$upstream_http_x_sse_claims") {
        return {};
      }
    }
    return "HARBOR_CLAIMS is not a copy of $upstream_http_x_sse_claims";
  }
  return "HARBOR_CLAIMS is not passed on";
}

std::string fault_of_handover(const NginxView& view, const Site& site) {
  if (!leads_to(view, site.entry, view.config.http.listen)) {
    return "/api/messaging/stream/ does not lead to " + view.config.http.listen + " (http.listen)";
  }
  if (!leads_to(view, site.handover, view.config.stream.listen)) {
    return "/_sse/ does not lead to " + view.config.stream.listen + " (stream.listen)";
  }
  const Directives& block = site.handover.back()->block;
  if (std::none_of(block.begin(), block.end(),
                   [](const Directive& line) { return line.name == "internal"; })) {
    return name_of(site.handover) + " is not internal: anybody can ask for it";
  }
  return fault_of_claims(site.handover);
}

Finding judge_handover(std::string_view what, const NginxView& view) {
  for (const Site& site : view.sites) {
    const std::string fault = fault_of_handover(view, site);
    if (!fault.empty()) return wrong_setting(what, site.name + ": " + fault, kSnippet);
  }
  return well(what, "internal, to the sse worker, with the api's claims");
}

Finding judge_timeouts(std::string_view what, const NginxView& view) {
  const std::int64_t heartbeat = view.config.stream.heartbeat_ms;
  std::int64_t shortest = INT64_MAX;
  for (const Site& site : view.sites) {
    if (site.handover.empty()) continue;
    const auto timeout = nginx_time_ms(value_in(site.handover, "fastcgi_read_timeout", "60s"));
    shortest = std::min(shortest, timeout.value_or(0));
  }
  if (shortest == INT64_MAX) return well(what, "nothing is handed over");
  const std::string text = "fastcgi_read_timeout " + std::to_string(shortest / 1000) +
                           " s, stream.heartbeat " + std::to_string(heartbeat / 1000) + " s";
  if (shortest <= heartbeat) {
    return wrong_setting(what, text + ": a quiet stream is cut before its heartbeat", kSnippet);
  }
  if (shortest < 2 * heartbeat) {
    return warning(what, text + ": one late heartbeat cuts the stream", "three heartbeats' time");
  }
  return well(what, text);
}

// The location that answers `code` in place of an error, with status 200; empty where there is
// none.
std::string retry_location(const Scope& location, std::string_view code) {
  for (const Directive* const page : settings(location, "error_page")) {
    const auto& words = page->arguments;
    if (words.size() < 3 || words[words.size() - 2] != "=200") continue;
    if (std::find(words.begin(), words.end() - 2, code) != words.end() - 2) return words.back();
  }
  return {};
}

bool answers_retry(const Scope& server, const std::string& name) {
  for (const Directive& location : server.back()->block) {
    if (location.name != "location" || location.arguments != std::vector{name}) continue;
    Scope scope = server;
    scope.push_back(&location);
    const Directive* const answer = setting(scope, "return");
    return value_in(scope, "default_type", "text/plain") == "text/event-stream" &&
           answer != nullptr && answer->arguments.size() == 2 && answer->arguments[0] == "200" &&
           answer->arguments[1].starts_with("retry: ");
  }
  return false;
}

// EventSource gives up for ever on any status but 200.
std::string fault_of_retry(const Site& site, const Scope& location) {
  if (value_in(location, "fastcgi_intercept_errors", "off") != "on") {
    return "fastcgi_intercept_errors is off";
  }
  for (const char* const code : {"429", "500", "502", "503", "504"}) {
    const std::string name = retry_location(location, code);
    if (name.empty()) return std::string(code) + " is not answered with 200";
    if (!answers_retry(site.server, name)) {
      return std::string(code) + " leads to " + name +
             ", which does not answer 200 text/event-stream with a retry:";
    }
  }
  return {};
}

Finding judge_retry(std::string_view what, const NginxView& view) {
  for (const Site& site : view.sites) {
    for (const Scope& location : {site.entry, site.handover}) {
      const std::string fault = location.empty() ? std::string() : fault_of_retry(site, location);
      if (fault.empty()) continue;
      return wrong_setting(what, name_of(location) + ": " + fault + ": pages give up for ever",
                           kSnippet);
    }
  }
  return well(what, "429 and 500 to 504 become a stream that says when to come back");
}

constexpr NginxRule kRules[] = {
    {"nginx hand-over", judge_handover},  {"nginx buffering", judge_buffering},
    {"nginx gzip", judge_gzip},           {"nginx timeouts", judge_timeouts},
    {"nginx retry rule", judge_retry},    {"nginx reload", judge_reload},
    {"nginx upstreams", judge_upstreams}, {"nginx connections", judge_connections},
    {"nginx open files", judge_files},    {"nginx user", judge_user},
};

}  // namespace

std::span<const NginxRule> nginx_rules() { return kRules; }

}  // namespace harbor::ctl::doctor
