#include "db/transaction.h"

#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace harbor::db {

WriteTurn::WriteTurn(Connection& connection) : fd_(connection.lock_fd()) {
  if (fd_ < 0) return;
  // Without a timeout of its own: a holder ends with its process, and a frozen one is ended by
  // its watchdog. Requests do not wait for this but for their own deadline (db/writer.h).
  while (::flock(fd_, LOCK_EX) != 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "flock");
  }
}

WriteTurn::~WriteTurn() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

WriteTransaction::WriteTransaction(Connection& connection)
    : connection_(connection), turn_(connection) {
  execute(connection_, "BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
  if (!open_ || !connection_.in_transaction()) return;
  try {
    execute(connection_, "ROLLBACK");
  } catch (const DatabaseError&) {
    // SQLite has rolled back by itself (full disk, I/O error): nothing is left to undo.
  }
}

void WriteTransaction::commit() {
  execute(connection_, "COMMIT");
  open_ = false;
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
  execute(connection_, "SAVEPOINT part");
}

Savepoint::~Savepoint() {
  if (!open_ || !connection_.in_transaction()) return;
  try {
    execute(connection_, "ROLLBACK TO part");
    execute(connection_, "RELEASE part");
  } catch (const DatabaseError&) {
    // As above: the whole transaction is gone, and its commit will fail.
  }
}

void Savepoint::release() {
  execute(connection_, "RELEASE part");
  open_ = false;
}

}  // namespace harbor::db
