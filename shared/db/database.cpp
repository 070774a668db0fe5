#include "db/database.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>

#include "core/clock.h"

namespace harbor::db {
namespace {

constexpr const char* kWriterPragmas =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    // Pages of 4 KiB. A checkpoint happens within a commit and costs it further syncs; one of a
    // longer log writes each page once however often it was changed.
    "PRAGMA wal_autocheckpoint = 4000;"
    // What a savepoint may have to undo stays in memory: a batch of many would spill it, page by
    // page, into a file of /var/tmp.
    "PRAGMA temp_store = MEMORY;"
    // After a burst of long reads the log file shrinks again at the next checkpoint.
    "PRAGMA journal_size_limit = 67108864;";

constexpr std::chrono::milliseconds kOpenPause{5};

int open_flags(Mode mode) {
  // Every connection belongs to one thread at a time: SQLite's own mutexes are not needed.
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Mode::read_only: return kCommon | SQLITE_OPEN_READONLY;
    case Mode::read_write:
    case Mode::as_found: return kCommon | SQLITE_OPEN_READWRITE;
    case Mode::create: return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return kCommon | SQLITE_OPEN_READONLY;
}

// Its statistics cost a lock of the whole process at every allocation, and nobody reads them. Once
// per process; refused, without harm, where SQLite is already in use.
void switch_statistics_off() {
  static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(code);
}

std::pair<std::uint64_t, std::uint64_t> identity_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

UniqueFd open_lock(const std::string& path, Mode mode) {
  const std::string name = path + ".lock";
  const int creating = mode == Mode::as_found ? 0 : O_CREAT;
  UniqueFd fd(::open(name.c_str(), O_RDWR | creating | O_CLOEXEC, 0660));
  if (!fd && creating == 0 && errno == ENOENT) return fd;
  if (!fd) throw std::system_error(errno, std::generic_category(), "open " + name);
  return fd;
}

}  // namespace

const char* writer_settings() { return kWriterPragmas; }

Connection::Connection(const std::string& path, Mode mode, std::int64_t busy_timeout_ms)
    : path_(path) {
  switch_statistics_off();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, open_flags(mode), nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code, "open " + path);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout_ms));
  std::tie(device_, inode_) = identity_of(path);
  if (mode != Mode::read_only && path != ":memory:") {
    lock_ = open_lock(path, mode);
    if (mode == Mode::as_found) {
      sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    } else {
      prepare_to_write(busy_timeout_ms);
    }
  }
  script("PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -4096;");
}

void Connection::give_up_at(std::int64_t steady_time_ms) {
  constexpr int kSteps = 1000;  // of SQLite's machine between two looks at the clock
  give_up_at_ms_ = steady_time_ms;
  sqlite3_progress_handler(
      handle_.get(), kSteps,
      [](void* time) { return steady_ms() >= *static_cast<std::int64_t*>(time) ? 1 : 0; },
      &give_up_at_ms_);
}

bool Connection::is_at_its_path() const {
  return inode_ == 0 || identity_of(path_) == std::pair(device_, inode_);
}

// Others that open or close the file at this moment make WAL mode "locked" without a call of the
// busy handler: it is tried again for as long as that would have waited.
void Connection::prepare_to_write(std::int64_t busy_timeout_ms) {
  const std::int64_t give_up_ms = steady_ms() + busy_timeout_ms;
  for (;;) {
    try {
      return script(kWriterPragmas);
    } catch (const DatabaseError& error) {
      if (!error.is_busy() || steady_ms() >= give_up_ms) throw;
    }
    std::this_thread::sleep_for(kOpenPause);
  }
}

void Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, "script");
}

StatementHandle Connection::take(std::string_view sql) {
  auto& idle = idle_[std::string(sql)];
  if (!idle.empty()) {
    StatementHandle statement = std::move(idle.back());
    idle.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  return StatementHandle(statement);
}

void Connection::put_back(StatementHandle statement) noexcept {
  sqlite3_reset(statement.get());
  sqlite3_clear_bindings(statement.get());
  const auto idle = idle_.find(sqlite3_sql(statement.get()));
  if (idle != idle_.end()) idle->second.push_back(std::move(statement));
}

void Connection::fail(int code, std::string_view doing) const {
  std::string what = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  what += " (";
  what += doing.substr(0, 120);
  what += ')';
  throw DatabaseError(code, what);
}

Query::Query(Unbound /*unused*/, Connection& connection, std::string_view sql)
    : connection_(connection), statement_(connection.take(sql)) {}

Query::~Query() { connection_.put_back(std::move(statement_)); }

bool Query::next() {
  const int code = sqlite3_step(get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code, sqlite3_sql(get()));
  return false;
}

std::string_view Query::view(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(get(), column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(get(), column))};
}

std::optional<std::string> Query::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

void Query::check(int code) const {
  if (code != SQLITE_OK) connection_.fail(code, sqlite3_sql(get()));
}

void Query::bind(int index, std::nullptr_t) { check(sqlite3_bind_null(get(), index)); }

void Query::bind(int index, std::int64_t value) { check(sqlite3_bind_int64(get(), index, value)); }

void Query::bind(int index, std::string_view value) {
  // A null pointer would bind NULL; an empty view may carry one. The text is copied: parameters
  // are often temporaries of the caller's expression.
  const char* bytes = value.data() == nullptr ? "" : value.data();
  check(sqlite3_bind_text64(get(), index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Query::bind_pointer(int index, void* pointer, const char* kind) {
  check(sqlite3_bind_pointer(get(), index, pointer, kind, nullptr));
}

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) {
  execute(connection_, "BEGIN");
}

ReadTransaction::~ReadTransaction() {
  try {
    execute(connection_, "COMMIT");
  } catch (const DatabaseError&) {
    // A read that failed leaves nothing to keep; the next BEGIN says what is wrong.
  }
}

}  // namespace harbor::db
