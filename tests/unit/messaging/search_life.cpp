#include <boost/test/unit_test.hpp>

#include "messaging/life.h"
#include "messaging/search.h"
#include "messaging/search_index.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(search_life)

using Ids = std::vector<std::int64_t>;
using messaging::DeleteScope;

// ann has written "old" to bob, twice; an act concerns the first of both.
struct Searched : Life {
  explicit Searched(bool is_indexed) {
    auto what = draft({"bob"});
    what.body = "old";
    send_draft("ann", what);
    send_draft("ann", what);
    if (is_indexed) write([&] { messaging::extend_search_index(connection, 10, 1 << 20); });
  }
  // Signing in writes: nobody can do so within a transaction.
  const auth::Caller ann = caller("ann"), bob = caller("bob"), dana = caller("dana");

  Ids found(const std::string& name, const std::string& typed) {
    messaging::MessageFilter filter;
    filter.tenant = "acme";
    filter.folder = messaging::Folder::all;
    Ids ids;
    const auto terms = messaging::read_search(typed, config.limits);
    for (const auto& message : messaging::search_messages(connection, {address(name), false},
                                                          filter, terms, config.limits)
                                   .items) {
      ids.push_back(message.id);
    }
    return ids;
  }
  /// What lies in the index itself, whoever may see it.
  Ids indexed(const std::string& word) {
    Ids ids;
    db::Query row(connection,
                  "SELECT rowid FROM MessageSearch WHERE MessageSearch MATCH ? ORDER BY rowid DESC",
                  word);
    while (row.next()) ids.push_back(row.integer(0));
    return ids;
  }
};

struct Act {
  const char* name;
  void (*run)(Searched& post);
  Ids ann_finds, bob_finds, is_indexed;  ///< of "old"
  Ids holds_new;
};

void edit_it(Searched& post) {
  messaging::Edit change;
  change.body = "new";
  messaging::edit(post.connection, post.ann, 1, change, {}, post.config.limits);
}

void recall_it(Searched& post) {
  messaging::recall(post.connection, post.ann, 1, "old", post.config.limits);
}

void delete_it(Searched& post, const auth::Caller& who, DeleteScope scope) {
  messaging::delete_message(post.connection, who, 1, scope);
}

void end_it(Searched& post) {
  db::execute(post.connection,
              "UPDATE Messages SET ExpiresAt = '2020-01-01T00:00:00.000Z' WHERE Id = 1");
  messaging::expire_messages(post.connection, "acme", 10);
}

void outlive_it(Searched& post) {
  db::execute(post.connection,
              "UPDATE Messages SET CreatedAt = '2020-01-01T00:00:00.000Z' WHERE Id = 1");
  messaging::remove_old_messages(post.connection, "acme", 86'400'000, 10);
}

void archive_it(Searched& post) {
  messaging::set_flag(post.connection, post.bob, 1, messaging::Flag::archived, true);
}

const Act kActs[] = {
    {"edited", edit_it, {2}, {2}, {2}, {1}},
    {"recalled", recall_it, {2}, {2}, {2}, {}},
    {"deleted for all",
     [](Searched& post) { delete_it(post, post.ann, DeleteScope::all); },
     {2},
     {2},
     {2},
     {}},
    {"deleted by its recipient",
     [](Searched& post) { delete_it(post, post.bob, DeleteScope::me); },
     {2, 1},
     {2},
     {2, 1},
     {}},
    {"deleted by its sender, for oneself",
     [](Searched& post) { delete_it(post, post.ann, DeleteScope::me); },
     {2},
     {2, 1},
     {2, 1},
     {}},
    {"archived", archive_it, {2, 1}, {2, 1}, {2, 1}, {}},
    {"past its end", end_it, {2}, {2}, {2}, {}},
    {"past the retention", outlive_it, {2}, {2}, {2}, {}},
    {"removed by an admin",
     [](Searched& post) { messaging::remove_for_good(post.connection, post.dana, "acme", 1); },
     {2},
     {2},
     {2},
     {}},
};

void same(const Ids& got, const Ids& want) {
  BOOST_TEST(got == want, boost::test_tools::per_element());
}

void check_before(Searched& post, bool is_indexed) {
  for (const char* name : {"ann", "bob"}) {
    same(post.found(name, "old"), {2, 1});
    same(post.found(name, "new"), {});
  }
  same(post.indexed("old"), is_indexed ? Ids{2, 1} : Ids{});
  same(post.indexed("new"), {});
}

void check_after(Searched& post, const Act& act, bool is_indexed) {
  same(post.found("ann", "old"), act.ann_finds);
  same(post.found("bob", "old"), act.bob_finds);
  for (const char* name : {"ann", "bob"}) same(post.found(name, "new"), act.holds_new);
  same(post.indexed("old"), is_indexed ? act.is_indexed : Ids{});
  same(post.indexed("new"), is_indexed ? act.holds_new : Ids{});
  // FTS5 compares the index with what it should hold.
  if (is_indexed) {
    post.connection.script("INSERT INTO MessageSearch(MessageSearch, rank)"
                           " VALUES ('integrity-check', 1)");
  }
}

// The act is seen within its transaction, is gone where that is rolled back, and stays where it is
// committed; whether the index had come to the message or comes to it later makes no difference.
BOOST_AUTO_TEST_CASE(what_becomes_of_a_message_becomes_of_it_in_the_search_at_once) {
  for (const Act& act : kActs) {
    for (const bool is_indexed : {false, true}) {
      BOOST_TEST_CONTEXT(act.name << (is_indexed ? ", indexed" : ", not indexed")) {
        Searched post(is_indexed);
        check_before(post, is_indexed);
        {
          db::WriteTransaction transaction(post.connection);
          act.run(post);
          check_after(post, act, is_indexed);
        }
        check_before(post, is_indexed);
        post.write([&] { act.run(post); });
        check_after(post, act, is_indexed);
        post.write([&] { messaging::extend_search_index(post.connection, 10, 1 << 20); });
        check_after(post, act, true);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
