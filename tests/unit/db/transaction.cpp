#include "db/transaction.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(transaction)

struct Table : Database {
  Table() { connection.script("CREATE TABLE T (A INTEGER UNIQUE) STRICT"); }
  void insert(int value) { db::execute(connection, "INSERT INTO T (A) VALUES (?)", value); }
  std::int64_t rows() { return number("SELECT COUNT(*) FROM T"); }
};

BOOST_AUTO_TEST_CASE(what_is_not_committed_is_not_there) {
  Table table;
  {
    const db::WriteTransaction transaction(table.connection);
    table.insert(1);
  }
  BOOST_TEST(table.rows() == 0);
  BOOST_TEST(!table.connection.in_transaction());
  table.write([&] { table.insert(1); });
  BOOST_TEST(table.rows() == 1);
}

BOOST_AUTO_TEST_CASE(a_part_fails_alone) {
  Table table;
  table.write([&] {
    table.insert(1);
    try {
      const db::Savepoint part(table.connection);
      table.insert(2);
      table.insert(1);
    } catch (const db::DatabaseError&) {
      // what the part had done is gone with it
    }
    db::Savepoint part(table.connection);
    table.insert(3);
    part.release();
  });
  BOOST_TEST(table.rows() == 2);
  BOOST_TEST(table.number("SELECT SUM(A) FROM T") == 4);
}

BOOST_AUTO_TEST_CASE(writers_of_several_connections_take_turns) {
  Table table;
  constexpr int kWriters = 4;
  constexpr int kEach = 25;
  std::atomic<int> inside{0};
  std::atomic<int> together{0};
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      // Without a busy timeout: the turns alone must keep them apart.
      db::Connection connection(table.config.database.path, db::Mode::read_write, 0);
      connection.script("PRAGMA synchronous = OFF");
      for (int i = 0; i < kEach; ++i) {
        db::WriteTransaction transaction(connection);
        if (++inside > 1) ++together;
        db::execute(connection, "INSERT INTO T (A) VALUES (?)", writer * kEach + i);
        --inside;
        transaction.commit();
      }
    });
  }
  writers.clear();
  BOOST_TEST(together == 0);
  BOOST_TEST(table.rows() == kWriters * kEach);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
