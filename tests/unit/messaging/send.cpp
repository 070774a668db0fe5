#include "messaging/send.h"

#include <boost/test/unit_test.hpp>

#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(send)

// The rows of the 422; empty where it is sent.
std::string fault_of(Post& post, const std::string& from, const messaging::Draft& draft) {
  try {
    post.send_draft(from, draft);
  } catch (const ApiError& error) {
    std::string text;
    for (const FieldError& row : error.errors())
      text += row.field + "=" + std::string(row.code) + " ";
    return text;
  }
  return {};
}

BOOST_AUTO_TEST_CASE(a_message_its_counts_and_its_event_come_together) {
  Post post;
  const auto sent = post.send("ann", {"bob", "eve"});
  BOOST_TEST(sent.message.id == 1);
  BOOST_TEST(sent.message.version == 1);
  BOOST_TEST(sent.message.thread_id == 1);
  BOOST_TEST(sent.message.recipient_count == 2);
  BOOST_TEST(sent.announcement.cursor.seq == 1);
  BOOST_TEST(post.counts("bob").unread == 1);
  BOOST_TEST(post.counts("bob").unseen == 1);
  BOOST_TEST(post.counts("bob").version == 1);
  BOOST_TEST(post.counts("ann").unread == 0);
  const auto events = post.events();
  BOOST_TEST_REQUIRE(events.size() == 1U);
  BOOST_TEST(events[0].type == "message:new");
  BOOST_TEST(events[0].message_id == 1);
  BOOST_TEST(events[0].audience.size() == 3U);
  BOOST_TEST(events::find_addressee(events[0], "bob@acme.example")->counts->unread == 1);
  BOOST_TEST(!events::find_addressee(events[0], "ann@acme.example")->counts.has_value());
  BOOST_TEST(events::find_addressee(events[0], "dana@acme.example") == nullptr);
  BOOST_TEST(parse_json(events[0].payload, 32).has_value());
}

BOOST_AUTO_TEST_CASE(the_audience_is_each_person_once_and_never_the_sender) {
  Post post;
  auto draft = Post::draft({"bob", "ann"});
  draft.recipients.emplace_back(" BOB@ACME.example ");
  draft.roles = {"editor"};
  post.write([&] { auth::give_role(post.connection, "acme", "bob@acme.example", "editor"); });
  post.write([&] { auth::give_role(post.connection, "acme", "eve@acme.example", "editor"); });
  const auto sent = post.send_draft("ann", draft);
  BOOST_TEST_REQUIRE(sent.message.recipients.size() == 2U);
  BOOST_TEST(sent.message.recipients[0].email == "bob@acme.example");
  BOOST_TEST(sent.message.recipients[1].email == "eve@acme.example");
  BOOST_TEST(post.counts("bob").unread == 1);
}

BOOST_AUTO_TEST_CASE(foreign_disabled_and_missing_people_are_the_same_refusal) {
  Post post;
  post.write([&] { auth::disable_person(post.connection, "eve@acme.example"); });
  auto draft = Post::draft({"bob", "eve", "nobody"});
  draft.recipients.emplace_back("carol@globex.example");
  draft.recipients.emplace_back("no address");
  BOOST_TEST(fault_of(post, "ann", draft) ==
             "recipients[1]=unknown_recipient recipients[2]=unknown_recipient"
             " recipients[3]=unknown_recipient recipients[4]=unknown_recipient ");
  BOOST_TEST(post.number("SELECT COUNT(*) FROM Messages") == 0);
  BOOST_TEST(post.number("SELECT Head FROM EventHeads WHERE TenantId = 'acme'") == 0);
  BOOST_TEST(post.counts("bob").unread == 0);
}

BOOST_AUTO_TEST_CASE(an_audience_of_nobody_or_too_many_is_refused) {
  Post post;
  BOOST_TEST(fault_of(post, "ann", Post::draft({"ann"})) == "recipients=empty_audience ");
  BOOST_TEST(fault_of(post, "ann", Post::draft({})) == "recipients=empty_audience ");
  auto draft = Post::draft({"bob"});
  draft.roles = {"captain"};
  BOOST_TEST(fault_of(post, "ann", draft) == "roles[0]=unknown_role ");
  post.config.limits.recipients = 1;
  BOOST_TEST(fault_of(post, "ann", Post::draft({"bob", "eve"})) == "recipients=too_many ");
}

BOOST_AUTO_TEST_CASE(a_reply_joins_the_conversation_of_its_parent) {
  Post post;
  const auto first = post.send("ann", {"bob"});
  const auto second = post.send("bob", {"ann"}, first.message.id);
  const auto third = post.send("ann", {"bob"}, second.message.id);
  BOOST_TEST(third.message.thread_id == first.message.id);
  BOOST_TEST(third.message.in_reply_to.value() == second.message.id);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM MessageThreads") == 2);
}

BOOST_AUTO_TEST_CASE(a_parent_one_may_not_see_is_refused_like_one_that_is_not_there) {
  Post post;
  const auto secret = post.send("ann", {"bob"});
  const std::string fault = "replyToMessageId=unknown_message ";
  BOOST_TEST(fault_of(post, "eve", Post::draft({"bob"}, secret.message.id)) == fault);
  BOOST_TEST(fault_of(post, "eve", Post::draft({"bob"}, 999)) == fault);
  BOOST_TEST(fault_of(post, "dana", Post::draft({"bob"}, secret.message.id)) == fault);
  BOOST_TEST(post.number("SELECT COUNT(*) FROM Messages") == 1);
}

BOOST_AUTO_TEST_CASE(a_parent_of_another_tenant_is_refused) {
  Post post;
  post.add_member("globex", "ann@acme.example");
  const auto ours = post.send("ann", {"bob"});
  auto draft = Post::draft({}, ours.message.id);
  draft.tenant = "globex";
  draft.recipients = {"carol@globex.example"};
  BOOST_TEST(fault_of(post, "ann", draft) == "replyToMessageId=unknown_message ");
}

BOOST_AUTO_TEST_CASE(a_large_audience_is_told_by_several_events) {
  Post post;
  post.config.limits.recipients = 2000;
  auto draft = Post::draft({});
  for (int i = 0; i < 1500; ++i) {
    draft.recipients.push_back("p" + std::to_string(i) + "@acme.example");
  }
  post.write([&] {
    for (const std::string& email : draft.recipients) {
      auth::add_person(post.connection, {email, email});
      auth::add_member(post.connection, "acme", email, false);
    }
  });
  const auto sent = post.send_draft("ann", draft);
  BOOST_TEST(sent.message.version == 1);
  BOOST_TEST(sent.announcement.cursor.seq == 2);
  BOOST_TEST(post.events().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
