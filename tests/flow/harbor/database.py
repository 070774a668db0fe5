"""What is on disk, read beside the workers; written only where a test takes the place of an operator."""

import fcntl
import os
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

COUNTED = ("Messages", "MessageRecipients", "MessageLinks", "MessageThreads", "Events", "UnreadCounters",
           "IdempotencyKeys", "Revocations", "SystemSettings", "TenantSettings", "AuditLog", "MessageHistory",
           "UserBlocks")


class Database:
    def __init__(self, path):
        self.path = path

    def rows(self, sql, *values):
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, values).fetchall()

    def one(self, sql, *values):
        found = self.rows(sql, *values)
        assert len(found) == 1, f"{sql} {values}: {len(found)} rows, want 1"
        return found[0] if len(found[0]) > 1 else found[0][0]

    def head(self, tenant_id):
        """(epoch, head, floor)"""
        return self.one("SELECT Epoch, Head, Floor FROM EventHeads WHERE TenantId = ?", tenant_id)

    def message_ids(self, tenant_id):
        return [row[0] for row in self.rows("SELECT Id FROM Messages WHERE TenantId = ? ORDER BY Id", tenant_id)]

    def seqs(self, tenant_id):
        return [row[0] for row in self.rows("SELECT Seq FROM Events WHERE TenantId = ? ORDER BY Seq", tenant_id)]

    def fingerprint(self):
        """Changes with every row that a request could write (sessions' last use apart)."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as connection:
            counts = {}
            for table in COUNTED:
                columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
                assert columns, f"no table {table}"
                counts[table] = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            counts["heads"] = connection.execute("SELECT TenantId, Head, Floor FROM EventHeads ORDER BY 1").fetchall()
            counts["read"] = connection.execute("SELECT COUNT(*) FROM MessageRecipients WHERE IsRead = 1").fetchone()[0]
            return counts

    @contextmanager
    def turn(self):
        """All writers wait; gives a connection that may write."""
        with open(f"{self.path}.lock") as lock, closing(sqlite3.connect(self.path, timeout=10)) as connection:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield connection
            connection.commit()

    def waiting(self):
        """The processes that wait for their turn."""
        inode = os.stat(f"{self.path}.lock").st_ino
        waiters = [line.split() for line in Path("/proc/locks").read_text().splitlines() if " -> FLOCK" in line]
        return {int(words[5]) for words in waiters if words[6].endswith(f":{inode}")}
