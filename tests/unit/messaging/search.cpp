#include "messaging/search.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "db/tokenizer.h"
#include "messaging/mailbox.h"
#include "messaging/post.h"
#include "messaging/search_index.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(search)

using messaging::Folder;
using messaging::MessageFilter;
using Ids = std::vector<std::int64_t>;

struct Searchable : Post {
  std::int64_t write_to(const std::string& from, const std::vector<std::string>& to,
                        const std::string& subject, const std::string& body) {
    auto what = draft(to);
    what.subject = subject;
    what.body = body;
    return send_draft(from, what).message.id;
  }
  void index_all() {
    while (write([&] { return messaging::extend_search_index(connection, 3, 1 << 20); }) > 0) {
    }
  }
  messaging::MessagePage page(const std::string& name, const std::string& typed,
                              MessageFilter filter) {
    filter.tenant = "acme";
    return messaging::search_messages(connection, {address(name), false}, filter,
                                      messaging::read_search(typed, config.limits), config.limits);
  }
  Ids found(const std::string& name, const std::string& typed, MessageFilter filter) {
    Ids ids;
    for (const auto& message : page(name, typed, std::move(filter)).items) {
      ids.push_back(message.id);
    }
    return ids;
  }
  Ids found(const std::string& name, const std::string& typed) {
    MessageFilter filter;
    filter.folder = Folder::all;
    return found(name, typed, filter);
  }
  /// FTS5 compares the index with what it should hold; throws where they differ.
  void check_index() {
    connection.script(
        "INSERT INTO MessageSearch(MessageSearch, rank) VALUES ('integrity-check', 1)");
  }
};

void same(const Ids& got, const Ids& want) {
  BOOST_TEST(got == want, boost::test_tools::per_element());
}

// Runs `check` while nothing is in the index, while some is, and when all is.
template <class Check>
void however_much_is_indexed(Searchable& post, Check check) {
  for (int round = 0; round < 3; ++round) {
    BOOST_TEST_CONTEXT("round " << round) { check(); }
    post.write([&] { messaging::extend_search_index(post.connection, 1, 1); });
    if (round == 1) post.index_all();
  }
}

BOOST_AUTO_TEST_CASE(words_are_found_in_subject_and_body_newest_first) {
  Searchable post;
  post.write_to("ann", {"bob"}, "Harbour dues", "Payable in Düsseldorf.");
  post.write_to("ann", {"bob"}, "Lunch", "Near the harbour?");
  post.write_to("bob", {"ann"}, "Re: Lunch", "The harbour it is, dues or not.");
  however_much_is_indexed(post, [&] {
    same(post.found("bob", "harbour"), {3, 2, 1});
    same(post.found("bob", "HARBOUR dues"), {3, 1});
    same(post.found("bob", "dusseldorf"), {1});
    same(post.found("bob", "harb*"), {3, 2, 1});
    same(post.found("bob", "ha*"), {3, 2, 1});
    same(post.found("bob", "harb"), {});
    same(post.found("bob", "\"the harbour\""), {3, 2});
    same(post.found("bob", "\"harbour dues\""), {1});
    same(post.found("bob", "\"harbour it i*\""), {3});
    same(post.found("bob", "lunch harbour"), {3, 2});
    same(post.found("bob", "nowhere"), {});
    same(post.found("bob", "?!"), {});
  });
  post.check_index();
}

BOOST_AUTO_TEST_CASE(a_search_sees_only_what_the_caller_may_see) {
  Searchable post;
  post.write_to("ann", {"bob"}, "secret", "");
  post.write_to("ann", {"eve"}, "secret", "");
  post.add_member("globex", Post::address("bob"));
  auto elsewhere = Post::draft({"bob"});
  elsewhere.tenant = "globex";
  elsewhere.subject = "secret";
  const auto carol = post.caller("carol", "globex");
  post.write([&] { messaging::send(post.connection, carol, elsewhere, post.config.limits); });
  however_much_is_indexed(post, [&] {
    same(post.found("bob", "secret"), {1});
    same(post.found("eve", "secret"), {2});
    same(post.found("ann", "secret"), {2, 1});
    same(post.found("dana", "secret"), {});
    // Not by the names that the index has for people either.
    for (int mailbox = 1; mailbox < 6; ++mailbox) {
      same(post.found("bob", "\uE000" + std::to_string(mailbox)), {});
    }
    same(post.found("bob", "\uE00161636d65"), {});
  });
}

BOOST_AUTO_TEST_CASE(what_one_has_deleted_is_found_no_more_and_others_find_theirs) {
  Searchable post;
  post.write_to("ann", {"bob", "eve"}, "secret", "");
  post.connection.script("UPDATE MessageRecipients SET IsDeleted = 1"
                         " WHERE RecipientEmail = 'bob@acme.example'");
  however_much_is_indexed(post, [&] {
    same(post.found("bob", "secret"), {});
    same(post.found("eve", "secret"), {1});
  });
}

// What others do with a message, in the SQL that it comes down to.
struct Act {
  const char* sql;
  Ids old_word, new_word;
};

BOOST_AUTO_TEST_CASE(the_index_follows_an_edit_a_recall_and_a_deletion_and_back) {
  const Act kActs[] = {
      {"UPDATE Messages SET Subject = 'new', Body = 'newer' WHERE Id = 1", {2}, {1}},
      {"UPDATE Messages SET Body = 'old new' WHERE Id = 1", {2, 1}, {1}},
      {"UPDATE Messages SET Subject = '', Body = '', IsRecalled = 1 WHERE Id = 1", {2}, {}},
      {"UPDATE Messages SET IsDeleted = 1", {}, {}},
      {"UPDATE Messages SET IsDeleted = 1; UPDATE Messages SET IsDeleted = 0", {2, 1}, {}},
      {"DELETE FROM Messages WHERE Id = 1", {2}, {}},
      {"UPDATE Messages SET IsDeleted = 1; DELETE FROM Messages", {}, {}},
      {"UPDATE Messages SET Version = 7, IsArchived = 0", {2, 1}, {}},
  };
  for (const Act& act : kActs) {
    for (const bool is_indexed : {false, true}) {
      BOOST_TEST_CONTEXT(act.sql << (is_indexed ? ", indexed" : ", not indexed")) {
        Searchable post;
        post.write_to("ann", {"bob"}, "old", "old");
        post.write_to("ann", {"bob"}, "old", "old");
        if (is_indexed) post.index_all();
        post.connection.script(act.sql);
        same(post.found("bob", "old"), act.old_word);
        same(post.found("bob", "new"), act.new_word);
        post.index_all();
        same(post.found("bob", "old"), act.old_word);
        same(post.found("bob", "new"), act.new_word);
        post.check_index();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_act_that_is_rolled_back_leaves_the_index_as_it_was) {
  Searchable post;
  post.write_to("ann", {"bob"}, "old", "");
  post.index_all();
  {
    db::WriteTransaction transaction(post.connection);
    db::execute(post.connection, "UPDATE Messages SET Subject = 'new'");
  }
  same(post.found("bob", "old"), {1});
  post.check_index();
}

BOOST_AUTO_TEST_CASE(a_message_to_a_crowd_is_found_by_those_who_have_it) {
  Searchable post;
  for (const char* type : {"direct", "broadcast"}) {
    const auto id = post.write_to("ann", {"bob"}, "crowd", type);
    db::execute(post.connection,
                "UPDATE Messages SET MessageType = ?, RecipientCount = 5000 WHERE Id = ?", type,
                id);
  }
  however_much_is_indexed(post, [&] {
    same(post.found("bob", "crowd"), {2, 1});
    same(post.found("ann", "crowd"), {2, 1});
    same(post.found("eve", "crowd"), {});
  });
  // The recipients of a broadcast come in batches, long after its row.
  post.write([&] {
    messaging::store_recipient(post.connection, {2, "acme", Post::address("eve"), std::nullopt, 1});
  });
  same(post.found("eve", "crowd"), {2});
  post.check_index();
}

BOOST_AUTO_TEST_CASE(filters_hold_in_a_search_too) {
  Searchable post;
  for (int i = 0; i < 8; ++i) post.write_to("ann", {"bob"}, "word", "");
  post.write_to("bob", {"ann"}, "word", "");
  post.connection.script("UPDATE MessageRecipients SET IsRead = (MessageId & 1) <> 0, IsArchived = "
                         "(MessageId & 2) <> 0;"
                         "UPDATE Messages SET HasAttachments = (Id & 4) <> 0;"
                         "UPDATE Messages SET Priority = 'urgent' WHERE Id IN (1, 5);"
                         "UPDATE Messages SET IsArchived = 1 WHERE Id = 9;");
  however_much_is_indexed(post, [&] {
    const auto found = [&](Folder folder, auto narrow) {
      MessageFilter filter;
      filter.folder = folder;
      narrow(filter);
      return post.found("bob", "word", filter);
    };
    const auto all_of = [&](Folder folder) { return found(folder, [](auto&) {}); };
    same(all_of(Folder::inbox), {8, 5, 4, 1});
    same(all_of(Folder::archived), {9, 7, 6, 3, 2});
    same(all_of(Folder::sent), {});
    same(found(Folder::sent, [](auto& filter) { filter.unread = true; }), {});
    same(all_of(Folder::all), {9, 8, 7, 6, 5, 4, 3, 2, 1});
    same(found(Folder::all, [](auto& filter) { filter.unread = true; }), {8, 6, 4, 2});
    same(found(Folder::all, [](auto& filter) { filter.has_attachments = true; }), {7, 6, 5, 4});
    same(found(Folder::inbox, [](auto& filter) { filter.has_attachments = false; }), {8, 1});
    same(found(Folder::inbox, [](auto& filter) { filter.priority = "urgent"; }), {5, 1});
    same(found(Folder::all, [](auto& filter) { filter.from = Post::address("bob"); }), {9});
    same(found(Folder::inbox, [](auto& filter) { filter.message_type = "broadcast"; }), {});
    same(found(Folder::all, [](auto& filter) { filter.before = 4; }), {3, 2, 1});
  });
}

BOOST_AUTO_TEST_CASE(pages_of_a_search_meet_without_hole_or_repeat) {
  Searchable post;
  for (int i = 0; i < 20; ++i) post.write_to("ann", {"bob"}, i % 3 == 0 ? "yes" : "no", "");
  for (const std::int64_t most_judged : {1000, 4}) {
    post.config.limits.scan = most_judged;
    however_much_is_indexed(post, [&] {
      MessageFilter filter;
      filter.limit = 3;
      Ids all;
      do {
        const auto page = post.page("bob", "yes", filter);
        for (const auto& message : page.items) all.push_back(message.id);
        filter.before = page.next;
      } while (filter.before);
      same(all, {19, 16, 13, 10, 7, 4, 1});
    });
  }
}

BOOST_AUTO_TEST_CASE(a_page_looks_through_a_bounded_amount_of_text) {
  Searchable post;
  for (int i = 0; i < 6; ++i) {
    post.write_to("ann", {"bob"}, i == 0 ? "ab" : "x", std::string(10'000, 'y') + " a b");
  }
  post.config.limits.search_text = 25'000;
  MessageFilter filter;
  int pages = 0;
  Ids all;
  do {
    const auto page = post.page("bob", "ab*", filter);
    for (const auto& message : page.items) all.push_back(message.id);
    filter.before = page.next;
    ++pages;
  } while (filter.before);
  same(all, {1});
  BOOST_TEST(pages == 3);
}

BOOST_AUTO_TEST_CASE(items_show_where_the_words_are) {
  Searchable post;
  post.write_to("ann", {"bob"}, "Harbour", "The <b>harbour</b>.");
  const auto item = messaging::item_json(post.page("bob", "harbour", {}).items.at(0));
  const auto want = json::object{{"subject", {{{"text", "Harbour"}, {"hit", true}}}},
                                 {"body",
                                  {{{"text", "The <b>"}, {"hit", false}},
                                   {{"text", "harbour"}, {"hit", true}},
                                   {{"text", "</b>."}, {"hit", false}}}}};
  BOOST_TEST(item.at("snippet") == want);
  BOOST_TEST(messaging::item_json(*post.see("bob", 1)).contains("snippet") == false);
}

BOOST_AUTO_TEST_CASE(the_index_grows_by_batches_of_messages_and_of_text) {
  Searchable post;
  for (int i = 0; i < 5; ++i) post.write_to("ann", {"bob"}, "s", std::string(100, 'x'));
  const auto extend = [&](std::int64_t messages, std::int64_t bytes) {
    return post.write(
        [&] { return messaging::extend_search_index(post.connection, messages, bytes); });
  };
  BOOST_TEST(extend(2, 1 << 20) == 2);
  BOOST_TEST(messaging::search_indexed_up_to(post.connection) == 2);
  BOOST_TEST(extend(10, 150) == 2);
  BOOST_TEST(extend(10, 1) == 1);
  BOOST_TEST(extend(10, 1) == 0);
  BOOST_TEST(messaging::search_indexed_up_to(post.connection) == 5);
  post.check_index();
}

// Random mail, random acts, random searches: the index, the walk and a plain look at everything
// agree.
struct Random {
  std::uint32_t seed = std::random_device{}();
  std::mt19937 engine{seed};
  std::size_t below(std::size_t n) { return engine() % n; }
  std::string pick(const std::vector<std::string>& of) { return of[below(of.size())]; }
};

const std::vector<std::string> kWords = {"alpha", "Älpha", "alphabet", "beta", "be", "gamma-delta",
                                         "delta", "42",    "naïve",    "日本", "x"};

std::string sentence(Random& random, std::size_t most) {
  std::string text;
  for (std::size_t n = random.below(most + 1); n > 0; --n) {
    text += random.pick(kWords) + random.pick({" ", ", ", "\n", "-"});
  }
  return text;
}

std::string typed_words(Random& random) {
  std::string typed;
  for (std::size_t n = 1 + random.below(3); n > 0; --n) {
    if (random.below(3) == 0) {
      typed += '"' + random.pick(kWords) + ' ' + random.pick(kWords) + random.pick({"\" ", "*\" "});
    } else {
      typed += random.pick(kWords) + random.pick({" ", "* "});
    }
  }
  return typed;
}

Ids plain_scan(Searchable& post, const std::string& name, const std::string& typed) {
  const db::Tokenizer tokenizer(post.connection);
  const auto phrases =
      messaging::phrases_of(messaging::read_search(typed, post.config.limits), tokenizer);
  Ids ids;
  for (std::int64_t id = post.number("SELECT MAX(Id) FROM Messages"); id > 0; --id) {
    const auto message = post.see(name, id);
    if (message &&
        messaging::TextSearch(tokenizer, phrases).holds_all(message->subject, message->body)) {
      ids.push_back(id);
    }
  }
  return ids;
}

void act_on_some(Searchable& post, Random& random) {
  const std::vector<std::string> kActs = {
      "UPDATE Messages SET Body = 'beta delta' WHERE Id = ? AND IsRecalled = 0",
      "UPDATE Messages SET IsRecalled = 1, Subject = '', Body = '' WHERE Id = ?",
      "UPDATE Messages SET IsDeleted = 1 - IsDeleted WHERE Id = ?",
      "UPDATE MessageRecipients SET IsDeleted = 1 - IsDeleted WHERE Id = ?",
      "DELETE FROM Messages WHERE Id = ?"};
  const auto newest = static_cast<std::size_t>(post.number("SELECT MAX(Id) FROM Messages"));
  db::execute(post.connection, random.pick(kActs),
              static_cast<std::int64_t>(1 + random.below(newest)));
}

BOOST_AUTO_TEST_CASE(any_search_finds_what_a_plain_scan_finds) {
  Searchable post;
  Random random;
  const std::vector<std::string> people = {"ann", "bob", "eve", "dana"};
  for (int i = 0; i < 150; ++i) {
    BOOST_TEST_CONTEXT("seed " << random.seed << ", step " << i) {
      const auto from = random.pick(people);
      std::vector<std::string> to = people;
      std::erase(to, from);
      to.resize(1 + random.below(3));
      post.write_to(from, to, sentence(random, 3), sentence(random, 12));
      if (random.below(4) == 0) act_on_some(post, random);
      if (random.below(5) == 0) post.index_all();
      const auto who = random.pick(people);
      const auto typed = typed_words(random);
      MessageFilter filter;
      filter.folder = Folder::all;
      filter.limit = 1000;
      BOOST_TEST_CONTEXT(who << " searches " << typed) {
        same(post.found(who, typed, filter), plain_scan(post, who, typed));
      }
    }
  }
  post.index_all();
  post.check_index();
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
