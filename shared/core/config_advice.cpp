// What the sample configuration says of each key. A new row of config_table.cpp wants one here too.
#include "core/config_sample.h"

namespace harbor {
namespace {

constexpr ConfigSection kSections[] = {
    {"database", "Where everything is kept, and how it is reached."},
    {"redis", "The bell: who is told at once that there is something to read, and who counts. "
              "Nothing is lost without it."},
    {"http", "The api workers: what a request may be and how long it may take."},
    {"auth", "Sessions, passwords, and how many sign-ins may fail."},
    {"log", "The event log: how far back a page that was away can go on without fetching its lists "
            "again."},
    {"stream", "The sse worker: the streams to the open pages."},
    {"limits", "What people may write and do."},
    {"jobs", "House-keeping."},
    {"logging", "What the programs say of themselves, to standard error and so to the journal."},
};

constexpr ConfigAdvice kAdvice[] = {
    {"database.path",
     "Change it for another disk. The folder must be the workers' own to write in: beside the "
     "file stand its log (-wal), its locks and its life; the units' sandbox wants a BindPaths= "
     "for it."},
    {"database.busy_timeout",
     "Raise it on a disk that is slow to sync, where the log says that the database's lock was "
     "not to be had. Keep it below http.deadline."},
    {"database.readers",
     "Raise it with http.threads, where requests wait for a connection to read with."},

    {"redis.socket", "Change it for another Redis than the one that Harbor brings."},
    {"redis.timeout",
     "Raise it where Redis shares a busy machine and the log says that it did not answer. Nobody "
     "waits for it but the thread that announces."},
    {"redis.limit_timeout",
     "Raise it where limits were counted by single workers although Redis was there. A request "
     "may wait so long for it."},
    {"redis.retry", "Hardly ever: each worker asks so often for a Redis that is gone."},
    {"redis.queue",
     "Raise it with more tenants than this that are written to at once while Redis is slow. What "
     "finds no room is found in the log instead, after stream.tail_watch."},

    {"http.listen", "Change it where no socket is handed over by systemd, and in nginx with it."},
    {"http.origin",
     "Set it where an application passes its pages' requests on to Harbor with another Host than "
     "the pages have."},
    {"http.body_limit",
     "Raise it with limits.body, of which it must be a few times as much (JSON escapes), and "
     "nginx's client_max_body_size with it."},
    {"http.json_depth", "Hardly ever: no request of ours nests deeper than 4."},
    {"http.threads",
     "Raise it on a disk with slow syncs, where more requests share a commit; lower it where "
     "memory is short. More workers are the other way."},
    {"http.drain",
     "Raise it with http.deadline, so that a restart cuts no request short, and TimeoutStopSec "
     "of the unit with it."},
    {"http.deadline",
     "Raise it where slow disks make requests end with 503; lower it where clients give up "
     "sooner anyway. Keep it below nginx's fastcgi_read_timeout."},
    {"http.retire_after",
     "Lower it where a worker's memory grows. Its successor takes over, and no request fails."},

    {"auth.session",
     "Lower it where people must sign in again after a day or a week whatever they do."},
    {"auth.idle", "Lower it for shared computers; raise it up to auth.session for convenience."},
    {"auth.argon2_memory",
     "Raise it as far as sign-ins stay quick enough: it is what a stolen database costs to "
     "guess. It holds for passwords that are set from then on."},
    {"auth.argon2_passes", "Raise it where there is no more memory to give to auth.argon2_memory."},
    {"auth.hash_concurrency",
     "Lower it where sign-ins take the cores from everybody else. Times auth.argon2_memory it is "
     "the most that a worker needs for them."},
    {"auth.hash_queue",
     "Raise it where many sign in at the same minute and hear 503; each that waits holds one of "
     "http.threads."},
    {"auth.hash_wait", "Keep it below http.deadline."},
    {"auth.clock_skew",
     "Raise it where a host application's clock is not kept by NTP, lower it where all are."},
    {"auth.token_lifetime",
     "Lower it to what the host application really gives its tokens: a stolen one is good for as "
     "long."},
    {"auth.token_size", "Raise it for a host application that puts much else into its tokens."},
    {"auth.recent_login",
     "Lower it where pages stay open on shared computers; raise it where people are asked to sign "
     "in again too often."},
    {"auth.login_per_account",
     "Lower it against guessing; raise it where people who forgot theirs lock themselves out."},
    {"auth.login_per_address",
     "Raise it where many people share an address, lower it where they do not. Behind a proxy "
     "nginx must know the true address (set_real_ip_from)."},

    {"log.keep",
     "Raise it for pages that come back after a longer absence, lower it for a smaller database. "
     "Who was away longer fetches lists again, and loses nothing."},
    {"log.keep_events",
     "Raise it with log.keep for busy tenants; lower it for a smaller database."},
    {"log.page", "Lower it where single events are large; hardly ever."},

    {"stream.listen", "Change it where no socket is handed over by systemd, and in nginx with it."},
    {"stream.heartbeat",
     "Lower it where a proxy on the way cuts quiet connections; keep it well below nginx's "
     "fastcgi_read_timeout. A page takes a stream for lost after two and a half of them."},
    {"stream.queue",
     "Raise it where readers on slow networks are often told to fetch everything anew. Times the "
     "streams it is the most memory that slow readers can cost."},
    {"stream.write_deadline",
     "Raise it for networks that stall for longer; lower it to be rid of the vanished sooner."},
    {"stream.age",
     "Raise it for fewer reconnections; keep it a range, so that streams do not all end at once."},
    {"stream.retry",
     "Widen it with very many streams, so that a restart does not bring all back at once."},
    {"stream.per_user",
     "Raise it for people with more browsers and devices than this: all tabs of a browser share "
     "one."},
    {"stream.per_tenant", "Lower it so that one tenant cannot take the whole worker."},
    {"stream.per_worker",
     "Raise it with the unit's LimitNOFILE and nginx's worker_connections, or start a second "
     "worker. A stream costs a few hundred bytes here and about 18 KB in nginx."},
    {"stream.connects", "Raise it where a restart takes too long to bring everybody back."},
    {"stream.tail_watch",
     "Raise it to save a little of the processor without Redis; events then come later by as "
     "much."},
    {"stream.coalesce",
     "Raise it for tenants in which very much is written: fewer writes, each a little later."},
    {"stream.drain", "Raise it with very many streams; the unit's TimeoutStopSec must be longer."},

    {"limits.messaging", "Say no to close messaging, for a while or in a tenant."},
    {"limits.read_only", "Say yes while a database is moved or judged."},
    {"limits.messages", "Lower it against floods; raise it for scripts that write for many."},
    {"limits.recipients",
     "Raise it where people write to larger groups; broadcasts are the better way."},
    {"limits.roles", "Hardly ever: there are seven roles."},
    {"limits.subject", "Lower it for narrow screens."},
    {"limits.body", "Raise it for long texts, with http.body_limit and what nginx takes."},
    {"limits.links", "Lower it against advertising; 0 lets nobody send links."},
    {"limits.attachments", "Lower it where disks are small; 0 lets nobody attach."},
    {"limits.recall", "Lower it, down to 0, where what was said is said."},
    {"limits.recall_after_read", "Say no where nothing may vanish that somebody has read."},
    {"limits.expiry", "Raise it for notices that hold longer than a month."},
    {"limits.default_expiry", "Set it where messages are for the day and not for the archive."},
    {"limits.retention",
     "Set it where mail must not be kept for longer. What is removed does not come back."},
    {"limits.admin_reads_content",
     "Say yes where admins must be able to judge what was written, and people know that they can."},
    {"limits.page", "Lower it where answers get too large; hardly ever."},
    {"limits.scan",
     "Raise it where searches and filters in very large mailboxes come back in many short pages; a "
     "page may then cost more."},
    {"limits.stats", "Lower it where the figures of very large mailboxes take too long."},
    {"limits.recipients_shown",
     "Raise it where people want to see larger groups in a list; the rest has its own route."},
    {"limits.search_length", "Raise it for people who paste long phrases."},
    {"limits.search_terms", "Raise it for people who search for many words at once."},
    {"limits.search_text",
     "Raise it with limits.scan where long texts make the pages of a search short."},

    {"jobs.interval", "Lower it where what has ended must be gone sooner."},
    {"jobs.batch", "Lower it on slow disks: no sender waits longer than one batch takes."},
    {"jobs.recount_every", "Raise it with many millions of messages, where the recount is felt."},
    {"jobs.index",
     "Raise it where the index falls behind what is sent; a sender waits for one such batch at "
     "most."},

    {"logging.level", "debug for a while, to look for something; warning where logs are dear."},
};

}  // namespace

std::span<const ConfigAdvice> config_advice() { return kAdvice; }

std::span<const ConfigSection> config_sections() { return kSections; }

}  // namespace harbor
