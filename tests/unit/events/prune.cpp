#include "events/prune.h"

#include <boost/test/unit_test.hpp>

#include "events/log.h"
#include "events/revocations.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(prune)

constexpr const char* kLongAgo = "2020-01-01T00:00:00.000Z";

struct Log : Database {
  Log() { add_tenant("acme"); }

  events::Head head() { return events::read_head(connection, "acme").value(); }
  void age_events_up_to(std::int64_t seq) {
    write([&] {
      db::execute(connection, "UPDATE Events SET CreatedAt = ? WHERE Seq <= ?", kLongAgo, seq);
    });
  }
  std::int64_t prune(std::int64_t limit = 1000) {
    return write([&] { return events::prune_events(connection, "acme", config.log, limit); });
  }
  std::int64_t oldest() { return number("SELECT MIN(Seq) FROM Events"); }
};

BOOST_AUTO_TEST_CASE(events_that_are_kept_stay) {
  Log log;
  log.append_events("acme", 5);
  BOOST_TEST(!events::is_prune_due(log.connection, "acme", log.config.log));
  BOOST_TEST(log.prune() == 0);
  BOOST_TEST(log.head().floor == 0);
}

BOOST_AUTO_TEST_CASE(what_is_too_old_goes_and_the_floor_rises_with_it) {
  Log log;
  log.append_events("acme", 10);
  log.age_events_up_to(6);
  BOOST_TEST(events::is_prune_due(log.connection, "acme", log.config.log));
  BOOST_TEST(log.prune() == 6);
  BOOST_TEST(log.head().floor == 6);
  BOOST_TEST(log.head().head == 10);
  BOOST_TEST(log.oldest() == 7);
  BOOST_TEST(!events::is_prune_due(log.connection, "acme", log.config.log));
}

BOOST_AUTO_TEST_CASE(what_is_too_far_behind_the_head_goes) {
  Log log;
  log.config.log.keep_events = 4;
  log.append_events("acme", 10);
  BOOST_TEST(log.prune() == 6);
  BOOST_TEST(log.head().floor == 6);
}

BOOST_AUTO_TEST_CASE(a_batch_takes_no_more_than_its_limit) {
  Log log;
  log.append_events("acme", 10);
  log.age_events_up_to(10);
  BOOST_TEST(log.prune(4) == 4);
  BOOST_TEST(log.head().floor == 4);
  BOOST_TEST(log.oldest() == 5);
  BOOST_TEST(log.prune(4) == 4);
  BOOST_TEST(log.prune(4) == 2);
  BOOST_TEST(log.prune(4) == 0);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_makes_no_hole) {
  Log log;
  log.append_events("acme", 10);
  log.write([&] {
    db::execute(log.connection, "UPDATE Events SET CreatedAt = ? WHERE Seq = 5", kLongAgo);
  });
  BOOST_TEST(log.prune() == 0);
  log.age_events_up_to(3);
  BOOST_TEST(log.prune() == 3);
  BOOST_TEST(log.number("SELECT COUNT(*) FROM Events") == 7);
}

BOOST_AUTO_TEST_CASE(a_quiet_tenant_pruned_to_nothing_goes_on_counting) {
  Log log;
  log.append_events("acme", 7);
  const events::Head before = log.head();
  log.age_events_up_to(7);
  BOOST_TEST(log.prune() == 7);
  BOOST_TEST(log.number("SELECT COUNT(*) FROM Events") == 0);
  BOOST_TEST(log.head().floor == 7);
  BOOST_TEST(log.head().head == 7);
  BOOST_TEST(log.head().epoch == before.epoch);
  BOOST_TEST(log.append_events("acme", 1) == 8);
}

BOOST_AUTO_TEST_CASE(a_pruned_cursor_is_a_gap_and_one_at_the_floor_is_not) {
  Log log;
  log.append_events("acme", 10);
  log.age_events_up_to(6);
  log.prune();
  const std::string epoch = log.head().epoch;
  BOOST_TEST(events::read_page(log.connection, "acme", {epoch, 5}, 10, 0).gap);
  const events::Page page = events::read_page(log.connection, "acme", {epoch, 6}, 10, 0);
  BOOST_TEST(!page.gap);
  BOOST_TEST(page.events.size() == 4U);
}

BOOST_AUTO_TEST_CASE(other_tenants_keep_their_events) {
  Log log;
  log.add_tenant("globex");
  log.append_events("acme", 3);
  log.append_events("globex", 3);
  log.age_events_up_to(3);
  log.prune();
  BOOST_TEST(log.number("SELECT COUNT(*) FROM Events WHERE TenantId = 'globex'") == 3);
  BOOST_TEST(events::read_head(log.connection, "globex").value().floor == 0);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_not_there_is_nothing_to_prune) {
  Log log;
  BOOST_TEST(!events::is_prune_due(log.connection, "globex", log.config.log));
}

// Revocations of which the first `old` are older than what is kept.
struct Revoked : Database {
  explicit Revoked(int count, int old) {
    write([&] {
      for (int i = 1; i <= count; ++i) {
        events::revoke(connection, events::Revocation::Kind::session, std::to_string(i));
      }
      db::execute(connection, "UPDATE Revocations SET CreatedAt = ? WHERE Id <= ?", kLongAgo, old);
    });
  }
  std::int64_t prune(std::int64_t limit) {
    return write([&] { return events::prune_revocations(connection, limit); });
  }
};

BOOST_AUTO_TEST_CASE(old_revocations_go_in_batches) {
  Revoked revoked(10, 6);
  BOOST_TEST(revoked.prune(4) == 4);
  BOOST_TEST(revoked.prune(4) == 2);
  BOOST_TEST(revoked.prune(4) == 0);
  BOOST_TEST(revoked.number("SELECT MIN(Id) FROM Revocations") == 7);
}

BOOST_AUTO_TEST_CASE(the_newest_revocation_stays_however_old_it_is) {
  Revoked revoked(3, 3);
  BOOST_TEST(revoked.prune(100) == 2);
  BOOST_TEST(revoked.prune(100) == 0);
  BOOST_TEST(revoked.number("SELECT MIN(Id) FROM Revocations") == 3);
  BOOST_TEST(events::newest_revocation(revoked.connection) == 3);
}

BOOST_AUTO_TEST_CASE(no_revocations_are_nothing_to_prune) {
  Revoked revoked(0, 0);
  BOOST_TEST(revoked.prune(100) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
