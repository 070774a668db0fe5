#include "messaging/blocks.h"

#include <boost/test/unit_test.hpp>

#include "auth/people.h"
#include "core/api_error.h"
#include "messaging/life.h"

namespace harbor::test {

using messaging::BlockScope;

BOOST_AUTO_TEST_SUITE(blocks)

struct Blocks : Life {
  messaging::Blocked block(const std::string& who, const std::string& whom,
                           std::optional<BlockScope> scope = {}) {
    const auto person = caller(who);
    return write([&] {
      return messaging::add_block(connection, person, {"acme", address(whom), scope, "enough"});
    });
  }
  void unblock(const std::string& who, std::int64_t id) {
    const auto person = caller(who);
    write([&] {
      messaging::remove_block(connection, person, id);
      return 0;
    });
  }
  /// The code of the refusal, "field code" where it names a field; empty where `act` succeeds.
  template <class Act>
  static std::string refusal(Act act) {
    try {
      act();
    } catch (const ApiError& error) {
      if (error.errors().empty()) return std::string(error.row().code);
      return error.errors().front().field + ' ' + std::string(error.errors().front().code);
    }
    return {};
  }
  std::vector<std::string> blocked_by(const std::string& who, BlockScope scope = BlockScope::me) {
    std::vector<std::string> found;
    for (const auto& one :
         messaging::list_blocks(connection, "acme", address(who), scope, 0, 10).items) {
      found.push_back(one.blocked);
    }
    return found;
  }
};

BOOST_FIXTURE_TEST_CASE(a_block_refuses_one_direction_between_two_people, Blocks) {
  const auto made = block("bob", "ann");
  BOOST_TEST(made.is_new);
  BOOST_TEST(!block("bob", "ann").is_new);
  BOOST_TEST(refusal([&] { send("ann", {"eve", "bob"}); }) == "recipients[1] blocks_you");
  BOOST_TEST(refusal([&] { send("bob", {"ann"}); }).empty());
  BOOST_TEST(refusal([&] { send("eve", {"bob"}); }).empty());
  unblock("bob", made.block.id);
  BOOST_TEST(refusal([&] { send("ann", {"bob"}); }).empty());
}

BOOST_FIXTURE_TEST_CASE(who_blocks_is_left_out_of_a_role_and_of_the_directory, Blocks) {
  write([&] {
    for (const char* name : {"bob", "eve"}) {
      auth::give_role(connection, "acme", address(name), "editor");
    }
    return 0;
  });
  block("bob", "ann");
  auto draft = Post::draft({});
  draft.roles = {"editor"};
  const auto sent = send_draft("ann", draft);
  BOOST_TEST(sent.message.recipients.size() == 1U);
  BOOST_TEST(sent.message.recipients.front().email == address("eve"));
  const auto page = messaging::list_recipients(connection, {"acme", address("ann"), "", "", 50});
  for (const auto& person : page.items) BOOST_TEST(person.email != address("bob"));
}

BOOST_FIXTURE_TEST_CASE(a_bar_refuses_all_writing_and_hides_nothing, Blocks) {
  const auto before = send("ann", {"bob"}).message.id;
  const auto bar = block("dana", "ann");
  BOOST_TEST((bar.block.scope == BlockScope::tenant));
  BOOST_TEST(refusal([&] { send("ann", {"eve"}); }) == "barred");
  BOOST_TEST(refusal([&] { edit("ann", before, {"Another", {}, {}, {}}); }) == "barred");
  BOOST_TEST(see("bob", before).has_value());
  BOOST_TEST(see("ann", before).has_value());
  BOOST_TEST(refusal([&] { send("bob", {"ann"}); }).empty());
  BOOST_TEST((blocked_by("dana", BlockScope::tenant) == std::vector{address("ann")}));
  BOOST_TEST(blocked_by("dana").empty());
  unblock("dana", bar.block.id);
  BOOST_TEST(refusal([&] { send("ann", {"eve"}); }).empty());
}

BOOST_FIXTURE_TEST_CASE(there_is_one_bar_whichever_admin_it_is_from, Blocks) {
  add_member("acme", address("dan"), true);
  const auto bar = block("dana", "ann");
  BOOST_TEST(!block("dan", "ann").is_new);
  unblock("dan", bar.block.id);
  BOOST_TEST(blocked_by("dana", BlockScope::tenant).empty());
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_blocked_is_refused_by_name, Blocks) {
  BOOST_TEST(refusal([&] { block("ann", "ann"); }) == "email yourself");
  BOOST_TEST(refusal([&] { block("ann", "nobody"); }) == "email unknown_person");
  BOOST_TEST(refusal([&] { block("ann", "bob", BlockScope::tenant); }) == "not_allowed");
  add_member("acme", address("dan"), true);
  BOOST_TEST(refusal([&] { block("dana", "dan"); }) == "email is_admin");
  BOOST_TEST(refusal([&] { block("dana", "dan", BlockScope::me); }).empty());
  BOOST_TEST(refusal([&] { block("ann", "dan"); }).empty());
}

BOOST_FIXTURE_TEST_CASE(only_its_maker_takes_a_block_back_and_only_an_admin_a_bar, Blocks) {
  const auto own = block("bob", "ann").block.id;
  const auto bar = block("dana", "eve").block.id;
  for (const char* name : {"ann", "dana"}) {
    BOOST_TEST(refusal([&] { unblock(name, own); }) == "not_found", name);
  }
  for (const char* name : {"ann", "eve"}) {
    BOOST_TEST(refusal([&] { unblock(name, bar); }) == "not_found", name);
  }
  BOOST_TEST(refusal([&] { unblock("bob", 4711); }) == "not_found");
  unblock("bob", own);
  unblock("dana", bar);
}

BOOST_FIXTURE_TEST_CASE(pages_of_blocks_are_whole_and_in_order, Blocks) {
  std::vector<std::int64_t> made;
  for (const char* name : {"bob", "eve", "dana"}) made.push_back(block("ann", name).block.id);
  block("bob", "eve");
  const auto first =
      messaging::list_blocks(connection, "acme", address("ann"), BlockScope::me, 0, 2);
  BOOST_REQUIRE(first.next.has_value());
  const auto rest =
      messaging::list_blocks(connection, "acme", address("ann"), BlockScope::me, *first.next, 2);
  BOOST_TEST(!rest.next.has_value());
  std::vector<std::int64_t> seen;
  for (const auto* page : {&first, &rest}) {
    for (const auto& one : page->items) seen.push_back(one.id);
  }
  BOOST_TEST(seen == made, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
