#include "events/revocations.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(revocations)

using events::Revocation;

struct Case {
  Revocation revocation;
  bool concerned;
};

BOOST_AUTO_TEST_CASE(a_revocation_concerns_its_own_streams_only) {
  // Asked of bob's stream of session 7 in acme.
  const Case cases[] = {
      {{1, Revocation::Kind::session, "7", ""}, true},
      {{1, Revocation::Kind::session, "77", ""}, false},
      {{1, Revocation::Kind::session, "bob@acme.example", ""}, false},
      {{1, Revocation::Kind::user, "bob@acme.example", ""}, true},
      {{1, Revocation::Kind::user, "eve@acme.example", ""}, false},
      {{1, Revocation::Kind::user, "7", ""}, false},
      {{1, Revocation::Kind::member, "bob@acme.example", "acme"}, true},
      {{1, Revocation::Kind::member, "bob@acme.example", "globex"}, false},
      {{1, Revocation::Kind::member, "eve@acme.example", "acme"}, false},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.revocation.subject << " " << one.revocation.tenant) {
      BOOST_TEST(one.revocation.concerns("bob@acme.example", "7", "acme") == one.concerned);
    }
  }
}

BOOST_AUTO_TEST_CASE(revocations_are_read_in_order_after_the_one_that_is_known) {
  Database database;
  BOOST_TEST(events::newest_revocation(database.connection) == 0);
  database.write([&] {
    events::revoke(database.connection, Revocation::Kind::session, "7");
    events::revoke(database.connection, Revocation::Kind::user, "bob@acme.example");
    events::revoke(database.connection, Revocation::Kind::member, "bob@acme.example", "acme");
  });
  BOOST_TEST(events::newest_revocation(database.connection) == 3);
  const auto all = events::read_revocations(database.connection, 0);
  BOOST_TEST_REQUIRE(all.size() == 3U);
  BOOST_TEST((all[0].kind == Revocation::Kind::session));
  BOOST_TEST((all[1].kind == Revocation::Kind::user));
  BOOST_TEST((all[2].kind == Revocation::Kind::member));
  BOOST_TEST(all[2].subject == "bob@acme.example");
  BOOST_TEST(all[2].tenant == "acme");
  BOOST_TEST(all[0].tenant.empty());
  BOOST_TEST(events::read_revocations(database.connection, 2).size() == 1U);
  BOOST_TEST(events::read_revocations(database.connection, 3).empty());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
