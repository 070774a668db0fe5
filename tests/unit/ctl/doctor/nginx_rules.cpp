// Each rule by a configuration that breaks it and no other. (The installed one and that of ./dev
// are looked at in tests/flow/test_doctor.py and tests/boot.)

#include "ctl/doctor/nginx_rules.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "support.h"

namespace harbor::test {
namespace {

namespace doctor = ctl::doctor;

constexpr const char* kGood = R"(
user root;
worker_processes 2;
worker_rlimit_nofile 4096;
worker_shutdown_timeout 20m;
events { worker_connections 2048; }
http {
  gzip on;
  upstream api { server "unix:/run/api.sock" max_fails=0; }
  upstream sse { server unix:/run/sse.sock max_fails=0; }
  server { listen 80; server_name other; location / { return 204; } }
  server {
    listen 443 ssl;
    server_name harbor.example www.harbor.example;
    gzip off;
    error_page 404 500 502 @problem;
    location /api/ { fastcgi_pass api; gzip on; }
    location ^~ /api/messaging/stream/ {
      fastcgi_pass api;
      fastcgi_buffering off;
      fastcgi_intercept_errors on;
      error_page 429 500 502 503 504 =200 @later;
      error_page 405 @problem;
    }
    location /_sse/ {
      internal;
      set $claims $upstream_http_x_sse_claims;
      fastcgi_param HARBOR_CLAIMS $claims;
      fastcgi_pass sse;
      fastcgi_buffering off;
      fastcgi_read_timeout 90s;
      fastcgi_intercept_errors on;
      error_page 429 500 502 503 504 =200 @later;
    }
    location @later {
      default_type text/event-stream;
      return 200 'retry: $ms\nevent: bye\n\n';
    }
    location @problem { return 200 'problem'; }
  }
}
)";

std::string replaced(std::string text, std::string_view old, std::string_view fresh,
                     bool last = false) {
  const auto at = last ? text.rfind(old) : text.find(old);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, "not there: " << old);
  return text.replace(at, old.size(), fresh);
}

Config config() {
  Config made = default_config();
  made.http.listen = "/run/api.sock";
  made.stream.listen = "/run/sse.sock";
  made.stream.per_worker = 1000;
  return made;
}

using Levels = std::map<std::string, std::string>;  // rule → level, of those that are not ok

Levels judge(const std::string& text, const Config& settings = config()) {
  const auto tree = doctor::read_nginx(text, "nginx.conf");
  BOOST_REQUIRE_MESSAGE(tree, tree.error().why);
  const doctor::NginxView view{*tree, doctor::sites_of(*tree, settings.http.listen), settings};
  BOOST_REQUIRE(view.sites.size() == 1U);
  Levels levels;
  for (const doctor::NginxRule& rule : doctor::nginx_rules()) {
    const doctor::Finding finding = rule.judge(rule.name, view);
    BOOST_TEST(finding.what == rule.name);
    if (finding.level == doctor::Level::ok) continue;
    BOOST_TEST(!finding.help.empty());
    levels[finding.what] = std::string(doctor::word_of(finding.level)) + " " + finding.detail;
  }
  return levels;
}

struct Row {
  const char* rule;
  const char* level;
  const char* old;
  const char* fresh;
  bool last = false;
};

constexpr Row kRows[] = {
    {"nginx buffering", "fail", "fastcgi_buffering off;", ""},
    {"nginx buffering", "fail", "fastcgi_buffering off;", "fastcgi_buffering on;", true},
    {"nginx gzip", "fail", "gzip off;", ""},
    {"nginx gzip", "fail", "internal;", "internal; gzip on;"},
    {"nginx timeouts", "fail", "fastcgi_read_timeout 90s;", "fastcgi_read_timeout 25;"},
    {"nginx timeouts", "fail", "fastcgi_read_timeout 90s;", "fastcgi_read_timeout 900ms;"},
    {"nginx timeouts", "fail", "fastcgi_read_timeout 90s;", "fastcgi_read_timeout $x;"},
    {"nginx timeouts", "warn", "fastcgi_read_timeout 90s;", "fastcgi_read_timeout 40s;"},
    {"nginx retry rule", "fail", "fastcgi_intercept_errors on;", ""},
    {"nginx retry rule", "fail", "fastcgi_intercept_errors on;", "fastcgi_intercept_errors off;",
     true},
    {"nginx retry rule", "fail", "429 500 502 503 504 =200", "429 500 502 503 =200"},
    {"nginx retry rule", "fail", "429 500 502 503 504 =200", "429 500 502 503 504", true},
    {"nginx retry rule", "fail", "error_page 429 500 502 503 504 =200 @later;", "", true},
    {"nginx retry rule", "fail", "429 500 502 503 504 =200 @later",
     "429 500 502 503 504 =200 @none"},
    {"nginx retry rule", "fail", "429 500 502 503 504 =200 @later",
     "429 500 502 503 504 =200 @problem"},
    {"nginx retry rule", "fail", "return 200 'retry:", "return 503 'retry:"},
    {"nginx retry rule", "fail", "default_type text/event-stream;", ""},
    {"nginx hand-over", "fail", "internal;", ""},
    {"nginx hand-over", "fail", "fastcgi_param HARBOR_CLAIMS $claims;", ""},
    {"nginx hand-over", "fail", "HARBOR_CLAIMS $claims;", "HARBOR_CLAIMS $http_x_sse_claims;"},
    {"nginx hand-over", "fail", "set $claims $upstream_http_x_sse_claims;", ""},
    {"nginx hand-over", "fail", "fastcgi_pass sse;", "fastcgi_pass unix:/run/other.sock;"},
    {"nginx hand-over", "fail", "unix:/run/sse.sock", "unix:/run/sse-2.sock"},
    {"nginx hand-over", "fail", "location ^~ /api/messaging/stream/ {\n      fastcgi_pass api;",
     "location ^~ /api/messaging/stream/ {"},
    {"nginx reload", "warn", "worker_shutdown_timeout 20m;", "worker_shutdown_timeout 30s;"},
    {"nginx upstreams", "fail", "unix:/run/sse.sock max_fails=0", "unix:/run/sse.sock"},
    {"nginx connections", "warn", "worker_connections 2048;", ""},
    {"nginx connections", "warn", "worker_processes 2;", ""},
    {"nginx open files", "fail", "worker_rlimit_nofile 4096;", ""},
    {"nginx open files", "fail", "worker_rlimit_nofile 4096;", "worker_rlimit_nofile 2000;"},
    {"nginx open files", "warn", "worker_rlimit_nofile 4096;", "worker_rlimit_nofile 2100;"},
    {"nginx user", "fail", "user root;", "user nobody-of-that-name;"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx_rules)

BOOST_AUTO_TEST_CASE(a_good_configuration_breaks_no_rule) {
  for (const auto& [rule, level] : judge(kGood)) BOOST_ERROR(rule << ": " << level);
}

BOOST_AUTO_TEST_CASE(each_rule_is_broken_by_its_own_defects_and_no_others) {
  for (const Row& row : kRows) {
    BOOST_TEST_CONTEXT(row.rule << ": " << row.old << " -> " << row.fresh) {
      const Levels levels = judge(replaced(kGood, row.old, row.fresh, row.last));
      BOOST_TEST(levels.size() == 1U);
      for (const auto& [rule, level] : levels) {
        BOOST_TEST(rule == row.rule);
        BOOST_TEST(level.starts_with(row.level), level);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_rule_has_a_defect_that_breaks_it) {
  for (const doctor::NginxRule& rule : doctor::nginx_rules()) {
    BOOST_TEST(std::any_of(std::begin(kRows), std::end(kRows),
                           [&](const Row& row) { return row.rule == rule.name; }),
               rule.name);
  }
}

BOOST_AUTO_TEST_CASE(a_longer_heartbeat_wants_longer_timeouts) {
  Config settings = config();
  settings.stream.heartbeat_ms = 120'000;
  BOOST_TEST(judge(kGood, settings).contains("nginx timeouts"));
}

BOOST_AUTO_TEST_CASE(a_site_of_others_is_not_ours) {
  const auto tree = doctor::read_nginx(kGood, "nginx.conf");
  BOOST_TEST(doctor::sites_of(*tree, "/run/nobody.sock").empty());
  const auto sites = doctor::sites_of(*tree, "/run/api.sock");
  BOOST_REQUIRE(sites.size() == 1U);
  BOOST_TEST(sites[0].name == "harbor.example on 443");
}

BOOST_AUTO_TEST_CASE(the_longest_prefix_wins_and_an_exact_match_before_it) {
  const auto tree = doctor::read_nginx(
      "server { location / { a; } location /x/ { b; location /x/y/ { c; } } location = /x/z { d; }"
      " location =/x/v { e; } location ~ ^/x { f; } location @x { g; } }",
      "f");
  BOOST_REQUIRE(tree);
  const auto chosen = [&](std::string_view path) {
    const auto scope = doctor::location_for({&tree->front()}, path);
    return scope.empty() ? "nothing" : scope.back()->block.front().name;
  };
  BOOST_TEST(chosen("/") == "a");
  BOOST_TEST(chosen("/x") == "a");
  BOOST_TEST(chosen("/x/") == "b");
  BOOST_TEST(chosen("/x/y/1") == "c");
  BOOST_TEST(chosen("/x/z") == "d");
  BOOST_TEST(chosen("/x/zz") == "b");
  BOOST_TEST(chosen("/x/v") == "e");
  BOOST_TEST(chosen("@x") == "nothing");
}

BOOST_AUTO_TEST_CASE(times_are_nginxs) {
  BOOST_TEST(doctor::nginx_time_ms("90").value() == 90'000);
  BOOST_TEST(doctor::nginx_time_ms("90s").value() == 90'000);
  BOOST_TEST(doctor::nginx_time_ms("500ms").value() == 500);
  BOOST_TEST(doctor::nginx_time_ms("1m30s").value() == 90'000);
  BOOST_TEST(doctor::nginx_time_ms("1h").value() == 3'600'000);
  BOOST_TEST(doctor::nginx_time_ms("1d2").value() == 86'402'000);
  for (const char* const text : {"", "s", "1x", "$x", "-1", "1.5s", "99999999999"}) {
    BOOST_TEST(!doctor::nginx_time_ms(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
