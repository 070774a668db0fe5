#include <algorithm>

#include "core/config.h"
#include "core/text.h"

namespace harbor {
namespace {

#define HARBOR_TEXT(path) [](Config& c) -> std::string& { return c.path; }
#define HARBOR_FLAG(path) [](Config& c) -> bool& { return c.path; }
#define HARBOR_NUMBER(path) [](Config& c) -> std::int64_t& { return c.path; }
#define HARBOR_RATE(path) [](Config& c) -> Rate& { return c.path; }
#define HARBOR_WORDS(path) [](Config& c) -> std::vector<std::string>& { return c.path; }
#define HARBOR_RANGE(path) [](Config& c) -> DurationRange& { return c.path; }

using enum ConfigKind;

// clang-format off
const ConfigRow kTable[] = {
  // key, kind, field, default, least, most, unit, about, settable
  {"database.path", text, +HARBOR_TEXT(database.path), "/var/lib/harbor/harbor.db", "", "", "", "SQLite file"},
  {"database.busy_timeout", duration, +HARBOR_NUMBER(database.busy_timeout_ms), "5 s", "100 ms", "60 s", "s", "longest wait for the database's lock"},
  {"database.readers", count, +HARBOR_NUMBER(database.readers), "8", "1", "256", "", "read connections per api worker"},

  {"redis.socket", text, +HARBOR_TEXT(redis.socket), "/run/redis/redis-server.sock", "", "", "", "unix socket of Redis"},
  {"redis.timeout", duration, +HARBOR_NUMBER(redis.timeout_ms), "250 ms", "10 ms", "10 s", "ms", "longest wait for one answer of Redis"},
  {"redis.limit_timeout", duration, +HARBOR_NUMBER(redis.limit_timeout_ms), "100 ms", "1 ms", "10 s", "ms", "longest wait of a request for Redis to count it; then the worker counts for itself"},
  {"redis.retry", duration, +HARBOR_NUMBER(redis.retry_ms), "500 ms", "10 ms", "60 s", "ms", "pause before a connection is tried again"},
  {"redis.queue", count, +HARBOR_NUMBER(redis.queue), "10000", "1", "1000000", "", "tenants whose newest head waits to be published"},

  {"http.listen", text, +HARBOR_TEXT(http.listen), "/run/harbor/api.sock", "", "", "", "unix socket of the api workers, where none is handed over on fd 0"},
  {"http.origin", text, +HARBOR_TEXT(http.origin), "", "", "", "", "further origin whose pages may call unsafe routes, such as https://app.example"},
  {"http.body_limit", size, +HARBOR_NUMBER(http.body_limit), "1 MiB", "1 KiB", "64 MiB", "B", "largest request body"},
  {"http.json_depth", count, +HARBOR_NUMBER(http.json_depth), "32", "2", "256", "", "deepest nesting of a JSON body"},
  {"http.threads", count, +HARBOR_NUMBER(http.threads), "64", "1", "512", "", "requests in work at once per api worker; also the largest commit batch"},
  {"http.drain", duration, +HARBOR_NUMBER(http.drain_ms), "30 s", "1 s", "10 min", "s", "longest wait for requests in work at the end"},
  {"http.deadline", duration, +HARBOR_NUMBER(http.deadline_ms), "10 s", "100 ms", "5 min", "s", "longest time a request may take before it is answered 503"},
  {"http.retire_after", count, +HARBOR_NUMBER(http.retire_after), "1000000", "100", "1000000000", "", "requests after which a worker ends and is started anew"},

  {"auth.session", duration, +HARBOR_NUMBER(auth.session_ms), "30 d", "1 s", "365 d", "d", "longest life of a session"},
  {"auth.idle", duration, +HARBOR_NUMBER(auth.idle_ms), "7 d", "1 s", "365 d", "d", "life of a session that nobody uses"},
  {"auth.argon2_memory", size, +HARBOR_NUMBER(auth.argon2_memory), "19 MiB", "8 KiB", "1 GiB", "MiB", "memory of one password hash"},
  {"auth.argon2_passes", count, +HARBOR_NUMBER(auth.argon2_passes), "2", "1", "16", "", "passes of one password hash"},
  {"auth.hash_concurrency", count, +HARBOR_NUMBER(auth.hash_concurrency), "0", "0", "256", "", "password hashes at once per worker; 0 is one per core"},
  {"auth.hash_queue", count, +HARBOR_NUMBER(auth.hash_queue), "32", "0", "10000", "", "sign-ins that wait for their password's hash; a further one is answered 503"},
  {"auth.hash_wait", duration, +HARBOR_NUMBER(auth.hash_wait_ms), "5 s", "0 ms", "60 s", "s", "longest such wait before the answer is 503"},
  {"auth.clock_skew", duration, +HARBOR_NUMBER(auth.clock_skew_ms), "60 s", "0 s", "10 min", "s", "how far a host application's clock may be from ours"},
  {"auth.token_lifetime", duration, +HARBOR_NUMBER(auth.token_lifetime_ms), "10 min", "1 s", "24 h", "min", "longest life of a host application's token"},
  {"auth.token_size", size, +HARBOR_NUMBER(auth.token_size), "8 KiB", "256 B", "64 KiB", "B", "longest token of a host application"},
  {"auth.recent_login", duration, +HARBOR_NUMBER(auth.recent_login_ms), "15 min", "1 s", "24 h", "min", "age of a sign-in that still allows what needs a recent one, such as a broadcast"},
  {"auth.login_per_account", rate, +HARBOR_RATE(auth.login_per_account), "10/15 min", "1", "1000000", "", "failed logins of one account"},
  {"auth.login_per_address", rate, +HARBOR_RATE(auth.login_per_address), "300/15 min", "1", "1000000", "", "failed logins from one address"},

  {"log.keep", duration, +HARBOR_NUMBER(log.keep_ms), "7 d", "1 s", "365 d", "d", "how long events can be replayed"},
  {"log.keep_events", count, +HARBOR_NUMBER(log.keep_events), "100000", "1", "100000000", "", "how many events of a tenant can be replayed"},
  {"log.page", count, +HARBOR_NUMBER(log.page), "500", "1", "10000", "", "events read at once"},

  {"stream.listen", text, +HARBOR_TEXT(stream.listen), "/run/harbor/sse.sock", "", "", "", "unix socket of the sse worker, where none is handed over on fd 0"},
  {"stream.heartbeat", duration, +HARBOR_NUMBER(stream.heartbeat_ms), "25 s", "100 ms", "5 min", "s", "a quiet stream's sign of life"},
  {"stream.queue", size, +HARBOR_NUMBER(stream.queue), "256 KiB", "4 KiB", "64 MiB", "B", "bytes waiting for one reader before it is told to resync"},
  {"stream.write_deadline", duration, +HARBOR_NUMBER(stream.write_deadline_ms), "15 s", "100 ms", "10 min", "s", "a reader that takes nothing for so long is closed"},
  {"stream.age", duration_range, +HARBOR_RANGE(stream.age), "8-15 min", "1 s", "24 h", "min", "a stream ends at an age drawn from here"},
  {"stream.retry", duration_range, +HARBOR_RANGE(stream.retry), "1-5 s", "0 ms", "10 min", "s", "reconnection time told to a stream, drawn from here"},
  {"stream.per_user", count, +HARBOR_NUMBER(stream.per_user), "20", "1", "100000", "", "streams of one person in one tenant; a further one replaces the oldest", true},
  {"stream.per_tenant", count, +HARBOR_NUMBER(stream.per_tenant), "20000", "1", "10000000", "", "streams of one tenant"},
  {"stream.per_worker", count, +HARBOR_NUMBER(stream.per_worker), "60000", "1", "10000000", "", "streams of one sse worker"},
  {"stream.connects", rate, +HARBOR_RATE(stream.connects), "2000/s", "1", "1000000", "", "new streams of one sse worker"},
  {"stream.tail_watch", duration, +HARBOR_NUMBER(stream.tail_watch_ms), "100 ms", "10 ms", "60 s", "ms", "how often the log is looked at when no notification comes"},
  {"stream.coalesce", duration, +HARBOR_NUMBER(stream.coalesce_ms), "3 ms", "0 ms", "1 s", "ms", "pause between two pages of one tenant, so that a burst leaves in one write"},
  {"stream.drain", duration, +HARBOR_NUMBER(stream.drain_ms), "3 s", "0 ms", "10 min", "s", "time over which a stopping worker spreads the end of its streams"},

  {"limits.messaging", flag, +HARBOR_FLAG(limits.messaging), "yes", "", "", "", "whether messaging is on; off answers 503 to members", true},
  {"limits.read_only", flag, +HARBOR_FLAG(limits.read_only), "no", "", "", "", "messages can be read, and nothing is changed", true},
  {"limits.messages", rate, +HARBOR_RATE(limits.messages), "60/min", "1", "1000000", "", "messages that one person sends in one tenant", true},
  {"limits.recipients", count, +HARBOR_NUMBER(limits.recipients), "100", "1", "100000", "", "recipients of one message", true},
  {"limits.roles", count, +HARBOR_NUMBER(limits.roles), "20", "0", "100", "", "roles that one message names"},
  {"limits.subject", count, +HARBOR_NUMBER(limits.subject), "200", "1", "10000", "", "characters of a subject", true},
  {"limits.body", size, +HARBOR_NUMBER(limits.body), "64 KiB", "1 KiB", "16 MiB", "B", "bytes of a message's body", true},
  {"limits.links", count, +HARBOR_NUMBER(limits.links), "20", "0", "1000", "", "links of one message", true},
  {"limits.attachments", count, +HARBOR_NUMBER(limits.attachments), "20", "0", "1000", "", "attachments of one message", true},
  {"limits.recall", duration, +HARBOR_NUMBER(limits.recall_ms), "3600 s", "0 s", "3650 d", "s", "how long after sending a message can be recalled", true},
  {"limits.recall_after_read", flag, +HARBOR_FLAG(limits.recall_after_read), "yes", "", "", "", "whether a message can be recalled once somebody has read it", true},
  {"limits.expiry", duration, +HARBOR_NUMBER(limits.expiry_ms), "30 d", "1 min", "3650 d", "d", "longest life of a message that states an expiry", true},
  {"limits.default_expiry", duration, +HARBOR_NUMBER(limits.default_expiry_ms), "0 d", "0 d", "3650 d", "d", "life of a message that states no expiry; 0 is for ever", true},
  {"limits.retention", duration, +HARBOR_NUMBER(limits.retention_ms), "0 d", "0 d", "36500 d", "d", "messages older than this are removed for good; 0 keeps them", true},
  {"limits.admin_reads_content", flag, +HARBOR_FLAG(limits.admin_reads_content), "no", "", "", "", "whether admins may read the subjects and bodies of others' messages; audited", true},
  {"limits.page", count, +HARBOR_NUMBER(limits.page), "200", "1", "1000", "", "largest page of a listing"},
  {"limits.scan", count, +HARBOR_NUMBER(limits.scan), "10000", "1000", "1000000", "", "messages looked at for one page of a listing or a search"},
  {"limits.stats", count, +HARBOR_NUMBER(limits.stats), "100000", "1000", "10000000", "", "newest messages of a folder that the figures of a mailbox count"},
  {"limits.recipients_shown", count, +HARBOR_NUMBER(limits.recipients_shown), "100", "1", "1000", "", "recipients named in a message; their number is always there"},
  {"limits.search_length", count, +HARBOR_NUMBER(limits.search_length), "200", "1", "2000", "", "characters of a search"},
  {"limits.search_terms", count, +HARBOR_NUMBER(limits.search_terms), "16", "1", "64", "", "words and phrases of a search"},
  {"limits.search_text", size, +HARBOR_NUMBER(limits.search_text), "4 MiB", "64 KiB", "1 GiB", "B", "text looked through for one page of a search"},

  {"jobs.interval", duration, +HARBOR_NUMBER(jobs.interval_ms), "60 s", "100 ms", "24 h", "s", "pause between two rounds of house-keeping"},
  {"jobs.batch", count, +HARBOR_NUMBER(jobs.batch), "500", "1", "100000", "", "rows one house-keeping transaction removes"},
  {"jobs.recount_every", duration, +HARBOR_NUMBER(jobs.recount_every_ms), "1 h", "1 s", "30 d", "h", "how often the unread counters are compared with the rows they count"},
  {"jobs.index", size, +HARBOR_NUMBER(jobs.index), "64 KiB", "1 KiB", "64 MiB", "B", "text that one transaction takes into the search index"},

  {"logging.level", text, +HARBOR_TEXT(logging.level), "info", "debug|info|warning|error", "", "", "lowest level that is written"},
};

// A host application whose tokens become sessions.
const ConfigRow kIssuerKeys[] = {
  {"issuer", text, +HARBOR_TEXT(auth.issuers.back().issuer), "", "", "", "", "the token's iss, to the byte", false, true},
  {"audience", text, +HARBOR_TEXT(auth.issuers.back().audience), "", "", "", "", "what the token's aud must be or contain", false, true},
  {"algorithm", text, +HARBOR_TEXT(auth.issuers.back().algorithm), "", "EdDSA|RS256|HS256", "", "", "the only alg that is taken", false, true},
  {"key_file", text, +HARBOR_TEXT(auth.issuers.back().key_file), "", "", "", "", "absolute path, or the name of a credential of the unit: public keys in PEM, for HS256 a secret per line; up to four", false, true},
  {"adds_people", flag, +HARBOR_FLAG(auth.issuers.back().adds_people), "no", "", "", "", "whether an unknown person is added"},
  {"adds_members", flag, +HARBOR_FLAG(auth.issuers.back().adds_members), "no", "", "", "", "whether the memberships that a token states are added"},
  {"tenants", words, +HARBOR_WORDS(auth.issuers.back().tenants), "", "0", "1000", "", "its sessions see these tenants only; none is all"},
  {"session", duration, +HARBOR_NUMBER(auth.issuers.back().session_ms), "30 d", "1 s", "365 d", "d", "longest life of its sessions, within auth.session"},
};
// clang-format on

void begin_issuer(Config& config, std::string place) {
  config.auth.issuers.emplace_back().place = std::move(place);
}

void check_issuer(const Config& config) {
  const std::vector<Config::Issuer>& issuers = config.auth.issuers;
  const Config::Issuer& issuer = issuers.back();
  if (issuer.issuer.empty()) throw ConfigError(issuer.place + ".issuer is empty");
  if (issuer.audience.empty()) throw ConfigError(issuer.place + ".audience is empty");
  for (const std::string& tenant : issuer.tenants) {
    if (is_tenant_id(tenant)) continue;
    throw ConfigError(issuer.place + ".tenants: \"" + tenant + "\" is no tenant id");
  }
  const auto is_same = [&](const Config::Issuer& one) { return one.issuer == issuer.issuer; };
  if (std::any_of(issuers.begin(), issuers.end() - 1, is_same)) {
    throw ConfigError(issuer.place + ".issuer: \"" + issuer.issuer + "\" stands twice");
  }
}

constexpr std::size_t kMostIssuers = 64;

const ConfigList kLists[] = {
    {"auth.issuers", kMostIssuers, kIssuerKeys, [](Config& config) { config.auth.issuers.clear(); },
     begin_issuer, check_issuer,
     "host applications whose signed tokens become sessions (POST /api/auth/exchange)"},
};

}  // namespace

std::span<const ConfigRow> config_table() { return kTable; }

std::span<const ConfigList> config_lists() { return kLists; }

}  // namespace harbor
