#include "events/log.h"

#include <boost/test/unit_test.hpp>

#include "core/json.h"
#include "events/prune.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(event_log)

// Twelve events of acme, the first four pruned: floor 4, head 12.
struct Log : Database {
  std::string epoch;

  Log() {
    add_tenant("acme");
    append_events("acme", 12);
    Config::Log keep = config.log;
    keep.keep_events = 8;
    write([&] { events::prune_events(connection, "acme", keep, 100); });
    epoch = events::read_head(connection, "acme").value().epoch;
  }

  events::Page page(const events::Cursor& cursor, std::int64_t limit = 100) {
    return events::read_page(connection, "acme", cursor, limit, 0);
  }
};

BOOST_AUTO_TEST_CASE(a_cursor_within_the_log_is_continued) {
  Log log;
  for (std::int64_t seq = 4; seq <= 12; ++seq) {
    const events::Page page = log.page({log.epoch, seq});
    BOOST_TEST_CONTEXT("from " << seq) {
      BOOST_TEST(!page.gap);
      BOOST_TEST(static_cast<std::int64_t>(page.events.size()) == 12 - seq);
      BOOST_TEST(page.last_seq == 12);
      for (const events::Event& event : page.events) BOOST_TEST(event.everyone);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_other_cursor_is_a_gap_without_events) {
  Log log;
  const events::Cursor others[] = {
      {log.epoch, 0},  {log.epoch, 3},   {log.epoch, 13},
      {"otherepo", 7}, {"otherepo", 12}, {log.epoch, 9'223'372'036'854'775'807},
  };
  for (const events::Cursor& cursor : others) {
    const events::Page page = log.page(cursor);
    BOOST_TEST_CONTEXT(events::format_cursor(cursor)) {
      BOOST_TEST(page.gap);
      BOOST_TEST(page.events.empty());
      BOOST_TEST(page.head.value().head == 12);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_page_holds_no_more_than_its_limit_and_says_where_it_ended) {
  Log log;
  const events::Page page = log.page({log.epoch, 5}, 3);
  BOOST_TEST_REQUIRE(page.events.size() == 3U);
  BOOST_TEST(page.events.front().seq == 6);
  BOOST_TEST(page.last_seq == 8);
  BOOST_TEST(log.page({log.epoch, 12}, 3).last_seq == 12);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_not_there_has_no_head) {
  Log log;
  const events::Page page = events::read_page(log.connection, "globex", {log.epoch, 0}, 10, 0);
  BOOST_TEST(!page.head.has_value());
  BOOST_TEST(page.gap);
}

BOOST_AUTO_TEST_CASE(a_page_brings_the_revocations_that_came_before_its_events) {
  Log log;
  log.write(
      [&] { events::revoke(log.connection, events::Revocation::Kind::user, "bob@a.example"); });
  log.write([&] { events::revoke(log.connection, events::Revocation::Kind::session, "17"); });
  BOOST_TEST(events::read_page(log.connection, "acme", {log.epoch, 5}, 1, 0).revocations.size() ==
             2U);
  BOOST_TEST(events::read_page(log.connection, "acme", {log.epoch, 5}, 1, 1).revocations.size() ==
             1U);
  BOOST_TEST(events::read_page(log.connection, "acme", {"gone", 5}, 1, 0).revocations.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_event_is_one_line_of_the_promised_form) {
  events::Event event;
  event.type = "message:new";
  event.message_id = 77;
  event.created_at = "2026-11-22T10:00:00.123Z";
  event.payload = R"({"subject":"a\nb"})";
  const std::string data =
      R"({"messageId":77,"tenantId":"acme","timestamp":"2026-11-22T10:00:00.123Z",)"
      R"("payload":{"subject":"a\nb"}})";
  BOOST_TEST(events::event_data_json("acme", event) == data);
  BOOST_TEST(events::event_json("acme", event) == R"({"type":"message:new","data":)" + data + "}");
  BOOST_TEST(parse_json(events::event_json("acme", event), 32).has_value());
}

BOOST_AUTO_TEST_CASE(an_addressee_is_found_by_the_whole_address) {
  events::Event event;
  event.audience = {{"bob@acme.example", events::Counts{3, 1}}, {"eve@acme.example", std::nullopt}};
  BOOST_TEST(events::find_addressee(event, "bob@acme.example")->counts->unread == 3);
  BOOST_TEST(events::find_addressee(event, "eve@acme.example") != nullptr);
  BOOST_TEST(events::find_addressee(event, "ob@acme.example") == nullptr);
  BOOST_TEST(events::find_addressee(event, "") == nullptr);
}

BOOST_AUTO_TEST_CASE(counts_that_nobody_kept_are_zero) {
  Log log;
  const auto counts = events::read_counts(log.connection, "acme", "bob@acme.example");
  BOOST_TEST(counts.unread == 0);
  BOOST_TEST(counts.version == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
