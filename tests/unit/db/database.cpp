#include "db/database.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(database)

struct Memory {
  db::Connection connection{":memory:", db::Mode::create, 0};
  Memory() {
    connection.script("CREATE TABLE T (Id INTEGER PRIMARY KEY, A TEXT, B INTEGER) STRICT");
  }
};

BOOST_AUTO_TEST_CASE(parameters_come_back_as_they_were_bound) {
  Memory memory;
  const std::string texts[] = {"",
                               "plain",
                               "a\0b"s,
                               "\0"s,
                               "Gr\xc3\xbc\xc3\x9f"
                               "e",
                               std::string(100'000, 'x')};
  for (const std::string& text : texts) {
    db::Query row(memory.connection, "SELECT ?, LENGTH(CAST(?1 AS BLOB)), typeof(?1)", text);
    BOOST_TEST_REQUIRE(row.next());
    BOOST_TEST((row.text(0) == text));
    BOOST_TEST(row.integer(1) == static_cast<std::int64_t>(text.size()));
    BOOST_TEST(row.text(2) == "text");
  }
  db::Query row(memory.connection, "SELECT ?, ?, ?, ?", std::int64_t{-5}, true, 7,
                std::string_view{});
  BOOST_TEST_REQUIRE(row.next());
  BOOST_TEST(row.integer(0) == -5);
  BOOST_TEST(row.boolean(1));
  BOOST_TEST(row.integer(2) == 7);
  BOOST_TEST(!row.is_null(3));
}

BOOST_AUTO_TEST_CASE(null_is_told_from_empty_and_zero) {
  Memory memory;
  db::Query row(memory.connection, "SELECT ?, ?, ?, ?", nullptr, std::optional<std::string>(),
                std::optional<std::string>(""), std::optional<std::int64_t>(0));
  BOOST_TEST_REQUIRE(row.next());
  BOOST_TEST(row.is_null(0));
  BOOST_TEST(!row.optional_text(1).has_value());
  BOOST_TEST(!row.optional_integer(1).has_value());
  BOOST_TEST(row.optional_text(2).value().empty());
  BOOST_TEST(row.optional_integer(3).value() == 0);
}

BOOST_AUTO_TEST_CASE(a_statement_is_prepared_once_and_starts_clean_each_time) {
  Memory memory;
  constexpr std::string_view kInsert = "INSERT INTO T (A, B) VALUES (?, ?)";
  sqlite3_stmt* first = nullptr;
  {
    db::StatementHandle statement = memory.connection.take(kInsert);
    first = statement.get();
    memory.connection.put_back(std::move(statement));
  }
  db::execute(memory.connection, kInsert, "a", 1);
  db::execute(memory.connection, kInsert, "b");  // what was bound before must not stay
  db::Query row(memory.connection, "SELECT COUNT(*), COUNT(B) FROM T");
  BOOST_TEST_REQUIRE(row.next());
  BOOST_TEST(row.integer(0) == 2);
  BOOST_TEST(row.integer(1) == 1);
  db::StatementHandle statement = memory.connection.take(kInsert);
  BOOST_TEST(statement.get() == first);
  memory.connection.put_back(std::move(statement));
}

BOOST_AUTO_TEST_CASE(the_same_query_may_run_within_itself) {
  Memory memory;
  constexpr std::string_view kAll = "SELECT Id FROM T ORDER BY Id";
  for (int i = 0; i < 3; ++i) db::execute(memory.connection, "INSERT INTO T (B) VALUES (?)", i);
  int pairs = 0;
  db::Query outer(memory.connection, kAll);
  while (outer.next()) {
    db::Query inner(memory.connection, kAll);
    while (inner.next()) ++pairs;
  }
  BOOST_TEST(pairs == 9);
}

BOOST_AUTO_TEST_CASE(a_query_left_early_can_be_run_again) {
  Memory memory;
  for (int i = 0; i < 3; ++i) db::execute(memory.connection, "INSERT INTO T (B) VALUES (?)", i);
  for (int i = 0; i < 3; ++i) {
    db::Query row(memory.connection, "SELECT Id FROM T ORDER BY Id");
    BOOST_TEST(row.next());
    BOOST_TEST(row.integer(0) == 1);
  }
}

BOOST_AUTO_TEST_CASE(a_broken_constraint_says_so_and_the_statement_stays_usable) {
  Memory memory;
  constexpr std::string_view kInsert = "INSERT INTO T (Id) VALUES (?)";
  db::execute(memory.connection, kInsert, 1);
  try {
    db::execute(memory.connection, kInsert, 1);
    BOOST_ERROR("the same key was taken twice");
  } catch (const db::DatabaseError& error) {
    BOOST_TEST(error.is_constraint());
    BOOST_TEST(!error.is_busy());
    BOOST_TEST(std::string(error.what()).find("INSERT INTO T") != std::string::npos);
  }
  BOOST_TEST(db::execute(memory.connection, kInsert, 2) == 1);
}

BOOST_AUTO_TEST_CASE(foreign_keys_are_enforced) {
  Memory memory;
  memory.connection.script("CREATE TABLE C (T INTEGER NOT NULL REFERENCES T(Id)) STRICT");
  BOOST_CHECK_THROW(db::execute(memory.connection, "INSERT INTO C (T) VALUES (9)"),
                    db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(wrong_sql_and_a_missing_file_are_errors) {
  Memory memory;
  BOOST_CHECK_THROW(db::execute(memory.connection, "SELEKT 1"), db::DatabaseError);
  const TemporaryFolder folder;
  BOOST_CHECK_THROW(db::Connection(folder.file("none.db"), db::Mode::read_write, 0),
                    db::DatabaseError);
  BOOST_CHECK_THROW(db::Connection(folder.file("none.db"), db::Mode::read_only, 0),
                    db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(a_file_is_in_wal_mode_with_full_synchronisation) {
  const TemporaryFolder folder;
  db::Connection connection(folder.file("a.db"), db::Mode::create, 100);
  db::Query mode(connection, "PRAGMA journal_mode");
  BOOST_TEST_REQUIRE(mode.next());
  BOOST_TEST(mode.text(0) == "wal");
  db::Query synchronous(connection, "PRAGMA synchronous");
  BOOST_TEST_REQUIRE(synchronous.next());
  BOOST_TEST(synchronous.integer(0) == 2);
}

BOOST_AUTO_TEST_CASE(a_reader_cannot_write) {
  Database database;
  db::Connection reader(database.config.database.path, db::Mode::read_only, 0);
  BOOST_CHECK_THROW(db::execute(reader, "DELETE FROM Sessions"), db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(a_read_transaction_sees_one_moment) {
  Database database;
  db::Connection reader(database.config.database.path, db::Mode::read_only, 0);
  const auto tenants = [&] {
    db::Query row(reader, "SELECT COUNT(*) FROM Tenants");
    row.next();
    return row.integer(0);
  };
  {
    const db::ReadTransaction view(reader);
    BOOST_TEST(tenants() == 0);
    database.add_tenant("acme");
    BOOST_TEST(tenants() == 0);
  }
  BOOST_TEST(tenants() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
