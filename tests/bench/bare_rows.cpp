#include "bare_rows.h"

#include <algorithm>

#include "failure.h"

namespace harbor::bench {
namespace {

const std::string kTime = "2026-11-22T10:00:00.123Z";
const std::string kSender = "sender@bench.example";

void check(sqlite3* database, int code, const char* doing) {
  if (code != SQLITE_OK) throw Failure(std::string(sqlite3_errmsg(database)) + ": " + doing);
}

}  // namespace

BareDatabase open_bare(const std::string& path) {
  sqlite3* raw = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &raw, kFlags, nullptr);
  BareDatabase database(raw);
  check(raw, code, "open");
  run_bare(raw, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -4096;"
                "PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;");
  return database;
}

void run_bare(sqlite3* database, const char* sql) {
  check(database, sqlite3_exec(database, sql, nullptr, nullptr, nullptr), sql);
}

BareStatement prepare_bare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  check(database,
        sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), sql);
  return BareStatement(statement);
}

BareRun& BareRun::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_, ++index_, number);
  return *this;
}

BareRun& BareRun::bind(const std::string& text) {
  sqlite3_bind_text(statement_, ++index_, text.data(), static_cast<int>(text.size()),
                    SQLITE_STATIC);
  return *this;
}

std::int64_t BareRun::operator()() {
  std::int64_t first = 0;
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    first = sqlite3_column_int64(statement_, 0);
    code = sqlite3_step(statement_);
  }
  sqlite3_reset(statement_);
  if (code != SQLITE_DONE) {
    throw Failure(std::string(sqlite3_errmsg(sqlite3_db_handle(statement_))) + ": " +
                  sqlite3_sql(statement_));
  }
  return first;
}

BareSend::BareSend(sqlite3* database, std::size_t recipients, std::size_t body_bytes)
    : database_(database), body_(body_bytes, 'x') {
  for (std::size_t i = 0; i < recipients; ++i) {
    recipients_.push_back("member" + std::to_string(i) + "@bench.example");
    audience_ += (audience_.empty() ? "[[\"" : ",[\"") + recipients_.back() + "\",100000,100000]";
  }
  audience_ += ",[\"" + kSender + "\"]]";
  payload_ = std::string(400 + std::min<std::size_t>(body_bytes, 200), 'x');
  make_people();
  head_ = prepare_bare(database, "UPDATE EventHeads SET Head = Head + 1 WHERE TenantId = 'bench'"
                                 " RETURNING Head");
  message_ = prepare_bare(
      database, "INSERT INTO Messages (Subject, Body, SenderEmail, TenantId, MessageType, Priority,"
                " CreatedAt, RecipientCount, ThreadId, Version, CreatedSeq)"
                " VALUES ('A subject as people write it', ?1, ?2, 'bench', 'direct', 'normal', ?3,"
                " ?4, 0, ?5, ?5)");
  thread_ = prepare_bare(database, "UPDATE Messages SET ThreadId = Id WHERE Id = ?");
  mailbox_ =
      prepare_bare(database, "SELECT Id FROM Mailboxes WHERE Email = ? AND TenantId = 'bench'");
  recipient_ =
      prepare_bare(database, "INSERT INTO MessageRecipients (MessageId, RecipientEmail, MailboxId,"
                             " HasAttachments, IsRead, ReadAt, Version) VALUES (?1, ?2, ?3,"
                             " (SELECT HasAttachments FROM Messages WHERE Id = ?1), 0, NULL, ?4)");
  counter_ = prepare_bare(database,
                          "INSERT INTO UnreadCounters (TenantId, Email, Unread, Unseen, Version)"
                          " VALUES ('bench', ?1, 1, 1, ?2) ON CONFLICT (TenantId, Email) DO UPDATE"
                          " SET Unread = Unread + 1, Unseen = Unseen + 1, Version = ?2");
  counts_ = prepare_bare(database, "SELECT Unread, Unseen FROM UnreadCounters"
                                   " WHERE TenantId = 'bench' AND Email = ?");
  event_ = prepare_bare(
      database, "INSERT INTO Events (TenantId, Seq, Type, MessageId, Audience, Payload, CreatedAt)"
                " VALUES ('bench', ?, 'message:new', ?, ?, ?, ?)");
}

void BareSend::make_people() {
  run_bare(database_, "BEGIN IMMEDIATE;"
                      "INSERT INTO Tenants (Id, Name, CreatedAt) VALUES ('bench', 'Bench', '')"
                      " ON CONFLICT DO NOTHING;"
                      "INSERT INTO EventHeads (TenantId, Epoch) VALUES ('bench', 'bench')"
                      " ON CONFLICT DO NOTHING;");
  const auto person = prepare_bare(database_, "INSERT INTO Subscribers (Email, Name, CreatedAt)"
                                              " VALUES (?1, ?1, '') ON CONFLICT DO NOTHING");
  BareRun(person.get()).bind(kSender)();
  const auto mailbox = prepare_bare(database_, "INSERT INTO Mailboxes (Email, TenantId)"
                                               " VALUES (?, 'bench') ON CONFLICT DO NOTHING");
  for (const std::string& email : recipients_) {
    BareRun(person.get()).bind(email)();
    BareRun(mailbox.get()).bind(email)();
  }
  run_bare(database_, "COMMIT");
}

std::int64_t BareSend::insert_message(std::int64_t seq) {
  BareRun(message_.get())
      .bind(body_)
      .bind(kSender)
      .bind(kTime)
      .bind(static_cast<std::int64_t>(recipients_.size()))
      .bind(seq)();
  return sqlite3_last_insert_rowid(database_);
}

void BareSend::write_message_row() { insert_message(0); }

void BareSend::write_send_rows() {
  const std::int64_t seq = BareRun(head_.get())();
  const std::int64_t id = insert_message(seq);
  BareRun(thread_.get()).bind(id)();
  for (const std::string& email : recipients_) {
    const std::int64_t mailbox = BareRun(mailbox_.get()).bind(email)();
    BareRun(recipient_.get()).bind(id).bind(email).bind(mailbox).bind(seq)();
    BareRun(counter_.get()).bind(email).bind(seq)();
    BareRun(counts_.get()).bind(email)();
  }
  BareRun(event_.get()).bind(seq).bind(id).bind(audience_).bind(payload_).bind(kTime)();
}

}  // namespace harbor::bench
