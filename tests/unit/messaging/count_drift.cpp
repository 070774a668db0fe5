#include "messaging/count_drift.h"

#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(count_drift)

std::vector<std::string> all_drifts(Post& post, std::int64_t page_rows = 1000) {
  std::vector<std::string> found;
  std::string after;
  do {
    const auto page = messaging::find_count_drift(post.connection, after, page_rows);
    for (const auto& drift : page.drifts) found.push_back(messaging::describe(drift));
    after = page.last_email;
  } while (!after.empty());
  return found;
}

struct Written : Post {
  Written() {
    const auto ann = caller("ann");
    write([&] {
      for (int i = 0; i < 3; ++i) {
        messaging::send(connection, ann, draft({"bob", "eve"}), config.limits);
      }
    });
  }
  void tamper(const char* sql) { connection.script(sql); }
};

using Found = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(what_sending_reading_and_seeing_leave_is_right) {
  Written post;
  const auto bob = post.caller("bob");
  const auto eve = post.caller("eve");
  post.write([&] {
    const auto cursor = events::read_head(post.connection, "acme")->cursor();
    messaging::mark_seen(post.connection, bob, "acme", events::format_cursor(cursor.epoch, 2));
    messaging::set_read(post.connection, bob, 1, true);
    messaging::set_read(post.connection, bob, 3, true);
    messaging::set_read(post.connection, bob, 1, false);
    messaging::read_all(post.connection, eve, "acme", 2);
  });
  BOOST_TEST(all_drifts(post) == Found{}, boost::test_tools::per_element());
  const auto page = messaging::find_count_drift(post.connection, "", 1000);
  BOOST_TEST(page.people == 5);
  BOOST_TEST(page.counters == 2);
  BOOST_TEST(page.last_email == "");
}

BOOST_AUTO_TEST_CASE(each_count_that_is_wrong_is_named) {
  Written post;
  post.tamper("UPDATE UnreadCounters SET Unread = 4 WHERE Email LIKE 'bob%'");
  post.tamper("UPDATE UnreadCounters SET Unseen = 0 WHERE Email LIKE 'eve%'");
  BOOST_TEST(all_drifts(post) ==
                 (Found{"bob@acme.example in acme: stored 4 unread and 3 unseen, counted 3 and 3",
                        "eve@acme.example in acme: stored 3 unread and 0 unseen, counted 3 and 3"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_missing_counter_and_one_without_messages_are_wrong) {
  Written post;
  post.tamper("DELETE FROM UnreadCounters WHERE Email LIKE 'bob%'");
  post.tamper("INSERT INTO UnreadCounters (TenantId, Email, Unread)"
              " VALUES ('globex', 'eve@acme.example', 1)");
  BOOST_TEST(
      all_drifts(post) ==
          (Found{"bob@acme.example in acme: stored 0 unread and 0 unseen, counted 3 and 3",
                 "eve@acme.example in globex: stored 1 unread and 0 unseen, counted 0 and 0"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_that_are_gone_count_no_longer) {
  Written post;
  post.tamper("UPDATE Messages SET IsDeleted = 1 WHERE Id = 1");
  post.tamper("UPDATE MessageRecipients SET IsDeleted = 1"
              " WHERE MessageId = 2 AND RecipientEmail LIKE 'eve%'");
  BOOST_TEST(all_drifts(post) ==
                 (Found{"bob@acme.example in acme: stored 3 unread and 3 unseen, counted 2 and 2",
                        "eve@acme.example in acme: stored 3 unread and 3 unseen, counted 1 and 1"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(somebody_who_is_no_member_any_longer_is_recounted_as_well) {
  Written post;
  post.write([&] { auth::remove_member(post.connection, "acme", "bob@acme.example"); });
  BOOST_TEST(all_drifts(post) == Found{}, boost::test_tools::per_element());
  post.tamper("UPDATE UnreadCounters SET Unread = 9 WHERE Email LIKE 'bob%'");
  BOOST_TEST(all_drifts(post).size() == 1U);
}

BOOST_AUTO_TEST_CASE(pages_of_any_size_find_the_same) {
  Written post;
  post.tamper("UPDATE UnreadCounters SET Unread = Unread + 1");
  const auto whole = all_drifts(post);
  BOOST_TEST(whole.size() == 2U);
  for (const std::int64_t rows : {1, 2, 5, 6}) {
    BOOST_TEST(all_drifts(post, rows) == whole, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
