#pragma once
// Writing transactions: BEGIN IMMEDIATE … COMMIT under a fair lock between processes.
// SQLite's own busy handler sleeps and lets writers starve each other for seconds; an flock(2) on
// "<database>.lock" is granted in turn (the kernel keeps the queue).

#include <cstdint>
#include <memory>
#include <string>

#include "core/unique_fd.h"
#include "db/database.h"

namespace harbor::db {

/// The file lock around a writing transaction; held from construction to destruction.
class WriteTurn {
 public:
  /// Waits for the turn. Of a ":memory:" database there is none, and nothing to wait for.
  explicit WriteTurn(Connection& connection);
  WriteTurn(const WriteTurn&) = delete;
  WriteTurn& operator=(const WriteTurn&) = delete;
  ~WriteTurn();

 private:
  int fd_;
};

/// Rolled back at destruction unless committed.
class WriteTransaction {
 public:
  explicit WriteTransaction(Connection& connection);
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction();

  /// Durable when it returns. Throws DatabaseError; the outcome of a failed commit is a rollback.
  void commit();

 private:
  Connection& connection_;
  WriteTurn turn_;
  bool open_ = true;
};

/// Rolled back to its start unless released: lets one part of a transaction fail alone.
class Savepoint {
 public:
  explicit Savepoint(Connection& connection);
  Savepoint(const Savepoint&) = delete;
  Savepoint& operator=(const Savepoint&) = delete;
  ~Savepoint();
  void release();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace harbor::db
