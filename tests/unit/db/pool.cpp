#include "db/pool.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(a_lent_connection_comes_back_at_the_end_of_its_lease) {
  Database database;
  database.config.database.readers = 1;
  db::ReaderPool pool(database.config.database);
  db::Connection* first = nullptr;
  {
    const auto lease = pool.lend();
    first = &*lease;
  }
  const auto lease = pool.lend();
  BOOST_TEST(&*lease == first);
}

BOOST_AUTO_TEST_CASE(a_lease_may_be_moved_and_gives_back_once) {
  Database database;
  database.config.database.readers = 1;
  db::ReaderPool pool(database.config.database);
  {
    auto lease = pool.lend();
    const auto moved = std::move(lease);
    BOOST_TEST(&*moved != nullptr);
  }
  const auto again = pool.lend();
  BOOST_CHECK_THROW(pool.lend(), db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(who_finds_none_free_hears_busy_after_the_configured_wait) {
  Database database;
  database.config.database.readers = 2;
  db::ReaderPool pool(database.config.database);
  const auto one = pool.lend();
  const auto two = pool.lend();
  const std::int64_t begin = steady_ms();
  try {
    pool.lend();
    BOOST_ERROR("a third connection was lent");
  } catch (const db::DatabaseError& error) {
    BOOST_TEST(error.is_busy());
  }
  BOOST_TEST(steady_ms() - begin >= database.config.database.busy_timeout_ms);
}

BOOST_AUTO_TEST_CASE(many_threads_share_few_connections) {
  Database database;
  database.config.database.readers = 3;
  database.config.database.busy_timeout_ms = 30'000;
  db::ReaderPool pool(database.config.database);
  std::atomic<int> lent{0};
  std::atomic<int> most{0};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 12; ++i) {
    readers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const auto lease = pool.lend();
        const int now = ++lent;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        db::Query row(*lease, "SELECT COUNT(*) FROM Tenants");
        row.next();
        --lent;
      }
    });
  }
  readers.clear();
  BOOST_TEST(most <= 3);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
