#include "messaging/read_state.h"

#include <boost/test/unit_test.hpp>

#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(read_state)

struct Reading : Post {
  messaging::ReadOutcome set_read(const std::string& name, std::int64_t id, bool is_read) {
    const auto reader = caller(name);
    return write([&] { return messaging::set_read(connection, reader, id, is_read); });
  }
  messaging::ReadOutcome read_all(const std::string& name, std::optional<std::int64_t> up_to = {}) {
    const auto reader = caller(name);
    return write([&] { return messaging::read_all(connection, reader, "acme", up_to); });
  }
  messaging::ReadOutcome see_up_to(const std::string& name, std::int64_t seq) {
    const auto reader = caller(name);
    const auto epoch = events::read_head(connection, "acme").value().epoch;
    return write([&] {
      return messaging::mark_seen(connection, reader, "acme", events::format_cursor(epoch, seq));
    });
  }
  std::string set_fault(const std::string& name, std::int64_t id) {
    return api_error_of([&] { set_read(name, id, true); });
  }
};

BOOST_AUTO_TEST_CASE(reading_moves_the_count_once_and_tells_reader_and_sender) {
  Reading post;
  const auto id = post.send("ann", {"bob", "eve"}).message.id;
  const auto outcome = post.set_read("bob", id, true);
  BOOST_TEST(outcome.changed == 1);
  BOOST_TEST(outcome.is_read);
  BOOST_TEST(outcome.counts.unread == 0);
  BOOST_TEST(outcome.counts.version == 2);
  BOOST_TEST(outcome.cursor.seq == 2);
  BOOST_TEST(outcome.announcement.has_value());
  BOOST_TEST(post.counts("eve").unread == 1);
  const auto event = post.events().back();
  BOOST_TEST(event.type == "message:read");
  BOOST_TEST(event.audience.size() == 2U);
  BOOST_TEST(events::find_addressee(event, "eve@acme.example") == nullptr);

  const auto again = post.set_read("bob", id, true);
  BOOST_TEST(again.changed == 0);
  BOOST_TEST(!again.announcement.has_value());
  BOOST_TEST(again.read_at.value() == outcome.read_at.value());
  BOOST_TEST(post.events().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_message_can_be_unread_again) {
  Reading post;
  const auto id = post.send("ann", {"bob"}).message.id;
  post.set_read("bob", id, true);
  const auto outcome = post.set_read("bob", id, false);
  BOOST_TEST(outcome.counts.unread == 1);
  BOOST_TEST(outcome.counts.unseen == 1);
  BOOST_TEST(!outcome.read_at.has_value());
  BOOST_TEST(!post.see("bob", id).value().is_read);
}

BOOST_AUTO_TEST_CASE(only_a_recipient_reads) {
  Reading post;
  const auto id = post.send("ann", {"bob"}).message.id;
  BOOST_TEST(post.set_fault("ann", id) == "not_allowed");
  BOOST_TEST(post.set_fault("eve", id) == "not_found");
  BOOST_TEST(post.set_fault("dana", id) == "not_found");
  BOOST_TEST(post.set_fault("eve", 999) == "not_found");
  BOOST_TEST(post.counts("bob").unread == 1);
}

BOOST_AUTO_TEST_CASE(a_removed_member_reads_nothing_more) {
  Reading post;
  const auto id = post.send("ann", {"bob"}).message.id;
  post.write([&] { auth::remove_member(post.connection, "acme", "bob@acme.example"); });
  BOOST_TEST(post.set_fault("bob", id) == "not_found");
}

BOOST_AUTO_TEST_CASE(read_all_is_one_event_for_the_reader_alone) {
  Reading post;
  for (int i = 0; i < 5; ++i) post.send("ann", {"bob", "eve"});
  const auto outcome = post.read_all("bob");
  BOOST_TEST(outcome.changed == 5);
  BOOST_TEST(outcome.counts.unread == 0);
  BOOST_TEST(outcome.counts.unseen == 0);
  BOOST_TEST(post.counts("eve").unread == 5);
  const auto event = post.events().back();
  BOOST_TEST(event.seq == 6);
  BOOST_TEST(event.message_id == 0);
  BOOST_TEST_REQUIRE(event.audience.size() == 1U);
  BOOST_TEST(event.audience[0].email == "bob@acme.example");
  BOOST_TEST(event.payload == R"({"readerEmail":"bob@acme.example","upToMessageId":5})");
  BOOST_TEST(post.read_all("bob").changed == 0);
  BOOST_TEST(post.events().size() == 6U);
}

BOOST_AUTO_TEST_CASE(read_all_stops_where_it_is_told) {
  Reading post;
  for (int i = 0; i < 5; ++i) post.send("ann", {"bob"});
  BOOST_TEST(post.read_all("bob", 3).changed == 3);
  BOOST_TEST(post.counts("bob").unread == 2);
  const auto foreign = post.send("ann", {"eve"}).message.id;
  BOOST_TEST(api_error_of([&] { post.read_all("bob", foreign); }) == "not_found");
}

BOOST_AUTO_TEST_CASE(seeing_clears_the_badge_and_reads_nothing) {
  Reading post;
  for (int i = 0; i < 3; ++i) post.send("ann", {"bob"});
  const auto outcome = post.see_up_to("bob", 3);
  BOOST_TEST(outcome.counts.unseen == 0);
  BOOST_TEST(outcome.counts.unread == 3);
  BOOST_TEST(post.events().back().audience.size() == 1U);
  BOOST_TEST(!post.see_up_to("bob", 3).announcement.has_value());
}

BOOST_AUTO_TEST_CASE(what_came_after_the_place_one_saw_stays_unseen) {
  Reading post;
  for (int i = 0; i < 3; ++i) post.send("ann", {"bob"});
  BOOST_TEST(post.see_up_to("bob", 2).counts.unseen == 1);
  BOOST_TEST(post.see_up_to("bob", 1).counts.unseen == 1);  // never back
  BOOST_TEST(post.set_read("bob", 1, true).counts.unseen == 1);
  BOOST_TEST(post.set_read("bob", 3, true).counts.unseen == 0);
  BOOST_TEST(post.set_read("bob", 1, false).counts.unseen == 0);
  post.send("ann", {"bob"});
  BOOST_TEST(post.counts("bob").unseen == 1);
}

BOOST_AUTO_TEST_CASE(a_cursor_that_is_not_of_this_log_sees_nothing) {
  Reading post;
  post.send("ann", {"bob"});
  const auto reader = post.caller("bob");
  for (const char* cursor : {"", "garbage", "zzzz9999.1"}) {
    BOOST_TEST(api_error_of([&] {
                 post.write([&] { messaging::mark_seen(post.connection, reader, "acme", cursor); });
               }) != "");
  }
  BOOST_TEST(api_error_of([&] { post.see_up_to("bob", 2); }) != "");
  BOOST_TEST(post.counts("bob").unseen == 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
