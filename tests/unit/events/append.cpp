#include "events/append.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(append)

events::NewEvent event_for(std::size_t people) {
  events::NewEvent event;
  event.type = "message:new";
  event.message_id = 5;
  event.payload = R"({"id":5})";
  for (std::size_t i = 0; i < people; ++i) {
    event.audience.push_back({"p" + std::to_string(i) + "@acme.example", events::Counts{1, 1}});
  }
  return event;
}

// Appends it in a transaction of its own; the announcement.
events::Announcement append(Database& database, const events::NewEvent& event) {
  return database.write([&] {
    events::Change change(database.connection, "acme");
    change.append(event);
    return change.announcement();
  });
}

events::Page page_after(Database& database, std::int64_t seq) {
  const auto head = events::read_head(database.connection, "acme").value();
  return events::read_page(database.connection, "acme", {head.epoch, seq}, 1000, 0);
}

BOOST_AUTO_TEST_CASE(a_new_log_is_empty_and_has_an_epoch) {
  Database database;
  database.add_tenant("acme");
  database.add_tenant("globex");
  const auto acme = events::read_head(database.connection, "acme").value();
  const auto globex = events::read_head(database.connection, "globex").value();
  BOOST_TEST(acme.head == 0);
  BOOST_TEST(acme.floor == 0);
  BOOST_TEST(acme.epoch != globex.epoch);
  BOOST_TEST(events::parse_cursor(events::format_cursor(acme.cursor())).has_value());
}

BOOST_AUTO_TEST_CASE(the_sequence_is_dense_and_each_tenants_own) {
  Database database;
  database.add_tenant("acme");
  database.add_tenant("globex");
  BOOST_TEST(database.append_events("acme", 3) == 3);
  BOOST_TEST(database.append_events("globex", 1) == 1);
  BOOST_TEST(database.append_events("acme", 1) == 4);
  BOOST_TEST(database.number("SELECT COUNT(*) FROM Events WHERE TenantId = 'acme'") == 4);
}

BOOST_AUTO_TEST_CASE(a_change_that_is_rolled_back_leaves_no_hole) {
  Database database;
  database.add_tenant("acme");
  database.append_events("acme", 1);
  {
    const db::WriteTransaction transaction(database.connection);
    events::Change change(database.connection, "acme");
    change.append(event_for(1));
    BOOST_TEST(change.seq() == 2);
  }
  BOOST_TEST(database.append_events("acme", 1) == 2);
}

BOOST_AUTO_TEST_CASE(an_event_is_read_as_it_was_written) {
  Database database;
  database.add_tenant("acme");
  events::NewEvent written = event_for(2);
  written.audience[1].counts.reset();
  written.payload = R"({"subject":"\"quoted\" and Gr\u00fc\u00dfe"})";
  append(database, written);
  const events::Page page = page_after(database, 0);
  BOOST_TEST_REQUIRE(page.events.size() == 1U);
  const events::Event& event = page.events[0];
  BOOST_TEST(event.seq == 1);
  BOOST_TEST(event.type == "message:new");
  BOOST_TEST(event.message_id == 5);
  BOOST_TEST(event.payload == written.payload);
  BOOST_TEST(!event.everyone);
  BOOST_TEST_REQUIRE(event.audience.size() == 2U);
  BOOST_TEST(event.audience[0].email == "p0@acme.example");
  BOOST_TEST(event.audience[0].counts.value().unread == 1);
  BOOST_TEST(!event.audience[1].counts.has_value());
}

BOOST_AUTO_TEST_CASE(a_large_audience_is_several_events_with_disjoint_audiences) {
  Database database;
  database.add_tenant("acme");
  const auto announced = append(database, event_for(2500));
  BOOST_TEST(announced.cursor.seq == 3);
  BOOST_TEST(announced.types.size() == 3U);
  std::set<std::string> people;
  const events::Page page = page_after(database, 0);
  BOOST_TEST_REQUIRE(page.events.size() == 3U);
  std::int64_t seq = 0;
  for (const events::Event& event : page.events) {
    BOOST_TEST(event.seq == ++seq);
    BOOST_TEST(event.audience.size() <= 1000U);
    BOOST_TEST(event.payload == R"({"id":5})");
    for (const events::Addressee& addressee : event.audience) {
      BOOST_TEST(people.insert(addressee.email).second);
    }
  }
  BOOST_TEST(people.size() == 2500U);
}

BOOST_AUTO_TEST_CASE(exactly_a_thousand_fit_into_one_event) {
  Database database;
  database.add_tenant("acme");
  BOOST_TEST(append(database, event_for(1000)).cursor.seq == 1);
  BOOST_TEST(append(database, event_for(1001)).cursor.seq == 3);
}

BOOST_AUTO_TEST_CASE(an_event_for_nobody_is_still_a_row) {
  Database database;
  database.add_tenant("acme");
  BOOST_TEST(append(database, event_for(0)).cursor.seq == 1);
  const events::Page page = page_after(database, 0);
  BOOST_TEST_REQUIRE(page.events.size() == 1U);
  BOOST_TEST(!page.events[0].everyone);
  BOOST_TEST(page.events[0].audience.empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_tenant_has_no_log) {
  Database database;
  const db::WriteTransaction transaction(database.connection);
  BOOST_CHECK_THROW(events::Change(database.connection, "acme"), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
