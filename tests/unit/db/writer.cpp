#include "db/writer.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <set>
#include <thread>

#include "core/api_error.h"
#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(writer)

constexpr std::size_t kBatch = 16;

std::int64_t soon() { return steady_ms() + 20'000; }

struct Writing : Database {
  Writing() { add_tenant("acme"); }

  // The work of a request: one change with its event.
  static std::int64_t append(db::Connection& connection) {
    events::Change change(connection, "acme");
    events::NewEvent event;
    event.type = "tenant:settings";
    event.everyone = true;
    event.payload = "{}";
    change.append(event);
    return change.seq();
  }
  std::int64_t events() { return number("SELECT COUNT(*) FROM Events"); }
  std::int64_t head() { return number("SELECT Head FROM EventHeads"); }
};

// Work that begins and then waits, so that what comes after it stands in the queue.
struct Plug {
  std::latch begun{1};
  std::latch go_on{1};
  std::jthread thread;

  explicit Plug(db::Writer& writer) {
    thread = std::jthread([this, &writer] {
      writer.run(
          [this](db::Connection&) {
            begun.count_down();
            go_on.wait();
          },
          soon());
    });
    begun.wait();
  }
};

// Work that has begun, and whose caller has given up meanwhile; ends at go_on.
struct Abandoned {
  std::shared_ptr<std::latch> go_on = std::make_shared<std::latch>(1);

  explicit Abandoned(db::Writer& writer) {
    const auto work = [go_on = go_on](db::Connection& connection) {
      go_on->wait();
      Writing::append(connection);
    };
    // On a busy machine the writer may not have begun by the deadline: then it is tried again.
    for (std::int64_t patience_ms = 20; patience_ms < 60'000; patience_ms *= 2) {
      try {
        writer.run(work, steady_ms() + patience_ms);
      } catch (const db::OutcomeUnknown&) {
        return;
      } catch (const db::NotDone&) {
      }
    }
    BOOST_FAIL("the work never began");
  }
};

// Threads that each do `work(index)` and that have come to stand in the queue.
struct Crowd {
  std::vector<std::jthread> threads;

  template <class Work>
  Crowd(const db::Writer& writer, std::size_t size, Work work) {
    threads.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      threads.emplace_back([work, i] { work(i); });
    }
    const std::int64_t end = soon();
    while (writer.waiting() < size && steady_ms() < end) std::this_thread::yield();
    BOOST_TEST(writer.waiting() == size);
  }
};

BOOST_AUTO_TEST_CASE(a_result_is_on_disk_when_it_is_returned) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  BOOST_TEST(writer.run(Writing::append, soon()) == 1);
  BOOST_TEST(database.events() == 1);
}

BOOST_AUTO_TEST_CASE(many_threads_get_dense_results) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  constexpr int kThreads = 16;
  constexpr int kEach = 25;
  std::vector<std::vector<std::int64_t>> results(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& own : results) {
      threads.emplace_back([&writer, &own] {
        for (int i = 0; i < kEach; ++i) own.push_back(writer.run(Writing::append, soon()));
      });
    }
  }
  std::set<std::int64_t> all;
  for (const auto& own : results) {
    BOOST_TEST(std::is_sorted(own.begin(), own.end()));
    all.insert(own.begin(), own.end());
  }
  BOOST_TEST(all.size() == std::size_t{kThreads * kEach});
  BOOST_TEST(*all.rbegin() == kThreads * kEach);
  BOOST_TEST(database.events() == kThreads * kEach);
}

BOOST_AUTO_TEST_CASE(work_that_waits_together_shares_a_commit) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  // What the parts of one transaction write, nobody else sees until its commit.
  db::Connection reader(database.config.database.path, db::Mode::read_only, 0);
  std::atomic<std::int64_t> most_seen{0};
  const auto work = [&](db::Connection& connection) {
    Writing::append(connection);
    db::Query row(reader, "SELECT COUNT(*) FROM Events");
    row.next();
    most_seen = std::max<std::int64_t>(most_seen, row.integer(0));
  };
  {
    Plug plug(writer);
    const Crowd crowd(writer, kBatch, [&](std::size_t) { writer.run(work, soon()); });
    plug.go_on.count_down();
  }
  BOOST_TEST(most_seen == 0);
  BOOST_TEST(database.events() == static_cast<std::int64_t>(kBatch));
}

BOOST_AUTO_TEST_CASE(a_failing_part_leaves_its_neighbours) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  std::atomic<int> refused{0};
  const auto work = [&](std::size_t i) {
    const auto part = [i](db::Connection& connection) {
      Writing::append(connection);
      if (i % 3 == 0) throw ApiError("not_found");
    };
    if (api_error_of([&] { writer.run(part, soon()); }) == "not_found") ++refused;
  };
  {
    Plug plug(writer);
    const Crowd crowd(writer, 12, work);
    plug.go_on.count_down();
  }
  BOOST_TEST(refused == 4);
  BOOST_TEST(database.events() == 8);
  BOOST_TEST(database.head() == 8);
}

BOOST_AUTO_TEST_CASE(a_constraint_fails_one_part_and_not_the_batch) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  const auto duplicate = [](db::Connection& connection) {
    Writing::append(connection);
    db::execute(connection, "INSERT INTO Tenants VALUES ('acme', 'again', '')");
  };
  BOOST_CHECK_THROW(writer.run(duplicate, soon()), db::DatabaseError);
  BOOST_TEST(writer.run(Writing::append, soon()) == 1);
}

BOOST_AUTO_TEST_CASE(a_rollback_of_everything_is_not_done_for_everybody) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  std::atomic<int> not_done{0};
  const auto work = [&](std::size_t i) {
    const auto part = [i](db::Connection& connection) {
      Writing::append(connection);
      if (i == 3) db::execute(connection, "ROLLBACK");
    };
    try {
      writer.run(part, soon());
    } catch (const db::NotDone&) {
      ++not_done;
    } catch (const db::DatabaseError&) {
      ++not_done;  // the part that did it: its savepoint is gone
    }
  };
  {
    Plug plug(writer);
    const Crowd crowd(writer, 6, work);
    plug.go_on.count_down();
  }
  BOOST_TEST(not_done == 6);
  BOOST_TEST(database.events() == 0);
  BOOST_TEST(writer.run(Writing::append, soon()) == 1);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_passes_in_the_queue_is_not_done) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  std::atomic<bool> ran{false};
  {
    Plug plug(writer);
    const auto work = [&](db::Connection& connection) {
      ran = true;
      Writing::append(connection);
    };
    BOOST_CHECK_THROW(writer.run(work, steady_ms() + 30), db::NotDone);
    plug.go_on.count_down();
  }
  BOOST_TEST(writer.run(Writing::append, soon()) == 1);
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_passes_in_the_work_leaves_the_outcome_unknown) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  const Abandoned work(writer);  // which says that it is unknown
  work.go_on->count_down();
  BOOST_TEST(writer.run(Writing::append, soon()) == 2);
}

BOOST_AUTO_TEST_CASE(work_that_comes_after_the_stop_is_not_done) {
  Writing database;
  auto writer = std::make_unique<db::Writer>(database.config.database, kBatch);
  db::Writer& stopping = *writer;
  const Abandoned work(stopping);
  std::jthread end([&] { writer.reset(); });
  std::atomic<bool> ran{false};
  const auto late = [&](db::Connection&) { ran = true; };
  // What comes before the stop waits in the queue for as long as it may; after it, not at all.
  std::int64_t deadline = 0;
  do {
    deadline = steady_ms() + 50;
    BOOST_CHECK_THROW(stopping.run(late, deadline), db::NotDone);
  } while (steady_ms() >= deadline);
  work.go_on->count_down();
  end.join();
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(another_process_holding_the_database_costs_the_batch_and_not_the_writer) {
  Writing database;
  db::Writer writer(database.config.database, kBatch);
  database.connection.script("BEGIN IMMEDIATE");  // without taking its turn, as sqlite3(1) does
  BOOST_CHECK_THROW(writer.run(Writing::append, soon()), db::NotDone);
  database.connection.script("ROLLBACK");
  BOOST_TEST(writer.run(Writing::append, soon()) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
