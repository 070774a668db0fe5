// harbor-jobs - house-keeping of a Harbor Messaging database.
//
// Job       Every jobs.interval a round of chores (jobs/chores.cpp): messages past their end are
//           deleted for all, those past the tenant's retention removed for good, each with its
//           event; events beyond log.keep or log.keep_events, old revocations, expired sessions,
//           ended login windows and old idempotency keys go; the nonce by which a copied-back
//           database is recognised is renewed; the search index takes in what was sent meanwhile
//           (messaging/search_index.h). Each in transactions of at most jobs.batch rows.
//           Every jobs.recount_every the unread counters are compared with the rows they count.
// Inputs    The configuration and the database. It listens to nobody.
// Trusts    The database's content, as every worker does; the schema is compared at start.
// Logs      Ready and stopped; per round and chore how many rows went or came; what failed and why.
// Signals   SIGTERM, SIGINT end it after the batch under way; SIGHUP begins a round at once.
// Limits    A database that is locked or gone costs a log line per round, and nothing else.
//           A counter that is wrong is an error in the log, and is left as it is: it is a mistake
//           of ours. Several instances do no harm and no good.

#include "db/migrate.h"
#include "jobs/house_keeper.h"

namespace {

constexpr std::string_view kManual = R"(harbor-jobs [--config FILE]... [--help] [--version]

House-keeping of a Harbor Messaging database: every jobs.interval, what is past
keeping goes (messages past their end, events, revocations, sessions, login
failures, idempotency keys), and the search index takes in what was sent, in
transactions of at most jobs.batch rows. Every jobs.recount_every the unread
counters are compared with the rows they count.

SIGTERM ends it after the batch under way; SIGHUP begins a round at once.
Exit codes: 0 stopped; 1 the database cannot be served; 64 wrong usage;
78 wrong configuration.
)";

}  // namespace

int main(int argc, char** argv) {
  return harbor::run_program({"harbor-jobs", "jobs", kManual}, argc, argv,
                             [](const harbor::Config& config, const harbor::Options& /*options*/) {
                               harbor::db::require_current_schema(config);
                               harbor::jobs::HouseKeeper(config).run();
                               return harbor::kExitOk;
                             });
}
