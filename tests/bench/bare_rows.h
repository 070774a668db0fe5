#pragma once
// The rows of a send, written by prepared statements and nothing else: what SQLite itself costs.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace harbor::bench {

struct BareStatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using BareStatement = std::unique_ptr<sqlite3_stmt, BareStatementDeleter>;

struct BareDatabaseCloser {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using BareDatabase = std::unique_ptr<sqlite3, BareDatabaseCloser>;

/// Opens it with the settings of a worker's writing connection. Throws Failure.
BareDatabase open_bare(const std::string& path);
void run_bare(sqlite3* database, const char* sql);
BareStatement prepare_bare(sqlite3* database, const char* sql);

/// Runs a statement once, bound to numbers and texts in order; the first column of its row, if
/// it has one and it is a number. Throws Failure.
class BareRun {
 public:
  explicit BareRun(sqlite3_stmt* statement) : statement_(statement) {}
  BareRun& bind(std::int64_t number);
  BareRun& bind(const std::string& text);
  std::int64_t operator()();

 private:
  sqlite3_stmt* statement_;
  int index_ = 0;
};

/// One person writes to others, in a database that holds the schema.
class BareSend {
 public:
  /// Makes the tenant and its people where there are none. Throws Failure.
  BareSend(sqlite3* database, std::size_t recipients, std::size_t body_bytes);

  /// The rows of one message. Within a transaction.
  void write_message_row();
  /// And all others that a send writes: recipients, counts, head, event.
  void write_send_rows();

 private:
  void make_people();
  std::int64_t insert_message(std::int64_t seq);

  sqlite3* const database_;
  std::vector<std::string> recipients_;
  const std::string body_;
  std::string audience_;  ///< of the event, with counts as long as they get
  std::string payload_;
  BareStatement head_, message_, thread_, mailbox_, recipient_, counter_, counts_, event_;
};

}  // namespace harbor::bench
