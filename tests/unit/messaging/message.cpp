#include "messaging/message.h"

#include <boost/test/unit_test.hpp>

#include "core/text.h"
#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(a_message_is_seen_by_sender_and_recipients_and_nobody_else) {
  Post post;
  const auto id = post.send("ann", {"bob"}).message.id;
  BOOST_TEST(post.see("ann", id).value().viewer_is_sender);
  BOOST_TEST(post.see("bob", id).value().viewer_is_recipient);
  BOOST_TEST(!post.see("eve", id).has_value());
  BOOST_TEST(
      !messaging::find_message(post.connection, {"dana@acme.example", true}, id).has_value());
  BOOST_TEST(!post.see("ann", 999).has_value());
  BOOST_TEST(!post.see("ann", -1).has_value());
}

BOOST_AUTO_TEST_CASE(who_has_read_is_for_the_sender) {
  Post post;
  const auto id = post.send("ann", {"bob", "eve"}).message.id;
  const auto bob = post.caller("bob");
  post.write([&] { messaging::set_read(post.connection, bob, id, true); });
  const auto for_sender = message_json(post.see("ann", id).value());
  BOOST_TEST(for_sender.at("recipients").at(0).at("isRead").as_bool());
  BOOST_TEST(for_sender.at("version").as_int64() == 2);
  const auto for_other = message_json(post.see("eve", id).value());
  BOOST_TEST(!for_other.at("recipients").at(0).as_object().contains("isRead"));
  BOOST_TEST(for_other.at("version").as_int64() == 1);  // nothing that eve sees has changed
}

BOOST_AUTO_TEST_CASE(what_a_recipient_deleted_or_all_lost_is_not_there) {
  Post post;
  const auto id = post.send("ann", {"bob", "eve"}).message.id;
  post.write([&] {
    db::execute(post.connection,
                "UPDATE MessageRecipients SET IsDeleted = 1 WHERE RecipientEmail LIKE 'bob%'");
  });
  BOOST_TEST(!post.see("bob", id).has_value());
  BOOST_TEST(post.see("eve", id).has_value());
  post.write([&] { db::execute(post.connection, "UPDATE Messages SET IsDeleted = 1"); });
  BOOST_TEST(!post.see("eve", id).has_value());
  BOOST_TEST(!post.see("ann", id).has_value());
}

BOOST_AUTO_TEST_CASE(an_item_has_an_excerpt_in_place_of_the_bodies) {
  Post post;
  const auto id = post.send("ann", {"bob"}).message.id;
  const auto item = item_json(post.see("bob", id).value());
  BOOST_TEST(item.contains("excerpt"));
  BOOST_TEST(!item.contains("body"));
  BOOST_TEST(!item.contains("bodyHtml"));
  const auto whole = message_json(post.see("bob", id).value());
  BOOST_TEST(!whole.contains("excerpt"));
  BOOST_TEST(whole.at("bodyHtml").as_string() == "<p>Body</p>\n");
}

BOOST_AUTO_TEST_CASE(an_excerpt_is_short_folded_and_whole_in_its_letters) {
  BOOST_TEST(messaging::excerpt_of("") == "");
  BOOST_TEST(messaging::excerpt_of("  a \r\n\t b  ") == "a b");
  std::string wide;
  for (int i = 0; i < 5000; ++i) wide += "\u20ac";
  const std::string excerpt = messaging::excerpt_of(wide);
  BOOST_TEST(code_points(excerpt) == messaging::kExcerptLength);
  BOOST_TEST(is_utf8(excerpt));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
