#include "sse/log_reader.h"

#include <poll.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "core/clock.h"
#include "support.h"

using namespace harbor;
using namespace harbor::sse;

namespace {

const std::string kAlice = "alice@acme.example";

struct Bench {
  test::Database database;
  std::deque<ReaderResult> waiting;
  std::unique_ptr<LogReader> reader;

  explicit Bench(std::int64_t tail_watch_ms = 10) {
    database.add_tenant("acme");
    database.add_member("acme", kAlice);
    database.config.stream.tail_watch_ms = tail_watch_ms;
    reader = std::make_unique<LogReader>(database.config);
  }

  /// The next result of this kind, passing over others; none within `timeout_ms`.
  template <class Result>
  std::optional<Result> next(std::int64_t timeout_ms = 5000) {
    for (const std::int64_t end = steady_ms() + timeout_ms; steady_ms() < end;) {
      pollfd wanted{reader->fd(), POLLIN, 0};
      ::poll(&wanted, 1, 10);
      for (ReaderResult& result : reader->take_results()) waiting.push_back(std::move(result));
      while (!waiting.empty()) {
        ReaderResult result = std::move(waiting.front());
        waiting.pop_front();
        if (auto* wished = std::get_if<Result>(&result)) return std::move(*wished);
      }
    }
    return std::nullopt;
  }

  Registered registered(std::int64_t authorised_revocation = 0,
                        const std::string& tenant = "acme") {
    reader->ask(Register{1, tenant, kAlice, "7", authorised_revocation});
    return next<Registered>().value();
  }

  void revoke(events::Revocation::Kind kind, const std::string& subject) {
    database.write([&] { events::revoke(database.connection, kind, subject, "acme"); });
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(log_reader)

BOOST_AUTO_TEST_CASE(a_registration_is_answered_with_the_head_of_its_tenant) {
  Bench bench;
  const auto seq = bench.database.append_events("acme", 3);
  const Registered result = bench.registered();
  BOOST_TEST(!result.failed);
  BOOST_TEST(!result.revoked);
  BOOST_TEST(result.head.value().head == seq);
  BOOST_TEST(!bench.registered(0, "nowhere").head.has_value());
}

BOOST_AUTO_TEST_CASE(a_registration_hears_of_revocations_since_its_authorisation) {
  Bench bench;
  bench.revoke(events::Revocation::Kind::session, "7");
  const std::int64_t newest = events::newest_revocation(bench.database.connection);
  BOOST_TEST(bench.registered(newest - 1).revoked);
  BOOST_TEST(!bench.registered(newest).revoked, "it was authorised after that");
}

BOOST_AUTO_TEST_CASE(pages_come_in_order_with_new_revocations_once) {
  Bench bench;
  const Registered at = bench.registered();
  bench.database.append_events("acme", 3);
  bench.revoke(events::Revocation::Kind::user, kAlice);
  std::size_t revocations = 0;
  for (int i = 0; i < 2; ++i) {
    bench.reader->ask(ReadPage{"acme", at.head->cursor(), 2});
    const auto page = bench.next<PageRead>().value();
    BOOST_TEST(page.page.events.size() == 2U);
    BOOST_TEST(page.page.last_seq == at.head->head + 2);
    revocations += page.page.revocations.size();
  }
  BOOST_TEST(revocations <= 1U, "the tail watch may have brought it before");
}

BOOST_AUTO_TEST_CASE(the_tail_of_held_tenants_is_told_without_being_asked) {
  Bench bench;
  bench.database.add_tenant("globex");
  const Registered at = bench.registered();
  bench.database.append_events("globex", 1);
  const auto seq = bench.database.append_events("acme", 1);
  const auto tail = bench.next<TailRead>().value();
  BOOST_REQUIRE(tail.heads.size() == 1U);
  BOOST_TEST(tail.heads[0].first == "acme");
  BOOST_TEST(tail.heads[0].second.head == seq);
  BOOST_TEST(!bench.next<TailRead>(60).has_value(), "nothing is told twice");
  bench.reader->ask(Release{"acme"});
  bench.registered(0, "nowhere");  // answered after that, so that it is done by now
  bench.database.append_events("acme", 1);
  BOOST_TEST(!bench.next<TailRead>(60).has_value(), "a released tenant is not watched");
}

BOOST_AUTO_TEST_CASE(a_revocation_is_told_without_any_event) {
  Bench bench;
  bench.revoke(events::Revocation::Kind::session, "7");
  const auto tail = bench.next<TailRead>().value();
  BOOST_REQUIRE(tail.revocations.size() == 1U);
  BOOST_TEST(tail.revocations[0].subject == "7");
  BOOST_TEST(!bench.next<TailRead>(60).has_value());
}

BOOST_AUTO_TEST_CASE(a_revocation_is_told_soon_however_seldom_the_heads_are_looked_at) {
  Bench bench(60'000);
  for (int i = 0; i < 2; ++i) bench.registered();  // by the second answer the first look is over
  bench.database.append_events("acme", 1);
  bench.revoke(events::Revocation::Kind::session, "7");
  const auto tail = bench.next<TailRead>().value();
  BOOST_TEST(tail.revocations.size() == 1U);
  BOOST_TEST(tail.heads.empty());
}

BOOST_AUTO_TEST_CASE(a_head_that_moved_between_two_looks_at_revocations_is_still_told) {
  Bench bench(700);
  const Registered at = bench.registered();
  bench.revoke(events::Revocation::Kind::session, "7");
  bench.database.append_events("acme", 1);
  while (true) {
    const auto tail = bench.next<TailRead>();
    BOOST_REQUIRE(tail.has_value());
    if (tail->heads.empty()) continue;
    BOOST_TEST(tail->heads[0].second.head == at.head->head + 1);
    return;
  }
}

BOOST_AUTO_TEST_CASE(a_database_that_is_replaced_is_read_anew) {
  Bench bench;
  bench.database.append_events("acme", 5);
  const std::string path = bench.database.config.database.path;
  const std::string copy = bench.database.folder.file("copy.db");
  db::execute(bench.database.connection, "VACUUM INTO ?", copy);
  bench.database.append_events("acme", 5);
  const auto before = bench.registered().head.value();
  for (const char* side : {"-wal", "-shm"}) std::filesystem::remove(path + side);
  std::filesystem::rename(copy, path);
  const auto tail = bench.next<TailRead>().value();
  BOOST_REQUIRE(tail.heads.size() == 1U);
  BOOST_TEST(tail.heads[0].second.head == before.head - 5);
}

BOOST_AUTO_TEST_CASE(an_unreadable_database_fails_reads_until_it_is_back) {
  Bench bench;
  const auto seq = bench.database.append_events("acme", 2);
  const std::string path = bench.database.config.database.path;
  const std::string copy = bench.database.folder.file("copy.db");
  db::execute(bench.database.connection, "VACUUM INTO ?", copy);
  for (const char* side : {"-wal", "-shm"}) std::filesystem::remove(path + side);
  std::filesystem::rename(path, bench.database.folder.file("away.db"));
  std::ofstream(path) << "this is no database, however long one looks at it; not at all";
  for (const std::int64_t end = steady_ms() + 5000; !bench.registered().failed;) {
    BOOST_REQUIRE(steady_ms() < end);
  }
  bench.reader->ask(ReadPage{"acme", {"k3f9", 0}, 10});
  BOOST_TEST(bench.next<PageRead>().value().failed);
  std::filesystem::rename(copy, path);
  Registered result = bench.registered();
  for (const std::int64_t end = steady_ms() + 5000; result.failed && steady_ms() < end;) {
    result = bench.registered();
  }
  BOOST_TEST(!result.failed);
  BOOST_TEST(result.head.value().head == seq);
}

BOOST_AUTO_TEST_CASE(a_start_without_a_database_fails_at_once) {
  test::TemporaryFolder folder;
  BOOST_CHECK_THROW(LogReader(test::test_config(folder.file("none.db"))), db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(the_thread_gives_signs_of_life_when_idle) {
  Bench bench;
  const std::int64_t start = steady_ms();
  while (bench.reader->last_beat_ms() <= start + 20) BOOST_REQUIRE(steady_ms() < start + 5000);
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()
