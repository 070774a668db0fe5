#pragma once
// Notices a database that was copied back from a backup: cursors given out after the backup would
// then point at other events. A nonce in the database and in a side file ("<database>.life") is
// renewed together, at start and on every round of the jobs worker; when they differ, the
// database is another than the one that ran here last, and every tenant gets a new epoch, so that
// every older cursor is answered with a gap.

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::events {

/// Compares and, where the file was replaced, renews all epochs; then renews the nonce. Safe to
/// call from several programs at once. Returns true if epochs were renewed.
bool recognise_life(const Config::Database& config);

/// True if the database is the one that ran here last. Changes nothing.
bool is_recognised(const Config::Database& config, db::Connection& connection);

}  // namespace harbor::events
