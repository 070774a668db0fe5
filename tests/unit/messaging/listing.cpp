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
         messaging::list_messages(connection, {address(name), false}, filter, config.limits)
             .items) {
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
    const auto page = messaging::list_messages(post.connection, {"bob@acme.example", false}, filter,
                                               post.config.limits);
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
  const auto page = messaging::list_messages(post.connection, {"bob@acme.example", false}, filter,
                                             post.config.limits);
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

BOOST_AUTO_TEST_CASE(what_the_viewer_or_the_sender_deleted_is_in_no_list) {
  Mailbox post;
  post.send("ann", {"bob", "eve"});
  post.send("ann", {"bob", "eve"});
  post.send("ann", {"bob", "eve"});
  post.connection.script("UPDATE Messages SET IsDeleted = 1 WHERE Id = 2;"
                         "UPDATE MessageRecipients SET IsDeleted = 1 WHERE MessageId = 3"
                         " AND RecipientEmail = 'bob@acme.example'");
  for (const Folder folder : {Folder::inbox, Folder::all}) {
    same(post.ids("bob", folder), {1});
    same(post.ids("eve", folder), {3, 1});
  }
  same(post.ids("ann", Folder::sent), {3, 1});
}

BOOST_AUTO_TEST_CASE(each_filter_narrows_each_folder) {
  Mailbox post;
  for (int i = 0; i < 8; ++i) post.send("ann", {"bob"});
  post.send("bob", {"ann"});
  // Every combination of read, archived and with attachments, one message each.
  post.connection.script("UPDATE MessageRecipients SET IsRead = (MessageId & 1) <> 0, IsArchived = "
                         "(MessageId & 2) <> 0;"
                         "UPDATE Messages SET HasAttachments = (Id & 4) <> 0;"
                         "UPDATE Messages SET IsArchived = 1, HasAttachments = 1 WHERE Id = 9;");
  MessageFilter filter;
  filter.unread = true;
  same(post.ids("bob", filter), {8, 4});
  filter.folder = Folder::archived;
  same(post.ids("bob", filter), {6, 2});
  filter.folder = Folder::all;
  same(post.ids("bob", filter), {8, 6, 4, 2});
  filter.has_attachments = true;
  same(post.ids("bob", filter), {6, 4});
  filter.has_attachments = false;
  same(post.ids("bob", filter), {8, 2});
  filter.folder = Folder::sent;
  same(post.ids("bob", filter), {});
  filter = {};
  filter.has_attachments = true;
  same(post.ids("bob", filter), {5, 4});
  filter.folder = Folder::archived;
  same(post.ids("bob", filter), {9, 7, 6});
  filter.folder = Folder::all;
  same(post.ids("bob", filter), {9, 7, 6, 5, 4});
  filter.from = "bob@acme.example";
  same(post.ids("bob", filter), {9});
}

BOOST_AUTO_TEST_CASE(a_scan_for_what_no_index_knows_ends_and_says_where_to_go_on) {
  Mailbox post;
  auto urgent = Post::draft({"bob"});
  urgent.priority = "urgent";
  post.send_draft("ann", urgent);
  for (int i = 0; i < 10; ++i) post.send("ann", {"bob"});
  post.config.limits.scan = 4;
  MessageFilter filter;
  filter.tenant = "acme";
  filter.priority = "urgent";
  Ids found;
  std::vector<std::size_t> sizes;
  do {
    const auto page = messaging::list_messages(post.connection, {"bob@acme.example", false}, filter,
                                               post.config.limits);
    for (const auto& message : page.items) found.push_back(message.id);
    sizes.push_back(page.items.size());
    filter.before = page.next;
  } while (filter.before);
  same(found, {1});
  BOOST_TEST(sizes == (std::vector<std::size_t>{0, 0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(recipients_are_named_up_to_a_bound_and_counted_all) {
  Mailbox post;
  post.config.limits.recipients_shown = 2;
  const auto sent = post.send("ann", {"bob", "eve", "dana"}).message;
  BOOST_TEST(sent.recipients.size() == 2U);
  BOOST_TEST(sent.recipient_count == 3);
  MessageFilter filter;
  filter.tenant = "acme";
  filter.folder = Folder::all;
  const auto item = messaging::list_messages(post.connection, {"ann@acme.example", false, 2},
                                             filter, post.config.limits)
                        .items.at(0);
  BOOST_TEST(item.recipients.size() == 2U);
  BOOST_TEST(item.recipients.at(1).email == "dana@acme.example");
  BOOST_TEST(item.recipient_count == 3);
  // Eve is not among those shown, and her own copy is hers all the same.
  const auto reader = post.caller("eve");
  post.write([&] { messaging::set_read(post.connection, reader, sent.id, true); });
  BOOST_TEST(post.see("eve", sent.id)->is_read);
  BOOST_TEST(post.see("eve", sent.id)->version > sent.version);
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
  const auto stats = messaging::mailbox_stats(post.connection, {"bob@acme.example", false}, "acme",
                                              post.config.limits);
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
