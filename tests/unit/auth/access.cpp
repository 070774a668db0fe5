#include "auth/access.h"

#include <boost/test/unit_test.hpp>

#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(access)

struct Tenants : Database {
  Tenants() {
    add_tenant("acme");
    add_tenant("globex");
    append_events("acme", 2);
    add_member("acme", "bob@acme.example");
    add_member("acme", "dana@acme.example", true);
    add_member("globex", "carol@globex.example");
    write([&] { auth::add_person(connection, {"admin@harbor.example", "Admin", true}); });
  }
  std::string visible_fault(std::string_view email, std::string_view tenant) {
    return api_error_of([&] { auth::require_visible(connection, sign_in(email), tenant); });
  }
  std::string member_fault(std::string_view email, std::string_view tenant) {
    return api_error_of([&] { auth::require_member(connection, sign_in(email), tenant); });
  }
};

BOOST_AUTO_TEST_CASE(a_member_sees_the_own_tenant_and_no_other) {
  Tenants tenants;
  const auto standing =
      auth::require_visible(tenants.connection, tenants.sign_in("bob@acme.example"), "acme");
  BOOST_TEST(standing.tenant == "acme");
  BOOST_TEST(standing.is_member);
  BOOST_TEST(!standing.is_admin);
  BOOST_TEST(standing.joined_seq == 3);
  BOOST_TEST(tenants.visible_fault("bob@acme.example", "globex") == "not_found");
}

BOOST_AUTO_TEST_CASE(a_tenant_of_others_and_one_that_does_not_exist_look_alike) {
  Tenants tenants;
  std::vector<std::string> details;
  for (const char* tenant : {"globex", "nowhere", "", "all", "ACME"}) {
    try {
      auth::require_visible(tenants.connection, tenants.sign_in("bob@acme.example"), tenant);
      BOOST_ERROR(tenant << " was visible");
    } catch (const ApiError& error) {
      BOOST_TEST(error.row().code == "not_found");
      BOOST_TEST(error.field() == "");
      details.push_back(error.detail());
    }
  }
  for (const std::string& detail : details) BOOST_TEST(detail == details.front());
}

BOOST_AUTO_TEST_CASE(a_tenant_admin_is_one_in_the_own_tenant_only) {
  Tenants tenants;
  BOOST_TEST(auth::require_visible(tenants.connection, tenants.sign_in("dana@acme.example"), "acme")
                 .is_admin);
  BOOST_TEST(tenants.visible_fault("dana@acme.example", "globex") == "not_found");
}

BOOST_AUTO_TEST_CASE(a_global_admin_looks_into_every_tenant_without_being_a_member) {
  Tenants tenants;
  const auto standing =
      auth::require_visible(tenants.connection, tenants.sign_in("admin@harbor.example"), "globex");
  BOOST_TEST(standing.is_admin);
  BOOST_TEST(!standing.is_member);
  BOOST_TEST(tenants.visible_fault("admin@harbor.example", "nowhere") == "not_found");
  BOOST_TEST(tenants.member_fault("admin@harbor.example", "globex") == "not_a_member");
  BOOST_TEST(tenants.member_fault("admin@harbor.example", "nowhere") == "not_found");
}

BOOST_AUTO_TEST_CASE(an_admins_act_is_refused_to_members_and_hidden_from_others) {
  Tenants tenants;
  const auto fault = [&](std::string_view email, std::string_view tenant) {
    return api_error_of(
        [&] { auth::require_admin(tenants.connection, tenants.sign_in(email), tenant); });
  };
  BOOST_TEST(fault("dana@acme.example", "acme") == "");
  BOOST_TEST(fault("admin@harbor.example", "acme") == "");
  BOOST_TEST(fault("bob@acme.example", "acme") == "not_allowed");
  BOOST_TEST(fault("dana@acme.example", "globex") == "not_found");
  BOOST_TEST(fault("dana@acme.example", "nowhere") == "not_found");
}

BOOST_AUTO_TEST_CASE(a_recent_login_is_one_of_this_session_within_the_age) {
  Tenants tenants;
  const auto fault_after = [&](std::int64_t ago_ms) {
    const auto session = tenants.write([&] {
      auto begun = auth::begin_session(tenants.connection, tenants.config.auth, "bob@acme.example");
      db::execute(tenants.connection, "UPDATE Sessions SET CreatedAt = ? WHERE Id = ?",
                  rfc3339(now_ms() - ago_ms), begun.id);
      return begun;
    });
    const auto caller =
        auth::find_caller(tenants.connection, tenants.config.auth, session.token).value();
    return api_error_of([&] { auth::require_recent_login(caller, 60'000); });
  };
  BOOST_TEST(fault_after(0) == "");
  BOOST_TEST(fault_after(50'000) == "");
  BOOST_TEST(fault_after(60'001) == "recent_login_required");
  BOOST_TEST(fault_after(-5'000) == "");
  BOOST_TEST(fault_after(-3'600'000) == "recent_login_required");
  auth::Caller nobody;
  BOOST_TEST(api_error_of([&] { auth::require_recent_login(nobody, 60'000); }) ==
             "recent_login_required");
}

BOOST_AUTO_TEST_CASE(who_was_removed_sees_nothing_more) {
  Tenants tenants;
  BOOST_TEST(tenants.member_fault("bob@acme.example", "acme") == "");
  tenants.write([&] { auth::remove_member(tenants.connection, "acme", "bob@acme.example"); });
  BOOST_TEST(tenants.member_fault("bob@acme.example", "acme") == "not_found");
}

BOOST_AUTO_TEST_CASE(a_session_that_ended_since_its_caller_was_found_allows_nothing) {
  Tenants tenants;
  const auto fault = [&](const auth::Caller& caller) {
    return api_error_of([&] { auth::require_session(tenants.connection, caller); });
  };
  const auto bob = tenants.sign_in("bob@acme.example");
  const auto again = tenants.sign_in("bob@acme.example");
  BOOST_TEST(fault(bob) == "");
  tenants.write([&] { auth::end_session(tenants.connection, bob, bob.session_id); });
  BOOST_TEST(fault(bob) == "not_signed_in");
  BOOST_TEST(fault(again) == "");
  tenants.write([&] { auth::disable_person(tenants.connection, again.email); });
  BOOST_TEST(fault(again) == "not_signed_in");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
