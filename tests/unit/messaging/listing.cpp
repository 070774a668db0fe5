#include "messaging/listing.h"

#include <boost/test/unit_test.hpp>

#include "messaging/post.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(listing)

using messaging::Folder;
using messaging::MessageFilter;
using Ids = std::vector<std::int64_t>;

struct Mailbox : Post {
  Ids ids(const std::string& name, MessageFilter filter) {
    filter.tenant = "acme";
    Ids ids;
    for (const auto& message :
         messaging::list_messages(connection, {address(name), false}, filter).items) {
      ids.push_back(message.id);
    }
    return ids;
  }
  Ids ids(const std::string& name, Folder of) {
    MessageFilter filter;
    filter.folder = of;
    return ids(name, filter);
  }
};

void same(const Ids& got, const Ids& want) {
  BOOST_TEST(got == want, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(folders_hold_what_concerns_the_viewer_newest_first) {
  Mailbox post;
  post.send("ann", {"bob"});
  post.send("bob", {"ann"});
  post.send("ann", {"eve"});
  post.send("ann", {"bob", "eve"});
  same(post.ids("bob", Folder::inbox), {4, 1});
  same(post.ids("bob", Folder::sent), {2});
  same(post.ids("bob", Folder::all), {4, 2, 1});
  same(post.ids("bob", Folder::archived), {});
  same(post.ids("eve", Folder::all), {4, 3});
  same(post.ids("dana", Folder::all), {});
}

BOOST_AUTO_TEST_CASE(what_is_archived_is_in_one_folder_only) {
  Mailbox post;
  post.send("ann", {"bob"});
  post.send("bob", {"ann"});
  post.write([&] {
    db::execute(post.connection, "UPDATE MessageRecipients SET IsArchived = 1 WHERE MessageId = 1");
    db::execute(post.connection, "UPDATE Messages SET IsArchived = 1 WHERE Id = 2");
  });
  same(post.ids("bob", Folder::inbox), {});
  same(post.ids("bob", Folder::sent), {});
  same(post.ids("bob", Folder::archived), {2, 1});
  same(post.ids("bob", Folder::all), {2, 1});
  same(post.ids("ann", Folder::sent), {1});  // the other's archive is the other's
}

BOOST_AUTO_TEST_CASE(pages_meet_without_hole_or_repeat) {
  Mailbox post;
  for (int i = 0; i < 7; ++i) post.send(i % 2 == 0 ? "ann" : "bob", {i % 2 == 0 ? "bob" : "ann"});
  MessageFilter filter;
  filter.tenant = "acme";
  filter.folder = Folder::all;
  filter.limit = 3;
  Ids all;
  int pages = 0;
  do {
    const auto page =
        messaging::list_messages(post.connection, {"bob@acme.example", false}, filter);
    for (const auto& message : page.items) all.push_back(message.id);
    filter.before = page.next;
    ++pages;
  } while (filter.before);
  same(all, {7, 6, 5, 4, 3, 2, 1});
  BOOST_TEST(pages == 3);
}

BOOST_AUTO_TEST_CASE(a_page_that_is_just_full_has_no_next_one) {
  Mailbox post;
  for (int i = 0; i < 3; ++i) post.send("ann", {"bob"});
  MessageFilter filter;
  filter.tenant = "acme";
  filter.limit = 3;
  const auto page = messaging::list_messages(post.connection, {"bob@acme.example", false}, filter);
  BOOST_TEST(page.items.size() == 3U);
  BOOST_TEST(!page.next.has_value());
}

BOOST_AUTO_TEST_CASE(filters_narrow_the_list) {
  Mailbox post;
  post.send("ann", {"bob"});
  auto urgent = Post::draft({"bob"});
  urgent.priority = "urgent";
  post.send_draft("eve", urgent);
  const auto reader = post.caller("bob");
  post.write([&] { messaging::set_read(post.connection, reader, 1, true); });
  MessageFilter filter;
  filter.unread = true;
  same(post.ids("bob", filter), {2});
  filter = {};
  filter.priority = "urgent";
  same(post.ids("bob", filter), {2});
  filter = {};
  filter.from = "ann@acme.example";
  same(post.ids("bob", filter), {1});
  filter.message_type = "broadcast";
  same(post.ids("bob", filter), {});
  filter = {};
  filter.has_attachments = true;
  same(post.ids("bob", filter), {});
  filter.has_attachments = false;
  same(post.ids("bob", filter), {2, 1});
}

BOOST_AUTO_TEST_CASE(another_tenants_messages_are_in_no_list) {
  Mailbox post;
  post.add_member("globex", "bob@acme.example");
  auto draft = Post::draft({});
  draft.tenant = "globex";
  draft.recipients = {"carol@globex.example"};
  post.send_draft("bob", draft);
  same(post.ids("bob", Folder::all), {});
}

BOOST_AUTO_TEST_CASE(figures_of_a_mailbox_agree_with_its_lists) {
  Mailbox post;
  const auto first = post.send("ann", {"bob"}).message.id;
  post.send("bob", {"ann"}, first);
  post.send("eve", {"bob"});
  const auto stats = messaging::mailbox_stats(post.connection, {"bob@acme.example", false}, "acme");
  BOOST_TEST(stats.total == 3);
  BOOST_TEST(stats.unread == 2);
  BOOST_TEST(stats.sent == 1);
  BOOST_TEST(stats.received == 2);
  BOOST_TEST(stats.conversations == 2);
}

BOOST_AUTO_TEST_CASE(people_to_write_to_are_the_other_members_by_address) {
  Post post;
  post.write([&] { auth::disable_person(post.connection, "eve@acme.example"); });
  messaging::PeopleFilter filter{"acme", "ann@acme.example", "", "", 10};
  const auto all = messaging::list_recipients(post.connection, filter);
  BOOST_TEST_REQUIRE(all.items.size() == 2U);
  BOOST_TEST(all.items[0].email == "bob@acme.example");
  BOOST_TEST(all.items[1].email == "dana@acme.example");
  filter.limit = 1;
  const auto page = messaging::list_recipients(post.connection, filter);
  BOOST_TEST(page.next.value() == "bob@acme.example");
  filter.after = *page.next;
  const auto last = messaging::list_recipients(post.connection, filter);
  BOOST_TEST(last.items.at(0).email == "dana@acme.example");
  BOOST_TEST(!last.next.has_value());
}

BOOST_AUTO_TEST_CASE(wildcards_in_a_search_are_letters) {
  Post post;
  post.write([&] { auth::add_person(post.connection, {"z_z@acme.example", "100% Z"}); });
  post.write([&] { auth::add_member(post.connection, "acme", "z_z@acme.example", false); });
  const auto found = [&](const std::string& query) {
    return messaging::list_recipients(post.connection, {"acme", "", query, "", 10}).items.size();
  };
  BOOST_TEST(found("BOB") == 1U);
  BOOST_TEST(found("%") == 1U);
  BOOST_TEST(found("_") == 1U);
  BOOST_TEST(found("\\") == 0U);
  BOOST_TEST(found("nobody") == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
