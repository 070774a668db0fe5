// harbor-api: the REST worker. Its manual page is below and what --help prints.
#include <poll.h>

#include <algorithm>
#include <cstdio>

#include "api/app.h"
#include "api/dispatch.h"
#include "api/routes.h"
#include "core/log.h"
#include "core/service.h"
#include "db/migrate.h"
#include "events/life.h"
#include "http/fastcgi.h"
#include "http/server.h"

namespace {

using namespace harbor;

constexpr char kManual[] =
    R"(harbor-api: the REST worker

  harbor-api [--config FILE]... [--routes]

Job      Answers /api/…, /healthz and /readyz behind nginx, and authorises streams. Stateless:
         any number of them share one listening socket and one database.
Inputs   FastCGI on fd 0 (systemd, StandardInput=socket) or on the unix socket http.listen; the
         configuration; the database; Redis, which it announces commits to.
Trusts   Whoever can connect to its socket (mode 0660) to be nginx: REMOTE_ADDR, REQUEST_ID and
         HTTPS are taken as given. Nothing in a request is trusted beyond that.
Logs     Start, end, drain, failures with the request's id; never bodies, tokens, passwords.
Ends     On SIGTERM after the requests in work (http.drain at most), and by itself after
         http.retire_after requests; both with 0. Wrong configuration: 78.
Limits   http.threads requests at once; the rest waits in the kernel's queue.
         --routes prints the routing table and ends.
)";

constexpr std::int64_t kPollMs = 1000;

bool is_database_in_place(api::App& app) {
  try {
    return app.readers.lend()->is_at_its_path();
  } catch (const db::DatabaseError&) {
    return true;  // all connections are lent: asked again at the next look
  }
}

// Until a signal, until the worker has served its share, or until its database is no longer the
// one at the configured path: its successor opens that, and notices a restore.
const char* wait_for_end(api::App& app, const http::Server& server) {
  SignalFd signals;
  const std::int64_t watchdog_ms = watchdog_interval_ms();
  const auto poll_ms = static_cast<int>(watchdog_ms > 0 ? std::min(watchdog_ms, kPollMs) : kPollMs);
  for (;;) {
    pollfd fds[] = {{signals.fd(), POLLIN, 0}, {server.retired_fd(), POLLIN, 0}};
    ::poll(fds, 2, poll_ms);
    if ((fds[0].revents & POLLIN) != 0 && signals.read() != 0) return "signal";
    if ((fds[1].revents & POLLIN) != 0) return "retired";
    if (!is_database_in_place(app)) return "the database file was replaced";
    if (!server.is_stuck()) notify_watchdog();
  }
}

// A copy that was taken while this worker ran is then known as one, should it ever be put back.
void renew_life(const Config& config) {
  try {
    events::recognise_life(config.database);
  } catch (const std::exception& error) {
    log_warning("the database's life was not renewed", {{"error", error.what()}});
  }
}

int serve(const Config& config) {
  auth::Issuers issuers(
      config.auth);  // before anything is opened: a wrong key file is a wrong start
  db::require_current_schema(config);
  events::recognise_life(config.database);
  http::prepare_fastcgi();
  api::App app(config, std::move(issuers));
  http::Server server(listening_socket(config.http.listen), config.http,
                      [&app](const http::Request& request) { return dispatch(app, request); });
  notify_ready();
  log_info("ready", {{"threads", config.http.threads}, {"version", HARBOR_VERSION}});
  const char* reason = wait_for_end(app, server);
  notify_stopping();
  log_info("draining", {{"reason", reason}});
  if (!server.drain()) {
    log_error("requests were still in work at the end of the drain");
    std::_Exit(kExitRefused);
  }
  renew_life(config);
  log_info("ended");
  return kExitOk;
}

}  // namespace

int main(int argc, char** argv) {
  const harbor::Program program{
      .name = "harbor-api", .part = "api", .manual = kManual, .known_flags = {"--routes"}};
  return harbor::run_program(program, argc, argv, [](const Config& config, const Options& options) {
    if (!options.flags.empty()) {
      std::printf("%s", api::routes_text().c_str());
      return static_cast<int>(kExitOk);
    }
    return serve(config);
  });
}
