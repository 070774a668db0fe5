#include "mailbox_fill.h"

#include <map>
#include <random>
#include <vector>

#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"
#include "db/migrate.h"
#include "db/transaction.h"
#include "failure.h"
#include "mailbox_text.h"
#include "messaging/mailbox.h"
#include "messaging/search_index.h"

namespace harbor::bench {
namespace {

using db::execute;
using db::Query;

constexpr std::size_t kPeople = 10'000;
constexpr std::size_t kBusyPeople = 16;  // signed in
constexpr std::size_t kMessagesPerCommit = 20'000;
constexpr const char* kTime = "2026-01-02T03:04:05.678Z";
constexpr const char* kFar = "2100-01-01T00:00:00.000Z";

struct Person {
  std::string email;
  std::int64_t mailbox = 0;
};

struct Letter {
  std::size_t sender = 0;
  std::vector<std::size_t> recipients;
  std::string body;
};

// What is dropped before rows are written in bulk, and made again of its own words afterwards.
class Indexes {
 public:
  explicit Indexes(db::Connection& connection) : connection_(connection) {
    Query row(connection,
              "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
              " AND tbl_name IN ('Messages', 'MessageRecipients')");
    while (row.next()) statements_.emplace(row.text(0), row.text(1));
  }
  void drop() {
    for (const auto& [name, sql] : statements_) connection_.script("DROP INDEX " + name);
  }
  void make_again() {
    for (const auto& [name, sql] : statements_) connection_.script(sql);
  }

 private:
  db::Connection& connection_;
  std::map<std::string, std::string> statements_;
};

class Fill {
 public:
  Fill(db::Connection& connection, std::size_t messages)
      : connection_(connection), messages_(messages), receives_(kPeople - kFixedPeople, 8, 0.9) {}

  void run() {
    in_transaction([this] { make_people(); });
    Indexes indexes(connection_);
    in_transaction([&] { indexes.drop(); });
    for (std::size_t i = 0; i < messages_;) {
      in_transaction([&] {
        for (std::size_t n = 0; n < kMessagesPerCommit && i < messages_; ++n) write_message(i++);
      });
    }
    in_transaction([&] { indexes.make_again(); });
    in_transaction([this] { count_unread(); });
    index_words();
  }

 private:
  template <class Work>
  void in_transaction(Work work) {
    db::WriteTransaction transaction(connection_);
    work();
    transaction.commit();
  }

  void make_people() {
    execute(connection_, "INSERT INTO Tenants VALUES (?1, ?1, ?2)", kMailTenant, kTime);
    // The log was pruned to its head.
    execute(connection_, "INSERT INTO EventHeads VALUES (?, 'filled', ?, ?)", kMailTenant,
            static_cast<std::int64_t>(messages_), static_cast<std::int64_t>(messages_));
    for (std::size_t i = 0; i < kFixedPeople; ++i) make_person(fixed_person(i), true);
    for (std::size_t i = 0; people_.size() < kPeople; ++i) {
      make_person(busy_person(i), i < kBusyPeople);
    }
  }

  void make_person(const std::string& email, bool is_signed_in) {
    execute(connection_, "INSERT INTO Subscribers (Email, Name, CreatedAt) VALUES (?1, ?1, ?2)",
            email, kTime);
    execute(connection_, "INSERT INTO TenantUsers VALUES (?, ?, 0, 0, ?)", kMailTenant, email,
            kTime);
    people_.push_back({email, messaging::mailbox_of(connection_, kMailTenant, email)});
    if (!is_signed_in) return;
    execute(connection_,
            "INSERT INTO Sessions (TokenHash, Email, CreatedAt, LastSeenAt, ExpiresAt)"
            " VALUES (?, ?, ?, ?, ?)",
            sha256_hex(token_of(email)), email, kTime, now_rfc3339(), kFar);
  }

  // The fixed people's letters lie evenly among the others.
  void write_message(std::size_t i) {
    const auto done = [&](std::size_t upto) { return upto * kLeastMessages / messages_; };
    const bool is_fixed = done(i + 1) > done(i);
    store(i, is_fixed ? fixed_letter(done(i)) : letter());
  }

  std::size_t somebody() { return kFixedPeople + receives_(random_); }

  std::string body() {
    std::geometric_distribution<std::size_t> more(1.0 / 60);
    const std::string phrase =
        random_() % 4 == 0 ? words_.word(0) + ' ' + words_.word(1) + ' ' : "";
    return phrase + words_.sentence(random_, 15 + std::min<std::size_t>(more(random_), 1000));
  }

  Letter fixed_letter(std::size_t number) {
    const std::size_t person = number % kFixedPeople;
    const std::size_t turn = number / kFixedPeople;
    const bool is_sent = turn % ((kFixedReceived + kFixedSent) / kFixedSent) == 0;
    Letter letter{person, {somebody()}, body()};
    if (!is_sent) std::swap(letter.sender, letter.recipients[0]);
    if (turn % 40 == 20) letter.body += kRareWord;
    return letter;
  }

  Letter letter() {
    Letter letter{kFixedPeople + random_() % (kPeople - kFixedPeople), {}, body()};
    std::geometric_distribution<std::size_t> further(0.5);
    for (std::size_t n = 1 + std::min<std::size_t>(further(random_), 20); n > 0; --n) {
      letter.recipients.push_back(somebody());
    }
    if (random_() % 100 == 0) (letter.body += kRareWord) += ' ';
    if (random_() % 20 == 0) letter.body += kForeignWord;
    return letter;
  }

  void store(std::size_t i, const Letter& letter) {
    const auto id = static_cast<std::int64_t>(i) + 1;
    const bool is_reply = i > 1000 && random_() % 5 < 2;
    const auto thread = is_reply ? id - 1 - static_cast<std::int64_t>(random_() % 1000) : id;
    const bool has_attachments = random_() % 3 == 0;
    execute(connection_,
            "INSERT INTO Messages (Id, Subject, Body, SenderEmail, TenantId, MessageType, Priority,"
            " CreatedAt, IsArchived, HasAttachments, AttachmentCount, RecipientCount, ThreadId,"
            " Version, CreatedSeq)"
            " VALUES (?1, ?2, ?3, ?4, ?5, 'direct', ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?1, ?1)",
            id, words_.sentence(random_, 2 + random_() % 6), letter.body,
            people_[letter.sender].email, kMailTenant, random_() % 20 == 0 ? "high" : "normal",
            kTime, random_() % 20 == 0, has_attachments,
            static_cast<std::int64_t>(letter.recipients.size()), thread);
    for (const std::size_t recipient : letter.recipients) {
      store_recipient(id, people_[recipient], has_attachments);
    }
  }

  void store_recipient(std::int64_t id, const Person& person, bool has_attachments) {
    const bool is_read = random_() % 10 != 0;
    execute(connection_,
            "INSERT INTO MessageRecipients (MessageId, RecipientEmail, MailboxId, IsRead, ReadAt,"
            " IsArchived, HasAttachments, Version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?1)"
            " ON CONFLICT DO NOTHING",
            id, person.email, person.mailbox, is_read,
            is_read ? std::optional<std::string>(kTime) : std::nullopt, random_() % 20 == 0,
            has_attachments);
  }

  void count_unread() {
    execute(connection_,
            "INSERT INTO UnreadCounters (TenantId, Email, Unread, Unseen, Version)"
            " SELECT ?1, RecipientEmail, COUNT(*), COUNT(*), ?2 FROM MessageRecipients"
            " WHERE IsRead = 0 GROUP BY RecipientEmail",
            kMailTenant, static_cast<std::int64_t>(messages_));
  }

  // As harbor-jobs would, so that the index is in the shape that it has in real life.
  void index_words() {
    std::int64_t added = 1;
    while (added > 0) {
      in_transaction([&] {
        constexpr std::int64_t kMessages = 500;
        constexpr std::int64_t kBytes = 64 << 10;
        added = messaging::extend_search_index(connection_, kMessages, kBytes);
      });
    }
  }

  db::Connection& connection_;
  const std::size_t messages_;
  std::mt19937_64 random_{7};
  const Vocabulary words_;
  const Zipf receives_;
  std::vector<Person> people_;
};

}  // namespace

std::string fixed_person(std::size_t number) {
  return "fixed" + std::to_string(number) + "@bench.example";
}

std::string busy_person(std::size_t number) {
  return "person" + std::to_string(number) + "@bench.example";
}

std::string token_of(const std::string& email) { return "token of " + email; }

void fill_mailboxes(const std::string& path, std::size_t messages) {
  if (messages < kLeastMessages) throw Failure("too few messages");
  constexpr std::int64_t kBusyTimeoutMs = 5000;
  db::Connection connection(path, db::Mode::create, kBusyTimeoutMs);
  db::migrate(connection);
  connection.script("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
  Fill(connection, messages).run();
  db::check_schema(connection);
  connection.script("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace harbor::bench
