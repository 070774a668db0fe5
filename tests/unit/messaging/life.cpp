#include "messaging/life.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(life)

using messaging::DeleteScope;
using messaging::Flag;

constexpr const char* kLongAgo = "'2020-01-01T00:00:00.000Z'";

BOOST_AUTO_TEST_CASE(a_flag_is_set_once_and_is_ones_own) {
  Life post;
  const auto id = post.send("ann", {"bob"}).message.id;
  BOOST_TEST(post.set_flag("bob", id, Flag::archived, true).counts.version == 2);
  BOOST_TEST(!post.set_flag("bob", id, Flag::archived, true).announcement.has_value());
  BOOST_TEST(post.set_flag("ann", id, Flag::saved, true).is_saved);
  BOOST_TEST(post.see("bob", id)->is_archived);
  BOOST_TEST(!post.see("bob", id)->is_saved);
  BOOST_TEST(!post.see("ann", id)->is_archived);
  BOOST_TEST(post.see("ann", id)->is_saved);
  BOOST_TEST(post.see("bob", id)->version == 2);
  BOOST_TEST(post.see("ann", id)->version == 3);
  BOOST_TEST(post.counts("bob").unread == 1);
  BOOST_TEST(post.events().back().audience.size() == 1U);
  BOOST_TEST(api_error_of([&] { post.set_flag("eve", id, Flag::saved, true); }) == "not_found");
}

BOOST_AUTO_TEST_CASE(what_is_not_stated_stays_as_it_is) {
  Life post;
  auto draft = post.draft({"bob"});
  draft.body = "see https://found.example/";
  draft.links = {{"https://stated.example/", "stated.example"},
                 {"https://found.example/", "found.example"}};
  const auto id = post.send_draft("ann", draft).message.id;
  messaging::Edit change;
  change.body = "nothing";
  const auto after = post.edit("ann", id, change).message;
  BOOST_TEST(after.subject == "Subject");
  BOOST_REQUIRE(after.links.size() == 1U);
  BOOST_TEST(after.links[0].url == "https://stated.example/");
  BOOST_TEST(post.number("SELECT LinkCount FROM Messages") == 1);
}

BOOST_AUTO_TEST_CASE(a_stale_version_edits_nothing_and_a_reading_makes_none_stale) {
  Life post;
  const auto id = post.send("ann", {"bob"}).message.id;
  post.read("bob", id);
  messaging::Edit change;
  change.body = "two";
  BOOST_TEST(post.edit("ann", id, change, std::vector<std::int64_t>{1}).message.version == 3);
  change.body = "three";
  for (const std::vector<std::int64_t>& held : {std::vector<std::int64_t>{1}, {2}, {99}, {}}) {
    BOOST_TEST(api_error_of([&] { post.edit("ann", id, change, held); }) == "stale");
  }
  BOOST_TEST(post.see("bob", id)->body == "two");
}

BOOST_AUTO_TEST_CASE(an_edit_blanks_what_its_message_said_and_nothing_of_others) {
  Life post;
  const auto id = post.send("ann", {"bob"}).message.id;
  const auto other = post.send("ann", {"bob"}).message.id;
  post.read("bob", id);
  messaging::Edit change;
  change.subject = "Other";
  post.edit("ann", id, change);
  const auto events = post.events();
  BOOST_REQUIRE(events.size() == 4U);
  BOOST_TEST(events[0].payload == "{}");
  BOOST_TEST(events[1].message_id == other);
  BOOST_TEST(events[1].payload != "{}");
  BOOST_TEST(events[2].payload != "{}");  // who has read it is no content
  BOOST_TEST(events[3].type == "message:update");
}

BOOST_AUTO_TEST_CASE(deleting_for_all_takes_the_message_out_of_unread_and_unseen) {
  Life post;
  const auto first = post.send("ann", {"bob"}).message.id;
  const auto bob = post.caller("bob");
  const auto epoch = events::read_head(post.connection, "acme")->epoch;
  post.write(
      [&] { messaging::mark_seen(post.connection, bob, "acme", events::format_cursor(epoch, 1)); });
  const auto second = post.send("ann", {"bob", "eve"}).message.id;
  post.read("eve", second);
  post.remove("ann", first);
  BOOST_TEST(post.counts("bob").unread == 1);
  BOOST_TEST(post.counts("bob").unseen == 1);
  post.remove("ann", second);
  BOOST_TEST(post.counts("bob").unread == 0);
  BOOST_TEST(post.counts("bob").unseen == 0);
  const auto event = post.events().back();
  BOOST_REQUIRE(event.audience.size() == 3U);
  BOOST_TEST(events::find_addressee(event, "bob@acme.example")->counts->unread == 0);
  BOOST_TEST(!events::find_addressee(event, "eve@acme.example")->counts.has_value());
}

BOOST_AUTO_TEST_CASE(one_who_deleted_a_message_hears_no_more_of_it) {
  Life post;
  const auto id = post.send("ann", {"bob", "eve"}).message.id;
  post.remove("bob", id);
  post.remove("ann", id, DeleteScope::me);
  BOOST_TEST(!post.see("bob", id).has_value());
  BOOST_TEST(!post.see("ann", id).has_value());
  post.read("eve", id);
  BOOST_TEST(post.events().back().audience.size() == 1U);
  BOOST_TEST(api_error_of([&] { post.remove("eve", id, DeleteScope::all); }) == "not_allowed");
}

BOOST_AUTO_TEST_CASE(a_recall_takes_everything_but_the_fact) {
  Life post;
  auto draft = post.draft({"bob", "eve"});
  draft.links = {{"https://a.example/", "a.example"}};
  const auto id = post.send_draft("ann", draft).message.id;
  messaging::Edit change;
  change.body = "Other";
  post.edit("ann", id, change);
  post.read("eve", id);
  const auto tombstone = post.recall("ann", id, "Mistake").message;
  BOOST_TEST(tombstone.is_recalled);
  BOOST_TEST(tombstone.subject + tombstone.body == "");
  BOOST_TEST(tombstone.links.empty());
  BOOST_TEST(tombstone.recall_reason.value() == "Mistake");
  BOOST_REQUIRE(tombstone.recipients.size() == 2U);
  BOOST_TEST(!tombstone.recipients[0].is_read);
  BOOST_TEST(tombstone.recipients[1].is_read);
  BOOST_TEST(post.counts("bob").unread == 0);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM MessageHistory") == 0);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM Events WHERE Payload <> '{}'") == 1);
  post.remove("bob", id);
  BOOST_TEST(post.counts("bob").unread == 0);
}

BOOST_AUTO_TEST_CASE(a_recall_has_a_window_and_the_tenants_word_on_what_was_read) {
  Life post;
  const auto id = post.send("ann", {"bob"}).message.id;
  post.read("bob", id);
  post.config.limits.recall_after_read = false;
  BOOST_TEST(api_error_of([&] { post.recall("ann", id); }) == "already_read");
  post.config.limits.recall_after_read = true;
  post.set("CreatedAt = " + std::string(kLongAgo), id);
  BOOST_TEST(api_error_of([&] { post.recall("ann", id); }) == "recall_window_over");
  BOOST_TEST(api_error_of([&] { post.recall("bob", id); }) == "not_allowed");
  BOOST_TEST(post.see("bob", id)->body == "Body");
  BOOST_TEST(post.events().size() == 2U);
}

BOOST_AUTO_TEST_CASE(broadcasts_have_routes_of_their_own_and_are_not_answered) {
  Life post;
  const auto id = post.send("ann", {"bob"}).message.id;
  for (const char* type : {"broadcast", "announcement"}) {
    post.set("MessageType = '" + std::string(type) + "'", id);
    messaging::Edit change;
    change.body = "Other";
    BOOST_TEST(api_error_of([&] { post.edit("ann", id, change); }) == "not_direct");
    BOOST_TEST(api_error_of([&] { post.recall("ann", id); }) == "not_direct");
    BOOST_TEST(api_error_of([&] { post.remove("ann", id); }) == "not_direct");
    try {
      post.send("bob", {"ann"}, id);
      BOOST_ERROR("a reply was accepted");
    } catch (const ApiError& error) {
      BOOST_REQUIRE(error.errors().size() == 1U);
      BOOST_TEST(error.errors()[0].field == "replyToMessageId");
      BOOST_TEST(error.errors()[0].code == "no_replies");
    }
  }
  BOOST_CHECK_NO_THROW(post.forward("bob", id, {"eve"}));
  BOOST_CHECK_NO_THROW(post.remove("bob", id));
}

BOOST_AUTO_TEST_CASE(a_forwarded_subject_keeps_its_bound_and_one_prefix) {
  Life post;
  auto draft = post.draft({"bob"});
  draft.subject = std::string(200, 'x');
  const auto id = post.send_draft("ann", draft).message.id;
  const auto once = post.forward("bob", id, {"eve"}).message;
  BOOST_TEST(once.subject == "Fwd: " + std::string(195, 'x'));
  BOOST_TEST(post.forward("eve", once.id, {"ann"}).message.subject == once.subject);
  post.config.limits.body = 20;
  BOOST_TEST(api_error_of([&] { post.forward("bob", id, {"eve"}); }) == "invalid");
  BOOST_TEST(api_error_of([&] { post.forward("dana", id, {"eve"}); }) == "not_found");
}

BOOST_AUTO_TEST_CASE(messages_past_their_end_end_together_for_those_who_share_them) {
  Life post;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(post.send("ann", {"bob"}).message.id);
  const auto others = post.send("ann", {"bob", "eve"}).message.id;
  const auto stays = post.send("ann", {"bob"}).message.id;
  for (const auto id : ids) post.set("ExpiresAt = " + std::string(kLongAgo), id);
  post.set("ExpiresAt = " + std::string(kLongAgo), others);
  BOOST_TEST(messaging::is_expiry_due(post.connection, "acme"));
  BOOST_TEST(post.expire() == 4);
  BOOST_TEST(!messaging::is_expiry_due(post.connection, "acme"));
  BOOST_TEST(post.expire() == 0);
  BOOST_TEST(post.counts("bob").unread == 1);
  BOOST_TEST(post.counts("bob").unseen == 1);
  BOOST_TEST(post.counts("eve").unread == 0);
  BOOST_TEST(post.see("bob", stays).has_value());
  const auto events = post.events();
  BOOST_REQUIRE(events.size() == 7U);
  BOOST_TEST(events[5].payload == R"({"scope":"all","deletedBy":null,"messageIds":[1,2,3]})");
  BOOST_TEST(events[5].message_id == 0);
  BOOST_TEST(events::find_addressee(events[5], "eve@acme.example") == nullptr);
  BOOST_TEST(events[6].payload == R"({"scope":"all","deletedBy":null,"messageIds":[4]})");
  BOOST_TEST(events[0].payload == "{}");
  BOOST_TEST(events[4].payload != "{}");
}

BOOST_AUTO_TEST_CASE(a_batch_is_bounded_by_rows_and_takes_one_message_always) {
  Life post;
  for (int i = 0; i < 5; ++i) post.send("ann", {"bob", "eve"});
  post.write([&] {
    db::execute(post.connection, "UPDATE Messages SET ExpiresAt = " + std::string(kLongAgo));
  });
  BOOST_TEST(post.expire(6) == 2);
  BOOST_TEST(post.expire(1) == 1);
  BOOST_TEST(post.expire() == 2);
}

BOOST_AUTO_TEST_CASE(a_message_that_states_no_end_gets_the_tenants) {
  Life post;
  BOOST_TEST(!post.send("ann", {"bob"}).message.expires_at.has_value());
  post.config.limits.default_expiry_ms = 1000;
  const auto message = post.send("ann", {"bob"}).message;
  BOOST_REQUIRE(message.expires_at.has_value());
  BOOST_TEST(*message.expires_at > message.created_at);
}

BOOST_AUTO_TEST_CASE(what_is_older_than_the_retention_leaves_no_row) {
  Life post;
  constexpr std::int64_t kYear = 365LL * 24 * 3'600'000;
  const auto old = post.send("ann", {"bob"}).message.id;
  const auto deleted = post.send("ann", {"bob"}).message.id;
  const auto reply = post.send("bob", {"ann"}, old).message.id;
  post.remove("ann", deleted);
  BOOST_TEST(!messaging::is_retention_over(post.connection, "acme", kYear));
  for (const auto id : {old, deleted}) post.set("CreatedAt = " + std::string(kLongAgo), id);
  BOOST_TEST(messaging::is_retention_over(post.connection, "acme", kYear));
  post.write([&] {
    BOOST_TEST(messaging::remove_old_messages(post.connection, "acme", kYear, 100) == 2);
  });
  BOOST_TEST(post.number("SELECT COUNT(*) FROM Messages") == 1);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM MessageRecipients") == 1);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM MessageThreads") == 0);
  BOOST_TEST(post.events().back().payload ==
             R"({"scope":"all","deletedBy":null,"messageIds":[1]})");
  BOOST_TEST(post.counts("bob").unread == 0);
  BOOST_TEST(post.see("bob", reply)->in_reply_to.value() == old);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
