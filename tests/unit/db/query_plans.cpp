// No query scans a table that grows. Every statement that the domain runs in the flow below is
// collected as SQLite runs it, and its plan is read.
#include <boost/test/unit_test.hpp>
#include <set>

#include "auth/access.h"
#include "auth/audit.h"
#include "auth/directory.h"
#include "auth/expire.h"
#include "auth/throttle.h"
#include "events/life.h"
#include "events/prune.h"
#include "http/idempotency.h"
#include "messaging/archive.h"
#include "messaging/blocks.h"
#include "messaging/conversation.h"
#include "messaging/count_drift.h"
#include "messaging/edit.h"
#include "messaging/expire.h"
#include "messaging/flags.h"
#include "messaging/forward.h"
#include "messaging/listing.h"
#include "messaging/read_state.h"
#include "messaging/recall.h"
#include "messaging/remove.h"
#include "messaging/search.h"
#include "messaging/search_index.h"
#include "messaging/send.h"
#include "messaging/settings_change.h"
#include "messaging/tenant_messages.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(query_plans)

// Collects the text of every statement that any connection of this thread runs, from
// construction to destruction; of connections that were opened in that time.
class Statements {
 public:
  Statements() {
    collected().clear();
    sqlite3_auto_extension(entry());
  }
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;
  ~Statements() { sqlite3_cancel_auto_extension(entry()); }

  static std::set<std::string>& collected() {
    static std::set<std::string> statements;
    return statements;
  }

 private:
  using Entry = void (*)();
  static Entry entry() { return reinterpret_cast<Entry>(&watch); }

  static int watch(sqlite3* connection, char** /*error*/, const void* /*api*/) {
    sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, &note, nullptr);
    return SQLITE_OK;
  }
  static int note(unsigned /*type*/, void* /*context*/, void* statement, void* /*text*/) {
    if (const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement))) {
      collected().insert(sql);
    }
    return 0;
  }
};

// A plan that is as it should be although it walks a whole table or sorts.
struct Allowed {
  const char* statement;  // a part of it
  const char* step;       // of the plan
  const char* reason;
};
constexpr Allowed kAllowed[] = {
    {"FROM Tenants ORDER BY Id", "SCAN Tenants", "harborctl's list, and a round of house-keeping"},
    {"FROM Subscribers ORDER BY Email", "SCAN Subscribers", "harborctl's list of everybody"},
    {"FROM Roles ORDER BY Name", "SCAN Roles", "seven rows"},
    {"FROM SystemSettings ORDER BY Key", "SCAN SystemSettings", "a row per setting at most"},
    {"FROM AuditLog ORDER BY Id DESC LIMIT 1", "SCAN AuditLog", "the last row of the primary key"},
    {"SELECT TenantId FROM EventHeads", "SCAN EventHeads", "once after a restore"},
    {"FROM sqlite_sequence", "SCAN sqlite_sequence", "one row per table"},
    {"FROM MessageRecipients WHERE MessageId = ? ORDER BY Id", "TEMP B-TREE FOR ORDER BY",
     "one message's recipients, in an export"},
    {"MATCH", "SCAN MessageSearch VIRTUAL TABLE",
     "the index of words, which begins with the reader"},
    {"'MessageSearch_config'", "SCAN main.MessageSearch_config", "FTS5's own settings"},
    {"WITH Mailbox AS", "SCAN Mailbox", "the rows of one mailbox, found by index"},
    {"WITH Mailbox AS", "SCAN (subquery-", "one of the walks, as it is"},
    {"WITH Mailbox AS", "TEMP B-TREE FOR count(DISTINCT)",
     "messages and conversations of one mailbox"},
};

bool is_allowed(const std::string& statement, const std::string& step,
                std::set<const Allowed*>& used) {
  for (const Allowed& one : kAllowed) {
    if (statement.find(one.statement) == std::string::npos) continue;
    if (step.find(one.step) == std::string::npos) continue;
    used.insert(&one);
    return true;
  }
  return false;
}

bool is_costly(const std::string& step) {
  if (step.find("CONSTANT ROW") != std::string::npos) return false;
  return step.starts_with("SCAN") || step.find("TEMP B-TREE") != std::string::npos ||
         step.find("AUTOMATIC") != std::string::npos;
}

void sign_in_and_out(Database& database) {
  const auto caller = database.sign_in("bob@acme.example");
  database.write([&] {
    auth::touch_session(database.connection, caller.session_id);
    auth::note_failed_login(database.connection, database.config.auth, caller.email, "192.0.2.1");
  });
  auth::require_login_allowed(database.connection, database.config.auth, caller.email, "192.0.2.1");
  auth::password_hash(database.connection, caller.email);
  auth::require_session(database.connection, caller);
  auth::list_sessions(database.connection, caller);
  auth::memberships(database.connection, caller.email);
  database.write([&] { auth::end_session(database.connection, caller, caller.session_id); });
}

messaging::Draft draft_to(const std::string& email, std::optional<std::int64_t> reply_to = {}) {
  messaging::Draft draft;
  draft.tenant = "acme";
  draft.subject = "Subject";
  draft.body = "See https://a.example/";
  draft.recipients = {email};
  draft.roles = {"editor"};
  draft.reply_to = reply_to;
  draft.links = {{"https://a.example/", "a.example"}};
  return draft;
}

void send_and_read(Database& database) {
  db::Connection& connection = database.connection;
  const auto ann = database.sign_in("ann@acme.example");
  const auto bob = database.sign_in("bob@acme.example");
  const auto& limits = database.config.limits;
  std::int64_t id = 0;
  database.write([&] {
    id = messaging::send(connection, ann, draft_to(bob.email), limits).message.id;
    messaging::send(connection, bob, draft_to(ann.email, id), limits);
    messaging::set_read(connection, bob, id, true);
    messaging::set_read(connection, bob, id, false);
    const auto cursor = events::read_head(connection, "acme").value().cursor();
    messaging::mark_seen(connection, bob, "acme", events::format_cursor(cursor.epoch, 1));
    messaging::read_all(connection, bob, "acme", std::nullopt);
  });
  messaging::tenant_of_message(connection, id);
}

void live_on(Database& database) {
  db::Connection& connection = database.connection;
  const auto ann = database.sign_in("ann@acme.example");
  const auto bob = database.sign_in("bob@acme.example");
  const auto& limits = database.config.limits;
  messaging::Edit change;
  change.body = "See https://b.example/";
  messaging::Forward on;
  on.recipients = {ann.email};
  database.write([&] {
    const auto id = messaging::send(connection, ann, draft_to(bob.email), limits).message.id;
    for (const auto& person : {ann, bob}) {
      messaging::set_flag(connection, person, id, messaging::Flag::archived, true);
      messaging::set_flag(connection, person, id, messaging::Flag::saved, true);
    }
    const auto edited = messaging::edit(connection, ann, id, change, {}, limits).message;
    messaging::list_thread(connection, {bob.email, false}, edited, {}, 10);
    messaging::list_message_recipients(connection, id, "", 10);
    messaging::list_history(connection, id, {}, 10);
    const auto forwarded = messaging::forward(connection, bob, id, on, limits).message.id;
    Config::Limits unread_only = limits;
    unread_only.recall_after_read = false;
    messaging::recall(connection, ann, id, "Mistake", unread_only);
    messaging::delete_message(connection, bob, id, {});
    messaging::delete_message(connection, ann, id, messaging::DeleteScope::me);
    messaging::delete_message(connection, bob, forwarded, {});
    messaging::remove_for_good(connection, ann, "acme", forwarded);
    messaging::expire_messages(connection, "acme", 10);
    messaging::remove_old_messages(connection, "acme", 1'000'000, 10);
  });
}

messaging::MessageFilter filter_of(messaging::Folder folder, bool unread) {
  messaging::MessageFilter filter;
  filter.tenant = "acme";
  filter.folder = folder;
  filter.unread = unread;
  return filter;
}

void list_everything(Database& database) {
  const messaging::Viewer viewer{"bob@acme.example", false};
  const auto& limits = database.config.limits;
  using messaging::Folder;
  for (const Folder folder : {Folder::inbox, Folder::sent, Folder::archived, Folder::all}) {
    for (const bool unread : {false, true}) {
      auto filter = filter_of(folder, unread);
      messaging::list_messages(database.connection, viewer, filter, limits);
      messaging::search_messages(database.connection, viewer, filter,
                                 messaging::read_search("body see*", limits), limits);
      filter.has_attachments = true;
      messaging::list_messages(database.connection, viewer, filter, limits);
    }
  }
  messaging::mailbox_stats(database.connection, viewer, "acme", limits);
  messaging::list_recipients(database.connection, {"acme", viewer.email, "a", "", 10});
}

void follow_changes(Database& database) {
  database.write([&] {
    messaging::extend_search_index(database.connection, 10, 1 << 20);
    db::execute(database.connection, "UPDATE Messages SET HasAttachments = 1 WHERE Id = ?", 1);
    db::execute(database.connection, "UPDATE Messages SET Body = 'Edited' WHERE Id = ?", 1);
    db::execute(database.connection, "UPDATE Messages SET IsDeleted = 1 WHERE Id = ?", 1);
    db::execute(database.connection, "DELETE FROM Messages WHERE Id = ?", 1);
  });
}

void read_the_log(Database& database) {
  const auto head = events::read_head(database.connection, "acme").value();
  events::read_page(database.connection, "acme", {head.epoch, 0}, 100, 0);
  events::read_counts(database.connection, "acme", "bob@acme.example");
  events::newest_revocation(database.connection);
}

void keep_house(Database& database) {
  db::Connection& connection = database.connection;
  Config::Log keep = database.config.log;
  keep.keep_events = 1;
  auth::list_tenants(connection);
  events::is_prune_due(connection, "acme", keep);
  database.write([&] {
    events::prune_events(connection, "acme", keep, 10);
    events::prune_revocations(connection, 10);
    auth::remove_expired_sessions(connection, 10);
    auth::remove_expired_tokens(connection, 10);
    auth::remove_ended_login_windows(connection, database.config.auth, 10);
    auth::remove_old_idempotency_keys(connection, 10);
  });
  events::recognise_life(database.config.database);
  events::is_recognised(database.config.database, connection);
  events::newest_time(connection);
  messaging::find_count_drift(connection, "", 100);
}

void block(Database& database) {
  const auto admin = database.sign_in("ann@acme.example");
  for (const auto scope : {messaging::BlockScope::me, messaging::BlockScope::tenant}) {
    messaging::list_blocks(database.connection, "acme", "ann@acme.example", scope, 0, 2);
    database.write([&] {
      const messaging::BlockWish wish{"acme", "bob@acme.example", scope, ""};
      messaging::remove_block(database.connection, admin,
                              messaging::add_block(database.connection, admin, wish).block.id);
    });
  }
  messaging::tenant_message_content(database.connection, "acme", 5);
}

void administer(Database& database) {
  db::Connection& connection = database.connection;
  auth::list_people(connection);
  auth::list_members(connection, "acme");
  auth::list_roles(connection);
  database.write([&] {
    auth::set_password_hash(connection, "ann@acme.example", "hash");
    auth::disable_person(connection, "ann@acme.example");
    auth::remove_member(connection, "acme", "ann@acme.example");
  });
  for (const auto* tenant : {"", "acme"}) {
    database.write([&] {
      auth::record(database.connection, {"ann@acme.example", "test", tenant, "", {}});
      const std::vector<messaging::SettingChange> set{{"limits.links", "7"}},
          unset{{"limits.links", {}}};
      messaging::change_settings(database.connection, "ann@acme.example", tenant, set);
      messaging::change_settings(database.connection, "ann@acme.example", tenant, unset);
    });
    messaging::read_settings(database.connection, database.config, tenant);
    auth::page_of_acts(database.connection, tenant, 5, 2);
  }
  auth::page_of_people(database.connection, {"a", 2});
  auth::page_of_tenants(database.connection, {"a", 2});
  auth::page_of_members(database.connection, "acme", {"a", 2});
  messaging::list_tenant_messages(database.connection, "acme", 5, 2);
  database.write([&] {
    auth::set_member(database.connection, "acme", "bob@acme.example", true, {"user"});
    auth::set_member(database.connection, "acme", "bob@acme.example", false, {});
    auth::enable_person(database.connection, "bob@acme.example");
  });
}

void repeat_an_answer(Database& database) {
  const http::IdempotencyKey key{"bob@acme.example", "route", "key", "hash"};
  database.write([&] { http::store_answer(database.connection, key, http::no_content()); });
  http::find_answer(database.connection, key);
}

void move_mail(Database& database) {
  messaging::ArchivedMessage mail;
  mail.id = "<1.1@acme.harbor>";
  mail.in_reply_to = "<2@x>";
  mail.date = "2009-11-17T15:28:37.000Z";
  mail.from = "ann@acme.example";
  mail.to = {"bob@acme.example"};
  messaging::ImportReport report;
  database.write([&] {
    messaging::import_messages(database.connection, "acme", std::vector{mail}, {},
                               database.config.limits, report);
  });
  messaging::read_archive(database.connection, "acme", 0, 10);
}

BOOST_AUTO_TEST_CASE(no_statement_of_the_domain_scans_a_table_that_grows) {
  const Statements statements;
  Database database;
  Statements::collected().clear();  // the migrations' own
  database.add_tenant("acme");
  database.add_member("acme", "ann@acme.example", true);
  database.add_member("acme", "bob@acme.example");
  database.write(
      [&] { auth::give_role(database.connection, "acme", "bob@acme.example", "editor"); });
  sign_in_and_out(database);
  send_and_read(database);
  live_on(database);
  list_everything(database);
  follow_changes(database);
  list_everything(database);
  read_the_log(database);
  repeat_an_answer(database);
  move_mail(database);
  keep_house(database);
  block(database);
  administer(database);

  const std::set<std::string> run = Statements::collected();
  BOOST_TEST(run.size() > 70U);
  std::set<const Allowed*> used;
  for (const std::string& statement : run) {
    if (statement.starts_with("PRAGMA")) continue;
    db::Query plan(database.connection, "EXPLAIN QUERY PLAN " + statement);
    while (plan.next()) {
      const std::string step = plan.text(3);
      if (!is_costly(step) || is_allowed(statement, step, used)) continue;
      BOOST_ERROR(step << "\n  in " << statement);
    }
  }
  for (const Allowed& one : kAllowed) {
    BOOST_TEST(used.contains(&one), "no plan needs this any longer: " << one.statement);
  }
}

// The index that `statement` names; empty where it names none.
std::string named_index(const std::string& statement) {
  static const std::string kWords = "INDEXED BY ";
  const auto begin = statement.find(kWords);
  if (begin == std::string::npos) return {};
  const auto name = begin + kWords.size();
  return statement.substr(name, statement.find(' ', name) - name);
}

// The page's place is a bound of the index, not a condition on its rows; nothing is sorted.
bool walks(db::Connection& connection, const std::string& statement, const std::string& index) {
  bool found = false;
  db::Query plan(connection, "EXPLAIN QUERY PLAN " + statement);
  while (plan.next()) {
    const std::string step = plan.text(3);
    if (step.find("TEMP B-TREE") != std::string::npos) return false;
    if (step.find(" INDEX " + index + " (") == std::string::npos) continue;
    found = step.ends_with("(MailboxId=? AND MessageId<?)") ||
            step.ends_with("(TenantId=? AND SenderEmail=? AND Id<?)");
  }
  return found;
}

BOOST_AUTO_TEST_CASE(each_list_is_a_walk_along_the_index_of_its_folder_and_flags) {
  const Statements statements;
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "ann@acme.example", true);
  database.add_member("acme", "bob@acme.example");
  database.write(
      [&] { auth::give_role(database.connection, "acme", "bob@acme.example", "editor"); });
  send_and_read(database);
  Statements::collected().clear();
  list_everything(database);
  std::set<std::string> indexes;
  const std::set<std::string> run = Statements::collected();
  for (const std::string& statement : run) {
    const std::string index = named_index(statement);
    if (index.empty() || statement.starts_with("WITH")) continue;
    indexes.insert(index);
    BOOST_TEST(walks(database.connection, statement, index), statement);
  }
  const std::set<std::string> want = {"MessageRecipientsInbox",
                                      "MessageRecipientsUnread",
                                      "MessageRecipientsArchived",
                                      "MessageRecipientsWithAttachments",
                                      "MessagesSent",
                                      "MessagesSentArchived",
                                      "MessagesSentWithAttachments"};
  BOOST_TEST(indexes == want, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
