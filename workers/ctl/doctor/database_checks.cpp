// The database: can it be read and written by the workers, is it durable, sound, and the expected
// one. Each check opens it anew, and as root with the rights of the user whose file it is: what
// matters is what the workers can do, and a file that root would make on the way is not theirs.

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "core/clock.h"
#include "ctl/doctor/families.h"
#include "ctl/doctor/owner.h"
#include "db/database.h"
#include "db/migrate.h"
#include "events/life.h"

namespace harbor::ctl::doctor {
namespace {

// Below the first, one burst of writing fills the disk before its log is folded in (64 MiB).
constexpr std::int64_t kTooLittleSpace = 128 << 20;
constexpr std::int64_t kLittleSpace = std::int64_t{1} << 30;
constexpr std::int64_t kFewFiles = 1000;

// Four times what a worker leaves of the log at most (journal_size_limit).
constexpr std::int64_t kLongLog = 256 << 20;

constexpr const char* kSideFiles[] = {"-wal", "-shm", ".lock", ".life"};

db::Connection open(const Examination& examination, db::Mode mode) {
  become_owner_of(examination.config.database.path);
  return {examination.config.database.path, mode, examination.timeout_ms / 2};
}

std::int64_t file_size(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

std::string text_of(db::Connection& connection, std::string_view sql) {
  db::Query row(connection, sql);
  return row.next() ? row.text(0) : std::string();
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// The first side file that belongs to somebody else, as after a command of root's.
std::string foreign_file(const std::string& database) {
  struct stat main {};
  if (::stat(database.c_str(), &main) != 0) return {};
  for (const char* const suffix : kSideFiles) {
    struct stat side {};
    const std::string path = database + suffix;
    if (::stat(path.c_str(), &side) == 0 && side.st_uid != main.st_uid) return path;
  }
  return {};
}

// Waits for the writers' turn; false where nobody gives it up in time. flock(2) has no timeout of
// its own: a timer interrupts it.
bool take_turn(int fd, std::int64_t timeout_ms) {
  if (fd < 0) return true;
  struct sigaction wake {};
  wake.sa_handler = [](int) {};
  ::sigaction(SIGALRM, &wake, nullptr);
  const itimerval once{{0, 0}, {timeout_ms / 1000, timeout_ms % 1000 * 1000}};
  ::setitimer(ITIMER_REAL, &once, nullptr);
  const bool taken = ::flock(fd, LOCK_EX) == 0;
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  return taken;
}

Finding try_to_write(const Examination& examination) {
  constexpr const char* kWhat = "database writing";
  const std::string& path = examination.config.database.path;
  db::Connection connection = open(examination, db::Mode::as_found);
  // SQLite makes a reader of who may not write, without a word. The log lies in the same folder.
  for (const std::string& needed : {folder_of(path), path}) {
    if (::access(needed.c_str(), W_OK) == 0) continue;
    return unreachable(kWhat, needed + ", for " + user_text() + ": " + std::strerror(errno),
                       "it must be the workers' own: chown it; chmod u+w");
  }
  const std::int64_t begin = steady_ms();
  if (!take_turn(connection.lock_fd(), examination.timeout_ms / 2)) {
    return unreachable(kWhat, "another program keeps the writers' turn" + holder_text(path),
                       "a frozen worker ends by its watchdog; end anything else");
  }
  connection.script("BEGIN IMMEDIATE; ROLLBACK");
  return well(kWhat, "by " + user_text() + ", after " + std::to_string(steady_ms() - begin) +
                         " ms of waiting");
}

std::string file_system_of(const std::string& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return "unknown";
  switch (static_cast<std::uint32_t>(info.f_type)) {
    case 0x01021994: return "tmpfs";
    case 0x858458f6: return "ramfs";
    case 0x6969: return "nfs";
    case 0xff534d42:
    case 0xfe534d42: return "cifs";
    case 0x65735546: return "fuse";
    default: return "a disk";
  }
}

// What a worker's own connection gets. Precondition: WAL mode, so that setting it changes nothing.
std::string synchronous_of(const Examination& examination) {
  db::Connection connection = open(examination, db::Mode::as_found);
  connection.script(db::writer_settings());
  return text_of(connection, "PRAGMA synchronous");
}

}  // namespace

Findings check_database(const Examination& examination) {
  const std::string& path = examination.config.database.path;
  try {
    db::Connection connection = open(examination, db::Mode::read_only);
    const std::string tables = text_of(connection, "SELECT COUNT(*) FROM sqlite_schema");
    if (!connection.is_at_its_path()) {
      return {unreachable("database", path + " was replaced while it was looked at", "look again")};
    }
    return {well("database", path + ", " + size_text(file_size(path)))};
  } catch (const std::exception& error) {
    return {
        unreachable("database", path + ": " + error.what(),
                    "a new one: harborctl migrate; else the backup, and `ls -l` of its folder")};
  }
}

Findings check_writing(const Examination& examination) {
  const std::string& path = examination.config.database.path;
  if (const std::string foreign = foreign_file(path); !foreign.empty()) {
    return {unreachable("database writing", foreign + " does not belong to the database's owner",
                        "chown --reference=" + path + " " + foreign +
                            "; harborctl is for the workers' user, not root")};
  }
  try {
    return {try_to_write(examination)};
  } catch (const std::exception& error) {
    return {unreachable("database writing", error.what(),
                        "its owner must be the workers' user; a read-only disk has its reason in"
                        " `dmesg`")};
  }
}

Findings check_durability(const Examination& examination) {
  constexpr const char* kWhat = "database durability";
  db::Connection connection = open(examination, db::Mode::read_only);
  const std::string journal = text_of(connection, "PRAGMA journal_mode");
  if (journal != "wal") {
    return {unsound(kWhat, "the journal is \"" + journal + "\", not a log (WAL)",
                    "a worker that starts sets it: systemctl restart harbor.target")};
  }
  if (const std::string level = synchronous_of(examination); level != "2") {
    return {unsound(kWhat, "a worker's connection has synchronous=" + level + ", not FULL",
                    "another SQLite than the one Harbor is made for?")};
  }
  const std::string disk = file_system_of(examination.config.database.path);
  if (disk == "tmpfs" || disk == "ramfs") {
    return {warning(kWhat, "it lies in memory (" + disk + "): a reboot takes it along",
                    "database.path on a disk")};
  }
  if (disk == "nfs" || disk == "cifs" || disk == "fuse") {
    return {warning(kWhat,
                    "it lies on " + disk +
                        ", where SQLite's locks and shared memory may"
                        " not hold",
                    "database.path on a disk of this machine")};
  }
  return {well(kWhat, "WAL, synchronous=FULL")};
}

Findings check_space(const Examination& examination) {
  constexpr const char* kWhat = "database space";
  constexpr const char* kHelp = "a larger disk, or a shorter log.keep; see what else fills it";
  const std::string folder = folder_of(examination.config.database.path);
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) {
    return {unsound(kWhat, folder + ": " + std::strerror(errno), "`df` of that folder")};
  }
  const auto space = static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
  const std::string text = size_text(space) + " free in " + folder;
  if (space < kTooLittleSpace) return {unsound(kWhat, text, kHelp)};
  if (space < kLittleSpace) return {warning(kWhat, text, kHelp)};
  if (disk.f_files > 0 && static_cast<std::int64_t>(disk.f_favail) < kFewFiles) {
    return {warning(kWhat, std::to_string(disk.f_favail) + " more files fit there", kHelp)};
  }
  return {well(kWhat, text)};
}

Findings check_wal(const Examination& examination) {
  const std::int64_t size = file_size(examination.config.database.path + "-wal");
  if (size < kLongLog) return {well("database log", size_text(size))};
  return {warning("database log", size_text(size) + " are not folded into the database",
                  "something reads without an end: a backup, an open sqlite3 shell")};
}

Findings check_integrity(const Examination& examination) {
  constexpr const char* kWhat = "database integrity";
  const std::int64_t begin = steady_ms();
  db::Connection connection = open(examination, db::Mode::read_only);
  connection.give_up_at(begin + examination.timeout_ms * 4 / 5);
  try {
    const std::string said = text_of(connection, "PRAGMA quick_check(1)");
    if (said == "ok")
      return {well(kWhat, "looked through in " + std::to_string(steady_ms() - begin) + " ms")};
    return {unsound(kWhat, said, "stop harbor.target, keep a copy, restore the backup")};
  } catch (const db::DatabaseError& error) {
    if (error.code() != SQLITE_INTERRUPT) {
      return {unsound(kWhat, error.what(), "stop harbor.target, keep a copy, restore the backup")};
    }
    return {warning(kWhat, "not looked through to its end in time",
                    "--timeout 600 gives it ten minutes; the workers go on meanwhile")};
  }
}

Findings check_schema(const Examination& examination) {
  try {
    db::Connection connection = open(examination, db::Mode::read_only);
    db::check_schema(connection);
    return {well("schema", "version " + std::to_string(db::migrations().back().version))};
  } catch (const db::SchemaError& error) {
    return {
        unsound("schema", error.what(),
                "programs and database of one version: harborctl migrate, or the newer programs")};
  }
}

Findings check_life(const Examination& examination) {
  db::Connection connection = open(examination, db::Mode::read_only);
  if (events::is_recognised(examination.config.database, connection)) {
    return {well("database life", "the one that ran here last")};
  }
  return {warning("database life", "another database than the one that ran here last",
                  "nothing, where it was copied back: all cursors start anew with the next worker;"
                  " else put harbor.db.life back")};
}

}  // namespace harbor::ctl::doctor
