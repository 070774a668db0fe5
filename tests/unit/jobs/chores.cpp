#include "jobs/chores.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "core/clock.h"
#include "events/log.h"
#include "jobs/house_keeper.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(chores)

constexpr const char* kLongAgo = "2020-01-01T00:00:00.000Z";

struct Kept : Database {
  Kept() {
    config.jobs.batch = 4;
    add_tenant("acme");
    add_tenant("globex");
    append_events("acme", 10);
    append_events("globex", 10);
    write([&] {
      db::execute(connection, "UPDATE Events SET CreatedAt = ? WHERE Seq <= 9", kLongAgo);
    });
  }
  std::int64_t events() { return number("SELECT COUNT(*) FROM Events"); }
};

BOOST_AUTO_TEST_CASE(every_chore_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const jobs::Chore& chore : jobs::chores()) BOOST_TEST(names.insert(chore.name).second);
}

BOOST_AUTO_TEST_CASE(a_round_removes_everything_past_keeping_batch_by_batch) {
  Kept kept;
  int asked = 0;
  jobs::run_round(kept.config, [&] { return ++asked > 0; });
  BOOST_TEST(kept.events() == 2);
  BOOST_TEST(events::read_head(kept.connection, "acme").value().floor == 9);
  BOOST_TEST(events::read_head(kept.connection, "globex").value().floor == 9);
  BOOST_TEST(asked > 6);  // also between the batches
}

BOOST_AUTO_TEST_CASE(a_round_ends_after_the_batch_under_way) {
  Kept kept;
  jobs::run_round(kept.config, [&] { return kept.events() == 20; });
  BOOST_TEST(kept.events() == 16);
  BOOST_TEST(events::read_head(kept.connection, "acme").value().floor == 4);
}

BOOST_AUTO_TEST_CASE(a_round_renews_the_life_of_the_database) {
  Kept kept;
  kept.connection.script("INSERT INTO DatabaseLife VALUES (1, 'before')");
  jobs::run_round(kept.config, [] { return true; });
  BOOST_TEST(kept.text("SELECT Nonce FROM DatabaseLife") != "before");
  BOOST_TEST(std::filesystem::exists(kept.config.database.path + ".life"));
}

BOOST_AUTO_TEST_CASE(unread_counters_are_recounted_when_it_is_time) {
  Kept kept;
  kept.add_member("acme", "bob@acme.example");
  kept.connection.script("INSERT INTO UnreadCounters (TenantId, Email, Unread) VALUES ('acme', "
                         "'bob@acme.example', 2)");
  jobs::Memory memory;
  const auto round = [&] {
    jobs::run_round(
        kept.config, [] { return true; }, memory);
  };
  round();
  BOOST_TEST(memory.recount.people == 1);
  BOOST_TEST(memory.recount.counters == 1);
  BOOST_TEST(memory.recount.differences == 1);
  BOOST_TEST(memory.recount.finished_at_ms > 0);
  BOOST_TEST(kept.number("SELECT Unread FROM UnreadCounters") == 2);  // left as it is

  kept.connection.script("UPDATE UnreadCounters SET Unread = 0");
  round();
  BOOST_TEST(memory.recount.differences == 1);  // not yet due
  memory.recount_due_ms = 0;
  round();
  BOOST_TEST(memory.recount.differences == 0);
  BOOST_TEST(memory.recount_due_ms > steady_ms());
}

BOOST_AUTO_TEST_CASE(an_interrupted_recount_is_none) {
  Kept kept;
  for (const char* name : {"a@x.example", "b@x.example"}) kept.add_member("acme", name);
  jobs::Memory memory;
  jobs::run_round(
      kept.config, [] { return false; }, memory);
  BOOST_TEST(memory.recount.finished_at_ms == 0);
  BOOST_TEST(memory.recount_due_ms == 0);
}

BOOST_AUTO_TEST_CASE(a_locked_database_costs_this_round_and_nothing_else) {
  Kept kept;
  kept.config.database.busy_timeout_ms = 100;
  db::Connection other(kept.config.database.path, db::Mode::read_write, 0);
  other.script("BEGIN IMMEDIATE");
  BOOST_CHECK_NO_THROW(jobs::run_round(kept.config, [] { return true; }));
  BOOST_TEST(kept.events() == 20);
  other.script("ROLLBACK");
  jobs::run_round(kept.config, [] { return true; });
  BOOST_TEST(kept.events() == 2);
}

BOOST_AUTO_TEST_CASE(a_missing_database_costs_this_round_and_is_not_made) {
  const TemporaryFolder folder;
  const Config config = test_config(folder.file("none.db"));
  BOOST_CHECK_NO_THROW(jobs::run_round(config, [] { return true; }));
  BOOST_TEST(!std::filesystem::exists(config.database.path));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
