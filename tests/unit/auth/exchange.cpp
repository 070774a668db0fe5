#include "auth/exchange.h"

#include <boost/test/unit_test.hpp>

#include "auth/access.h"
#include "auth/audit.h"
#include "auth/expire.h"
#include "auth/people.h"
#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(exchange)

struct Host : Database {
  int tokens = 0;

  Host() {
    add_tenant("acme");
    add_tenant("globex");
    add_member("acme", "bob@acme.example");
    add_member("globex", "carol@globex.example");
    Config::Issuer issuer;
    issuer.issuer = "https://portal.example";
    issuer.session_ms = config.auth.session_ms;
    config.auth.issuers = {issuer};
  }
  Config::Issuer& issuer() { return config.auth.issuers.front(); }

  auth::Assertion assertion(std::string_view email, std::vector<auth::StatedMember> members = {}) {
    auth::Claims claims;
    claims.token_id = "id-" + std::to_string(++tokens);
    claims.email = email;
    claims.expires_at_ms = now_ms() + 60'000;
    claims.signed_in_at_ms = now_ms();
    claims.members = std::move(members);
    return {issuer(), claims};
  }
  auth::Exchanged take(const auth::Assertion& assertion) {
    return write([&] { return auth::exchange(connection, config.auth, assertion); });
  }
  // The reason; "" where the token is taken.
  std::string refusal(const auth::Assertion& assertion) {
    try {
      take(assertion);
    } catch (const auth::TokenRefused& refused) {
      return refused.what();
    }
    return {};
  }
  std::optional<auth::Caller> caller(const auth::Exchanged& exchanged) {
    return auth::find_caller(connection, config.auth, exchanged.session.token);
  }
};

BOOST_AUTO_TEST_CASE(a_known_persons_token_begins_a_session) {
  Host host;
  auto assertion = host.assertion("bob@acme.example");
  assertion.claims.signed_in_at_ms = now_ms() - 7'200'000;
  const auto exchanged = host.take(assertion);
  const auto caller = host.caller(exchanged).value();
  BOOST_TEST(caller.email == "bob@acme.example");
  BOOST_TEST(caller.issuer == "https://portal.example");
  BOOST_TEST(caller.signed_in_at == rfc3339(assertion.claims.signed_in_at_ms));
  BOOST_TEST(caller.session_id == exchanged.caller.session_id);
  BOOST_TEST(api_error_of([&] { auth::require_recent_login(caller, 3'600'000); }) ==
             "recent_login_required");
  BOOST_TEST(host.number("SELECT COUNT(*) FROM AuditLog") == 0);
}

BOOST_AUTO_TEST_CASE(a_session_lives_no_longer_than_its_issuer_says) {
  Host host;
  const auto life = [&] { return host.take(host.assertion("bob@acme.example")).session.life_ms; };
  host.issuer().session_ms = 60'000;
  BOOST_TEST(life() == 60'000);
  host.issuer().session_ms = host.config.auth.session_ms + 1;
  BOOST_TEST(life() == host.config.auth.session_ms);
}

BOOST_AUTO_TEST_CASE(a_token_is_taken_once_and_another_issuers_of_the_same_id_too) {
  Host host;
  auto assertion = host.assertion("bob@acme.example");
  BOOST_TEST(host.refusal(assertion) == "");
  BOOST_TEST(host.refusal(assertion) == "it was taken before");
  BOOST_TEST(host.number("SELECT COUNT(*) FROM Sessions") == 1);
  host.config.auth.issuers.push_back(host.issuer());
  host.config.auth.issuers.back().issuer = "https://other.example";
  assertion.issuer = host.config.auth.issuers.back();
  BOOST_TEST(host.refusal(assertion) == "");
}

BOOST_AUTO_TEST_CASE(a_refused_token_leaves_nothing_behind) {
  Host host;
  host.issuer().adds_people = true;
  host.issuer().adds_members = true;
  const auto assertion =
      host.assertion("new@acme.example", {{"acme", {"editor"}, false}, {"nowhere", {}, false}});
  BOOST_TEST(host.refusal(assertion) == "it states an unknown tenant");
  BOOST_TEST(host.number("SELECT COUNT(*) FROM ExchangedTokens") == 0);
  BOOST_TEST(host.number("SELECT COUNT(*) FROM AuditLog") == 0);
  BOOST_TEST(!auth::find_person(host.connection, "new@acme.example").has_value());
}

BOOST_AUTO_TEST_CASE(an_unknown_person_is_added_only_where_the_issuer_may) {
  Host host;
  BOOST_TEST(host.refusal(host.assertion("new@acme.example")) == "the person is unknown");
  host.issuer().adds_people = true;
  auto assertion = host.assertion("new@acme.example");
  assertion.claims.name = "Newt";
  host.take(assertion);
  const auto person = auth::find_person(host.connection, "new@acme.example").value();
  BOOST_TEST(person.name == "Newt");
  BOOST_TEST(!person.is_global_admin);
  BOOST_TEST(host.text("SELECT Actor || ' ' || Act || ' ' || Subject FROM AuditLog") ==
             "https://portal.example user.add new@acme.example");
  host.take(host.assertion("nameless@acme.example"));
  BOOST_TEST(auth::find_person(host.connection, "nameless@acme.example").value().name ==
             "nameless");
}

BOOST_AUTO_TEST_CASE(the_name_of_a_known_person_stays) {
  Host host;
  host.issuer().adds_people = true;
  auto assertion = host.assertion("bob@acme.example");
  assertion.claims.name = "Mallory";
  host.take(assertion);
  BOOST_TEST(auth::find_person(host.connection, "bob@acme.example").value().name == "bob");
}

BOOST_AUTO_TEST_CASE(a_disabled_person_stays_out) {
  Host host;
  host.issuer().adds_people = true;
  host.write([&] { auth::disable_person(host.connection, "bob@acme.example"); });
  BOOST_TEST(host.refusal(host.assertion("bob@acme.example")) == "the person is disabled");
  BOOST_TEST(auth::find_person(host.connection, "bob@acme.example").value().is_disabled);
}

BOOST_AUTO_TEST_CASE(memberships_are_added_and_never_taken_away) {
  Host host;
  host.issuer().adds_members = true;
  host.write(
      [&] { auth::set_member(host.connection, "acme", "bob@acme.example", true, {"editor"}); });
  host.take(
      host.assertion("bob@acme.example", {{"acme", {"agent"}, false}, {"globex", {"user"}, true}}));
  BOOST_TEST(auth::find_member(host.connection, "acme", "bob@acme.example").value().is_admin);
  BOOST_TEST((auth::member_roles(host.connection, "acme", "bob@acme.example") ==
              std::vector<std::string>{"agent", "editor"}));
  BOOST_TEST(auth::find_member(host.connection, "globex", "bob@acme.example").value().is_admin);
  BOOST_TEST(host.text("SELECT group_concat(Act || ' ' || TenantId, ',') FROM AuditLog") ==
             "member.set acme,member.set globex");
  // The same again changes nothing, and says nothing.
  host.take(host.assertion("bob@acme.example", {{"acme", {"agent"}, false}}));
  host.take(host.assertion("bob@acme.example"));
  BOOST_TEST(host.number("SELECT COUNT(*) FROM AuditLog") == 2);
  std::int64_t checked = 0;
  BOOST_TEST(!auth::first_broken_row(host.connection, checked).has_value());
}

BOOST_AUTO_TEST_CASE(tenants_and_roles_that_are_none_are_refused) {
  Host host;
  host.issuer().adds_members = true;
  BOOST_TEST(host.refusal(host.assertion("bob@acme.example", {{"nowhere", {}, false}})) ==
             "it states an unknown tenant");
  BOOST_TEST(host.refusal(host.assertion("bob@acme.example", {{"acme", {"king"}, false}})) ==
             "it states an unknown role");
}

BOOST_AUTO_TEST_CASE(an_issuer_for_some_tenants_states_no_others) {
  Host host;
  host.issuer().adds_members = true;
  host.issuer().tenants = {"acme"};
  BOOST_TEST(host.refusal(host.assertion("bob@acme.example", {{"globex", {}, true}})) ==
             "it states a tenant outside the issuer's limit");
  BOOST_TEST(host.refusal(host.assertion("carol@globex.example")) ==
             "the person is a member of none of the issuer's tenants");
  BOOST_TEST(host.refusal(host.assertion("carol@globex.example", {{"acme", {}, false}})) == "");
}

BOOST_AUTO_TEST_CASE(a_session_of_an_issuer_for_some_tenants_finds_no_others) {
  Host host;
  host.add_member("globex", "bob@acme.example", true);
  host.issuer().tenants = {"acme"};
  const auto caller = host.take(host.assertion("bob@acme.example")).caller;
  const auto fault = [&](std::string_view tenant) {
    return api_error_of([&] { auth::require_visible(host.connection, caller, tenant); });
  };
  BOOST_TEST(fault("acme") == "");
  BOOST_TEST(fault("globex") == "not_found");
  BOOST_TEST(fault("nowhere") == "not_found");
  BOOST_TEST(api_error_of([&] {
               auth::require_member(host.connection, host.sign_in("bob@acme.example"), "globex");
             }) == "");
}

BOOST_AUTO_TEST_CASE(nobody_is_a_global_admin_by_an_issuer_for_some_tenants) {
  Host host;
  host.write([&] { auth::add_person(host.connection, {"root@acme.example", "Root", true}); });
  host.add_member("acme", "root@acme.example");
  BOOST_TEST(host.take(host.assertion("root@acme.example")).caller.is_global_admin);
  host.issuer().tenants = {"acme"};
  const auto caller = host.take(host.assertion("root@acme.example")).caller;
  BOOST_TEST(!caller.is_global_admin);
  BOOST_TEST(api_error_of([&] { auth::require_global_admin(caller); }) == "not_allowed");
  BOOST_TEST(api_error_of([&] { auth::require_visible(host.connection, caller, "globex"); }) ==
             "not_found");
}

BOOST_AUTO_TEST_CASE(a_limited_session_sees_and_ends_no_others_of_the_person) {
  Host host;
  const auto own = host.sign_in("bob@acme.example");
  host.issuer().tenants = {"acme"};
  const auto limited = host.take(host.assertion("bob@acme.example")).caller;
  BOOST_TEST(auth::list_sessions(host.connection, limited).size() == 1U);
  BOOST_TEST(auth::list_sessions(host.connection, own).size() == 2U);
  const auto end = [&](const auth::Caller& who, std::int64_t id) {
    return host.write([&] { return auth::end_session(host.connection, who, id); });
  };
  BOOST_TEST(!end(limited, own.session_id));
  BOOST_TEST(end(own, limited.session_id));
}

BOOST_AUTO_TEST_CASE(the_sessions_of_an_issuer_that_is_configured_no_longer_end) {
  Host host;
  const auto exchanged = host.take(host.assertion("bob@acme.example"));
  BOOST_TEST(host.caller(exchanged).has_value());
  host.config.auth.issuers.clear();
  BOOST_TEST(!host.caller(exchanged).has_value());
}

BOOST_AUTO_TEST_CASE(a_taken_token_is_remembered_until_no_clock_could_take_it_again) {
  Host host;
  for (const std::int64_t ago_ms : {1'000, 599'000, 601'000, 700'000, 800'000}) {
    auto assertion = host.assertion("bob@acme.example");
    assertion.claims.expires_at_ms = now_ms() - ago_ms;
    host.take(assertion);
  }
  const auto remove = [&] {
    return host.write([&] { return auth::remove_expired_tokens(host.connection, 2); });
  };
  BOOST_TEST(remove() == 2);
  BOOST_TEST(remove() == 1);
  BOOST_TEST(remove() == 0);
  BOOST_TEST(host.number("SELECT COUNT(*) FROM ExchangedTokens") == 2);
  for (const ConfigRow& row : config_table()) {
    if (row.key != "auth.clock_skew") continue;
    BOOST_TEST(parse_duration(row.most, row.unit) == auth::kLongestSkewMs);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
