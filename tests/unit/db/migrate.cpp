#include "db/migrate.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(migrate)

// The SchemaError of check_schema; empty where it is content.
std::string fault_of(db::Connection& connection) {
  try {
    db::check_schema(connection);
  } catch (const db::SchemaError& error) {
    return error.what();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(a_new_database_gets_every_migration_once) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  BOOST_TEST(db::migrate(connection) == static_cast<int>(db::migrations().size()));
  BOOST_TEST(db::migrate(connection) == 0);
  BOOST_TEST(fault_of(connection) == "");
}

BOOST_AUTO_TEST_CASE(migrations_rise_by_one) {
  int expected = 0;
  for (const db::Migration& migration : db::migrations()) {
    BOOST_TEST(migration.version == ++expected);
  }
}

struct Damage {
  const char* sql;
  const char* fault;
};

BOOST_AUTO_TEST_CASE(the_first_difference_is_named) {
  constexpr Damage kDamages[] = {
      {"ALTER TABLE Messages DROP COLUMN RecallReason",
       "the database lacks: Messages.RecallReason"},
      {"ALTER TABLE Messages ADD COLUMN Colour TEXT", "something unexpected: Messages.Colour TEXT"},
      {"DROP INDEX MessagesByThread", "lacks: Messages index MessagesByThread"},
      {"CREATE INDEX Slow ON Messages(Subject)", "something unexpected: Messages index Slow"},
      {"CREATE TABLE Extra (A TEXT)", "something unexpected: Extra.A TEXT"},
      {"CREATE VIEW Extra AS SELECT 1", "something unexpected: definition of Extra"},
      {"DROP INDEX MessagesByThread; CREATE INDEX MessagesByThread ON Messages(TenantId, Id, "
       "SenderEmail)",
       "something unexpected: Messages index MessagesByThread unique=0 partial=0 (TenantId, Id, "
       "SenderEmail)"},
      {"DROP TABLE DatabaseLife; CREATE TABLE DatabaseLife (Id INTEGER PRIMARY KEY CHECK (Id = 1), "
       "Nonce BLOB NOT NULL) STRICT",
       "something unexpected: DatabaseLife.Nonce BLOB"},
      {"DROP TABLE DatabaseLife; CREATE TABLE DatabaseLife (Id INTEGER PRIMARY KEY CHECK (Id = 1), "
       "Nonce TEXT) STRICT",
       "something unexpected: DatabaseLife.Nonce TEXT notnull=0"},
      {"DROP TABLE MessageLinks; CREATE TABLE MessageLinks (Id INTEGER PRIMARY KEY AUTOINCREMENT, "
       "MessageId INTEGER NOT NULL, Url TEXT NOT NULL, Title TEXT, Description TEXT, ThumbnailUrl "
       "TEXT, "
       "Domain TEXT NOT NULL, CreatedAt TEXT NOT NULL) STRICT; "
       "CREATE INDEX MessageLinksByMessage ON MessageLinks(MessageId, Id)",
       "lacks: MessageLinks foreign key MessageId to Messages"},
      {"DROP TABLE DatabaseLife; CREATE TABLE DatabaseLife (Id INTEGER PRIMARY KEY, Nonce TEXT NOT "
       "NULL) STRICT",
       "definition of DatabaseLife"},
  };
  for (const Damage& damage : kDamages) {
    db::Connection connection(":memory:", db::Mode::create, 0);
    db::migrate(connection);
    connection.script(std::string("PRAGMA foreign_keys = OFF;") + damage.sql);
    const std::string fault = fault_of(connection);
    BOOST_TEST_CONTEXT(damage.sql << "\n gave: " << fault) {
      BOOST_TEST(fault.find(damage.fault) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(statistics_of_the_database_itself_are_no_difference) {
  Database database;
  database.add_tenant("acme");
  database.connection.script("ANALYZE");
  BOOST_TEST(fault_of(database.connection) == "");
}

BOOST_AUTO_TEST_CASE(an_empty_database_is_told_what_to_do) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  BOOST_TEST(fault_of(connection) == "the database is empty: run harborctl migrate");
}

BOOST_AUTO_TEST_CASE(an_older_database_is_told_what_to_do) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  db::migrate(connection);
  connection.script("DELETE FROM SchemaMigrations");
  BOOST_TEST(fault_of(connection).find("run harborctl migrate") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_newer_database_is_refused_and_left_alone) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  db::migrate(connection);
  connection.script("INSERT INTO SchemaMigrations VALUES (999, '0999_future', '')");
  BOOST_CHECK_THROW(db::migrate(connection), db::SchemaError);
  BOOST_TEST(fault_of(connection).find("it is older") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_worker_names_the_first_difference_before_it_serves) {
  Database database;
  BOOST_CHECK_NO_THROW(db::require_current_schema(database.config));
  database.connection.script("DROP INDEX SessionsByExpiry");
  BOOST_CHECK_THROW(db::require_current_schema(database.config), db::SchemaError);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
