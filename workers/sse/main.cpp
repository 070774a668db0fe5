#include "core/service.h"
#include "db/migrate.h"
#include "sse/server.h"

namespace {

constexpr char kManual[] =
    R"(harbor-sse: holds the open event streams of people and writes each new event to them.

SYNOPSIS
  harbor-sse [--config FILE]... [--help] [--version]

JOB
  nginx passes every authorised `GET /api/messaging/stream/{tenantId}` here, after the api worker
  has answered its first leg with X-Accel-Redirect. Each stream is greeted with its counts and its
  place in the tenant's event log, given what it missed, and then everything new, until it ends:
  by age, session expiry, revocation, replacement, a reader that takes nothing, or a restart.

INPUTS
  A FastCGI connection per stream, on fd 0 where the supervisor hands a socket over, else on
  stream.listen. Parameters that count: HARBOR_CLAIMS (who asks, written by the api), REQUEST_ID,
  REQUEST_METHOD. The database, read only, by one thread of its own. Redis, which only says sooner
  that there is something to read: without it events are found by watching the log
  (stream.tail_watch), a little later.

TRUST
  The socket is for nginx alone (unix, mode 0660). HARBOR_CLAIMS is believed: nginx sets it from
  the api's answer, and a client cannot. The client's cursor inside it is not: any bytes will do.
  What the database says about a right taken away is applied before the next event is written.

SIGNALS
  SIGTERM, SIGINT   no new streams; those open end within stream.drain, told when to come back
  SIGHUP            nothing

LOGS
  To standard error: start, drain, end; a summary per minute in which something happened; Redis or
  the database gone and back; requests that cannot be read. With logging.level debug also the
  opening and the end of each stream with its reason.

LIMITS
  The section `stream` of the configuration; log.page. One process, one core for all streams, and
  one thread that reads: streams that replay from many different places share it. Every open
  stream is one descriptor: mind LimitNOFILE.

EXIT
  0 drained · 1 an error at the start or in the loop · 64 wrong usage · 78 wrong configuration
)";

}  // namespace

int main(int argc, char** argv) {
  const harbor::Program program{.name = "harbor-sse", .part = "sse", .manual = kManual};
  return harbor::run_program(program, argc, argv,
                             [](const harbor::Config& config, const harbor::Options&) {
                               harbor::db::require_current_schema(config);
                               return harbor::sse::Server(config).run();
                             });
}
