#include "messaging/mailbox.h"

#include <boost/test/unit_test.hpp>

#include "db/migrate.h"
#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(mailbox)

BOOST_AUTO_TEST_CASE(a_person_has_one_mailbox_in_each_tenant_where_mail_came) {
  Post post;
  post.add_member("globex", Post::address("bob"));
  BOOST_TEST(!messaging::find_mailbox(post.connection, "acme", Post::address("bob")).has_value());
  post.send("ann", {"bob"});
  post.send("ann", {"bob"});
  auto draft = Post::draft({});
  draft.tenant = "globex";
  draft.recipients = {Post::address("bob")};
  const auto carol = post.caller("carol", "globex");
  post.write([&] { messaging::send(post.connection, carol, draft, post.config.limits); });
  BOOST_TEST(post.number("SELECT COUNT(*) FROM Mailboxes WHERE Email = 'bob@acme.example'") == 2);
  BOOST_TEST(post.number("SELECT COUNT(DISTINCT MailboxId) FROM MessageRecipients") == 2);
}

BOOST_AUTO_TEST_CASE(what_is_deleted_for_all_leaves_every_mailbox_and_can_come_back) {
  Post post;
  post.send("ann", {"bob", "eve"});
  post.send("ann", {"bob"});
  const auto gone = [&] { return post.number("SELECT SUM(IsGone) FROM MessageRecipients"); };
  post.connection.script("UPDATE Messages SET IsDeleted = 1 WHERE Id = 1");
  BOOST_TEST(gone() == 2);
  post.connection.script("UPDATE Messages SET IsDeleted = 0 WHERE Id = 1");
  BOOST_TEST(gone() == 0);
}

BOOST_AUTO_TEST_CASE(attachments_that_come_and_go_are_known_in_every_mailbox) {
  Post post;
  post.send("ann", {"bob", "eve"});
  const auto with = [&] {
    return post.number("SELECT SUM(HasAttachments) FROM MessageRecipients");
  };
  post.connection.script("UPDATE Messages SET HasAttachments = 1, AttachmentCount = 2");
  BOOST_TEST(with() == 2);
  post.write([&] {
    messaging::store_recipient(post.connection,
                               {1, "acme", Post::address("dana"), std::nullopt, 1});
  });
  BOOST_TEST(with() == 3);  // one who is added later too
  post.connection.script("UPDATE Messages SET HasAttachments = 0, AttachmentCount = 0");
  BOOST_TEST(with() == 0);
}

// A database as the migrations before the one of mailboxes left it.
struct Old {
  TemporaryFolder folder;
  db::Connection connection{folder.file("harbor.db"), db::Mode::create, 300};

  Old() {
    connection.script("CREATE TABLE SchemaMigrations ( Version INTEGER PRIMARY KEY,"
                      " Name TEXT NOT NULL, AppliedAt TEXT NOT NULL) STRICT");
    for (const db::Migration& migration : db::migrations()) {
      if (migration.name.ends_with("mailboxes")) break;
      connection.script(std::string(migration.sql));
      db::execute(connection, "INSERT INTO SchemaMigrations VALUES (?, ?, '')", migration.version,
                  migration.name);
    }
    connection.script(
        "INSERT INTO Tenants VALUES ('acme', 'A', ''), ('globex', 'G', '');"
        "INSERT INTO Subscribers (Email, Name, CreatedAt) VALUES ('ann@x', 'Ann', ''),"
        " ('bob@x', 'Bob', '');");
    add(1, "acme", 0, 0);
    add(2, "globex", 0, 1);
    add(3, "acme", 1, 0);
    connection.script("UPDATE MessageRecipients SET IsRead = 1, ReadAt = 'then', Version = 9"
                      " WHERE MessageId = 2");
  }
  void add(std::int64_t id, const char* tenant, int is_deleted, int has_attachments) {
    db::execute(connection,
                "INSERT INTO Messages (Id, Subject, Body, SenderEmail, TenantId, MessageType,"
                " Priority, CreatedAt, ThreadId, Version, CreatedSeq, IsDeleted, HasAttachments)"
                " VALUES (?1, 'Subject', 'Grüße', 'ann@x', ?2, 'direct', 'normal', '', ?1, 1, 1,"
                " ?3, ?4)",
                id, tenant, is_deleted, has_attachments);
    db::execute(connection,
                "INSERT INTO MessageRecipients (Id, MessageId, RecipientEmail, Version)"
                " VALUES (?, ?, 'bob@x', 5)",
                id + 10, id);
  }
};

std::string schema_fault(db::Connection& connection) {
  try {
    db::check_schema(connection);
    return {};
  } catch (const db::SchemaError& error) {
    return error.what();
  }
}

BOOST_AUTO_TEST_CASE(mail_of_before_is_in_the_mailboxes_with_its_state) {
  Old old;
  BOOST_TEST(db::migrate(old.connection) >= 1);
  BOOST_TEST(schema_fault(old.connection) == "");
  db::Query row(old.connection,
                "SELECT group_concat(r.Id || ':' || b.Email || ':' || b.TenantId || ':' ||"
                " r.IsRead || COALESCE(r.ReadAt, '-') || r.Version || r.HasAttachments || r.IsGone,"
                " ' ') FROM MessageRecipients r JOIN Mailboxes b ON b.Id = r.MailboxId");
  row.next();
  BOOST_TEST(row.text(0) == "11:bob@x:acme:0-500 12:bob@x:globex:1then910 13:bob@x:acme:0-501");
  messaging::MessageFilter filter;
  filter.tenant = "acme";
  const auto page =
      messaging::list_messages(old.connection, {"bob@x", false}, filter, default_config().limits);
  BOOST_REQUIRE(page.items.size() == 1U);
  BOOST_TEST(page.items[0].id == 1);
}

// Every column that recipients and messages had, whatever its name.
std::string all_of(db::Connection& connection, const std::string& table) {
  std::string columns;
  db::Query column(connection,
                   "SELECT name FROM pragma_table_info(?) WHERE name NOT IN"
                   " ('MailboxId', 'HasAttachments', 'IsGone') ORDER BY name",
                   table);
  while (column.next())
    columns += " || ' " + column.text(0) + "=' || quote(" + column.text(0) + ")";
  db::Query row(connection, "SELECT group_concat(line, '; ') FROM (SELECT ''" + columns +
                                " AS line FROM " + table + " ORDER BY Id)");
  row.next();
  return row.text(0);
}

BOOST_AUTO_TEST_CASE(what_sender_and_recipients_did_with_a_message_stays) {
  Old old;
  old.connection.script(
      "UPDATE MessageRecipients SET IsRead = 1, ReadAt = 'a', IsDeleted = 1, DeletedAt = 'b',"
      " IsArchived = 1, ArchivedAt = 'c', IsSaved = 1, SavedAt = 'd', IsReplied = 1,"
      " RepliedAt = 'e', IsForwarded = 1, ForwardedAt = 'f', Version = 9, ReadVersion = 7"
      " WHERE MessageId = 2;"
      "UPDATE Messages SET IsSaved = 1, SavedAt = 'g', IsSenderDeleted = 1, SenderDeletedAt = 'h',"
      " SenderVersion = 6 WHERE Id = 2");
  const auto recipients = all_of(old.connection, "MessageRecipients");
  const auto messages = all_of(old.connection, "Messages");
  BOOST_TEST(recipients.find("ReadVersion=7") != std::string::npos, recipients);
  BOOST_TEST(messages.find("SenderVersion=6") != std::string::npos, messages);
  db::migrate(old.connection);
  BOOST_TEST(all_of(old.connection, "MessageRecipients") == recipients);
  BOOST_TEST(all_of(old.connection, "Messages") == messages);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
