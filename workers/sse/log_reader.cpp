#include "sse/log_reader.h"

#include <algorithm>
#include <chrono>

#include "core/clock.h"
#include "core/log.h"

namespace harbor::sse {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Results are taken at every turn of the loop; so few in between keep the memory small, and a
// loop that falls behind makes the reader wait.
constexpr std::size_t kResults = 64;

// A right that is taken away ends its streams within a second, however seldom the heads are looked
// at (stream.tail_watch).
constexpr milliseconds kRevocationWatch{250};

constexpr std::int64_t kFailureLogPauseMs = 5'000;
constexpr std::int64_t kReopenPauseMs = 250;

// A stream has at most one registration and its feed at most one page under way.
std::size_t request_capacity(const Config& config) {
  return static_cast<std::size_t>(config.stream.per_worker) * 4 + 1024;
}

// Changes when another connection has committed; costs no lock and no I/O.
std::int64_t data_version(db::Connection& connection) {
  db::Query row(connection, "PRAGMA data_version");
  return row.next() ? row.integer(0) : 0;
}

bool concerns_any(const std::vector<events::Revocation>& revocations, const Register& request) {
  return std::any_of(revocations.begin(), revocations.end(), [&](const auto& revocation) {
    return revocation.concerns(request.email, request.session, request.tenant);
  });
}

}  // namespace

LogReader::LogReader(const Config& config)
    : path_(config.database.path),
      busy_timeout_ms_(config.database.busy_timeout_ms),
      tail_watch_ms_(config.stream.tail_watch_ms),
      beat_(steady_ms()),
      requests_(request_capacity(config)),
      results_(kResults) {
  open();
  thread_ = std::thread([this] { run(); });
}

LogReader::~LogReader() {
  requests_.close();
  results_.close();
  thread_.join();
}

void LogReader::run() {
  auto next_heads = steady_clock::now();
  auto next_watch = next_heads;
  while (!requests_.closed()) {
    beat_.store(steady_ms(), std::memory_order_relaxed);
    auto request = requests_.pop_until(next_watch);
    if (request) std::visit([this](auto& known) { answer(known); }, *request);
    if (steady_clock::now() < next_watch) continue;
    const bool with_heads = steady_clock::now() >= next_heads;
    watch(with_heads);
    const auto now = steady_clock::now();
    if (with_heads) next_heads = now + milliseconds(tail_watch_ms_);
    next_watch = std::min(next_heads, now + kRevocationWatch);
  }
}

void LogReader::answer(Register& request) {
  Registered result{.stream = request.stream, .tenant = request.tenant};
  result.failed = !attempt("register", [&](db::Connection& database) {
    const db::ReadTransaction view(database);
    result.revoked =
        concerns_any(events::read_revocations(database, request.authorised_revocation), request);
    result.head = events::read_head(database, request.tenant);
    if (result.head) result.counts = events::read_counts(database, request.tenant, request.email);
  });
  if (!result.failed && result.head) note_head(request.tenant, *result.head);
  results_.push(std::move(result));
}

void LogReader::answer(ReadPage& request) {
  PageRead result{.tenant = request.tenant, .after = request.after, .limit = request.limit};
  result.failed = !attempt("read a page", [&](db::Connection& database) {
    result.page =
        events::read_page(database, request.tenant, request.after, request.limit, seen_revocation_);
  });
  if (result.failed) {
    result.page = {};
  } else {
    note_revocations(result.page.revocations);
    if (result.page.head && held_.contains(request.tenant)) {
      note_head(request.tenant, *result.page.head);
    }
  }
  results_.push(std::move(result));
}

void LogReader::answer(Release& request) { held_.erase(request.tenant); }

void LogReader::watch(bool with_heads) {
  close_if_replaced();
  TailRead result;
  const bool read = attempt("watch the log", [&](db::Connection& database) {
    // Taken before the tail: what commits in between changes it again.
    const std::int64_t version = data_version(database);
    if (version == data_version_ && !(with_heads && heads_behind_)) return;
    result = read_tail(database, with_heads);
    data_version_ = version;
    heads_behind_ = !with_heads;
  });
  if (!read) return;
  note_revocations(result.revocations);
  for (const auto& [tenant, head] : result.heads) note_head(tenant, head);
  if (!result.revocations.empty() || !result.heads.empty()) results_.push(std::move(result));
}

TailRead LogReader::read_tail(db::Connection& database, bool with_heads) {
  TailRead result;
  const db::ReadTransaction view(database);
  // A restore may have taken ids back.
  seen_revocation_ = std::min(seen_revocation_, events::newest_revocation(database));
  result.revocations = events::read_revocations(database, seen_revocation_);
  if (!with_heads) return result;
  for (const auto& [tenant, known] : held_) {
    auto head = events::read_head(database, tenant);
    if (head && head->cursor() != known) result.heads.emplace_back(tenant, std::move(*head));
  }
  return result;
}

// Runs `work` on the connection; false, with a log line, if it failed.
template <class Work>
bool LogReader::attempt(std::string_view doing, Work work) {
  try {
    work(connection());
    if (failing_) log_info("reading the database again");
    failing_ = false;
    return true;
  } catch (const db::DatabaseError& error) {
    log_failure(doing, error.what());
    if (!error.is_busy()) connection_.reset();
  } catch (const std::exception& error) {
    log_failure(doing, error.what());
  }
  return false;
}

db::Connection& LogReader::connection() {
  if (!connection_) {
    if (steady_ms() < reopen_not_before_ms_) {
      throw db::DatabaseError(SQLITE_CANTOPEN, "the database is not open");
    }
    reopen_not_before_ms_ = steady_ms() + kReopenPauseMs;
    open();
    log_info("database opened anew", {{"path", path_}});
  }
  return *connection_;
}

void LogReader::open() {
  auto opened = std::make_unique<db::Connection>(path_, db::Mode::read_only, busy_timeout_ms_);
  const std::int64_t newest = events::newest_revocation(*opened);
  // At the start, older ones concern nobody here.
  const bool first = data_version_ < 0;
  seen_revocation_ = first ? newest : std::min(seen_revocation_, newest);
  data_version_ = 0;  // no version of a file: the tail is read at the next look
  connection_ = std::move(opened);
}

// A file restored by copying is another file: the open one would never change again.
void LogReader::close_if_replaced() {
  if (connection_ && !connection_->is_at_its_path()) {
    log_warning("the database file was replaced", {{"path", path_}});
    connection_.reset();
  }
}

void LogReader::note_head(const std::string& tenant, const events::Head& head) {
  held_.insert_or_assign(tenant, head.cursor());
}

void LogReader::note_revocations(const std::vector<events::Revocation>& revocations) {
  if (!revocations.empty()) seen_revocation_ = revocations.back().id;
}

void LogReader::log_failure(std::string_view doing, std::string_view what) {
  const std::int64_t now = steady_ms();
  if (failing_ && now - failure_logged_ms_ < kFailureLogPauseMs) return;
  failing_ = true;
  failure_logged_ms_ = now;
  log_error("cannot read the database", {{"doing", doing}, {"error", what}});
}

}  // namespace harbor::sse
