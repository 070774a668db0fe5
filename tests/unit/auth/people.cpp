#include "auth/people.h"

#include <boost/test/unit_test.hpp>

#include "events/revocations.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(people)

using events::Revocation;

std::vector<Revocation> revocations(Database& database) {
  return events::read_revocations(database.connection, 0);
}

BOOST_AUTO_TEST_CASE(a_person_is_added_once) {
  Database database;
  const auth::Person alice{"alice@acme.example", "Alice", true};
  BOOST_TEST(database.write([&] { return auth::add_person(database.connection, alice); }));
  BOOST_TEST(!database.write([&] {
    return auth::add_person(database.connection, {alice.email, "Another name"});
  }));
  const auto found = auth::find_person(database.connection, alice.email).value();
  BOOST_TEST(found.name == "Alice");
  BOOST_TEST(found.is_global_admin);
  BOOST_TEST(!found.is_disabled);
  BOOST_TEST(!auth::find_person(database.connection, "bob@acme.example").has_value());
}

BOOST_AUTO_TEST_CASE(a_new_password_ends_sessions_and_streams) {
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "bob@acme.example");
  BOOST_TEST(auth::password_hash(database.connection, "bob@acme.example").empty());
  database.sign_in("bob@acme.example");
  database.write([&] { auth::set_password_hash(database.connection, "bob@acme.example", "h1"); });
  database.write([&] { auth::set_password_hash(database.connection, "bob@acme.example", "h2"); });
  BOOST_TEST(auth::password_hash(database.connection, "bob@acme.example") == "h2");
  BOOST_TEST(auth::list_sessions(database.connection, caller_of("bob@acme.example")).empty());
  const auto rows = revocations(database);
  BOOST_TEST_REQUIRE(rows.size() == 2U);
  BOOST_TEST((rows[0].kind == Revocation::Kind::user));
  BOOST_TEST(rows[0].subject == "bob@acme.example");
}

BOOST_AUTO_TEST_CASE(disabling_ends_sessions_and_streams) {
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "bob@acme.example");
  database.sign_in("bob@acme.example");
  BOOST_TEST(database.write(
      [&] { return auth::disable_person(database.connection, "bob@acme.example"); }));
  BOOST_TEST(auth::find_person(database.connection, "bob@acme.example").value().is_disabled);
  BOOST_TEST(database.number("SELECT COUNT(*) FROM Sessions") == 0);
  BOOST_TEST(revocations(database).size() == 1U);
  BOOST_TEST(!database.write(
      [&] { return auth::disable_person(database.connection, "eve@acme.example"); }));
  BOOST_TEST(revocations(database).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_tenant_is_made_once_and_with_its_log) {
  Database database;
  BOOST_TEST(database.write([&] {
    return auth::add_tenant(database.connection, {"acme", "Acme"});
  }));
  BOOST_TEST(!database.write([&] {
    return auth::add_tenant(database.connection, {"acme", "Else"});
  }));
  BOOST_TEST(auth::tenant_exists(database.connection, "acme"));
  BOOST_TEST(!auth::tenant_exists(database.connection, "globex"));
  BOOST_TEST(database.number("SELECT COUNT(*) FROM EventHeads WHERE TenantId = 'acme'") == 1);
  BOOST_TEST(auth::list_tenants(database.connection).at(0).name == "Acme");
}

BOOST_AUTO_TEST_CASE(a_member_sees_events_for_everyone_from_the_next_one_on) {
  Database database;
  database.add_tenant("acme");
  database.append_events("acme", 3);
  database.add_member("acme", "bob@acme.example");
  const auto member = auth::find_member(database.connection, "acme", "bob@acme.example").value();
  BOOST_TEST(member.joined_seq == 4);
  BOOST_TEST(member.tenant_name == "Tenant acme");
  BOOST_TEST(!member.is_admin);
}

BOOST_AUTO_TEST_CASE(adding_again_changes_nothing_but_may_give_the_admins_right) {
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "bob@acme.example");
  database.append_events("acme", 3);
  const auto add = [&](bool is_admin) {
    return database.write([&] {
      return auth::add_member(database.connection, "acme", "bob@acme.example", is_admin);
    });
  };
  BOOST_TEST(!add(false));
  BOOST_TEST(add(true));
  BOOST_TEST(!add(true));
  BOOST_TEST(!add(false));
  const auto member = auth::find_member(database.connection, "acme", "bob@acme.example").value();
  BOOST_TEST(member.is_admin);
  BOOST_TEST(member.joined_seq == 1);
}

BOOST_AUTO_TEST_CASE(removing_a_member_ends_their_streams_of_this_tenant) {
  Database database;
  database.add_tenant("acme");
  database.add_tenant("globex");
  database.add_member("acme", "bob@acme.example");
  database.add_member("globex", "bob@acme.example");
  const auto remove = [&] {
    return database.write(
        [&] { return auth::remove_member(database.connection, "acme", "bob@acme.example"); });
  };
  database.write(
      [&] { auth::give_role(database.connection, "acme", "bob@acme.example", "editor"); });
  BOOST_TEST(remove());
  BOOST_TEST(!remove());
  const auto rows = revocations(database);
  BOOST_TEST_REQUIRE(rows.size() == 1U);
  BOOST_TEST((rows[0].kind == Revocation::Kind::member));
  BOOST_TEST(rows[0].tenant == "acme");
  BOOST_TEST(auth::memberships(database.connection, "bob@acme.example").size() == 1U);
  BOOST_TEST(database.number("SELECT COUNT(*) FROM UserRoles") == 0);
}

BOOST_AUTO_TEST_CASE(roles_are_given_once_and_listed_with_the_member) {
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "bob@acme.example", true);
  const auto give = [&](std::string_view role) {
    return database.write(
        [&] { return auth::give_role(database.connection, "acme", "bob@acme.example", role); });
  };
  BOOST_TEST(give("reviewer"));
  BOOST_TEST(give("author"));
  BOOST_TEST(!give("author"));
  BOOST_TEST(auth::role_exists(database.connection, "author"));
  BOOST_TEST(!auth::role_exists(database.connection, "captain"));
  BOOST_TEST(auth::list_roles(database.connection).size() == 7U);
  const auto members = auth::list_members(database.connection, "acme");
  BOOST_TEST_REQUIRE(members.size() == 1U);
  BOOST_TEST(members[0].is_admin);
  BOOST_TEST(members[0].roles == (std::vector<std::string>{"author", "reviewer"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
