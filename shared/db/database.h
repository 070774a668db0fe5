#pragma once
// SQLite as owned handles: a connection with a cache of prepared statements, a query that binds
// and steps one of them, and errors as exceptions. Every other file speaks SQL through these.
//
//   Query row(connection, "SELECT Head, Floor FROM EventHeads WHERE TenantId = ?", tenant);
//   if (row.next()) head = row.integer(0);
//   execute(connection, "DELETE FROM Sessions WHERE Id = ?", id);
//
// A connection belongs to one thread at a time and is never carried across fork(2).

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/unique_fd.h"

namespace harbor::db {

/// The database refused or failed; `code` is SQLite's extended result code.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }
  bool is_busy() const { return (code_ & 0xff) == SQLITE_BUSY; }
  bool is_constraint() const { return (code_ & 0xff) == SQLITE_CONSTRAINT; }

 private:
  int code_;
};

/// `as_found` is for who only looks whether writing is possible: it makes no file, sets nothing,
/// and leaves the log as it is.
enum class Mode { read_only, read_write, create, as_found };

/// What a connection that may write begins with: durability, the log's size.
const char* writer_settings();

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

class Connection {
 public:
  /// Opens `path` (":memory:" for a private one) with foreign keys on, WAL and synchronous=FULL
  /// where it may write. Throws DatabaseError.
  Connection(const std::string& path, Mode mode, std::int64_t busy_timeout_ms);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// Runs a script of statements without parameters.
  void script(const std::string& sql);

  /// Takes a prepared statement out of the cache, or prepares it; `put_back` returns it.
  StatementHandle take(std::string_view sql);
  void put_back(StatementHandle statement) noexcept;

  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  /// What still runs at this time of steady_ms() ends with SQLITE_INTERRUPT; nothing takes it back.
  void give_up_at(std::int64_t steady_time_ms);

  /// False once another file, or none, stands at the path that was opened: what is written then is
  /// on a disk that nobody will read again.
  bool is_at_its_path() const;

  /// The side file that orders writers (db/transaction.h); -1 where there is none to order.
  int lock_fd() const { return lock_.get(); }

  /// Throws DatabaseError with the connection's message for `code`, saying what was tried.
  [[noreturn]] void fail(int code, std::string_view doing) const;

 private:
  void prepare_to_write(std::int64_t busy_timeout_ms);

  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::unique_ptr<sqlite3, Closer> handle_;
  UniqueFd lock_;
  std::string path_;
  std::int64_t give_up_at_ms_ = 0;
  std::uint64_t device_ = 0, inode_ = 0;  ///< of the file; 0 for ":memory:"
  std::unordered_map<std::string, std::vector<StatementHandle>> idle_;
};

/// One run of one statement. Parameters are bound in order: integers, text (valid until the end
/// of the query), bool, optional of these for NULL, nullptr.
class Query {
 public:
  template <class... Parameters>
  Query(Connection& connection, std::string_view sql, const Parameters&... parameters)
      : Query(Unbound{}, connection, sql) {
    int index = 0;
    (bind(++index, parameters), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  /// Steps to the next row; false after the last.
  bool next();

  std::int64_t integer(int column) const { return sqlite3_column_int64(get(), column); }
  bool boolean(int column) const { return integer(column) != 0; }
  std::string text(int column) const { return std::string(view(column)); }
  /// Valid until the next step.
  std::string_view view(int column) const;
  bool is_null(int column) const { return sqlite3_column_type(get(), column) == SQLITE_NULL; }
  std::optional<std::string> optional_text(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;

  void bind(int index, std::nullptr_t);
  void bind(int index, std::int64_t value);
  void bind(int index, int value) { bind(index, std::int64_t{value}); }
  void bind(int index, bool value) { bind(index, std::int64_t{value}); }
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  void bind(int index, const char* value) { bind(index, std::string_view(value)); }
  /// An address for a function of SQLite's own that takes one of that kind.
  void bind_pointer(int index, void* pointer, const char* kind);
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, nullptr);
  }

 private:
  struct Unbound {};
  Query(Unbound, Connection& connection, std::string_view sql);
  sqlite3_stmt* get() const { return statement_.get(); }
  void check(int code) const;

  Connection& connection_;
  StatementHandle statement_;
};

/// Runs a statement that returns no rows; the number of rows it changed.
template <class... Parameters>
std::int64_t execute(Connection& connection, std::string_view sql,
                     const Parameters&... parameters) {
  Query query(connection, sql, parameters...);
  while (query.next()) {
  }
  return connection.changes();
}

/// One consistent view of the database for several reads. Short: a long one stops checkpoints.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection);
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;
  ~ReadTransaction();

 private:
  Connection& connection_;
};

}  // namespace harbor::db
