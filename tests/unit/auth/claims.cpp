#include "auth/claims.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(token_claims)

constexpr std::int64_t kNowS = 1'790'000'000;
constexpr std::int64_t kNowMs = kNowS * 1000 + 500;
const auth::ClaimRules kRules{"https://portal.example", "harbor", 60'000, 600'000, true};

json::object good() {
  return {{"iss", "https://portal.example"},
          {"aud", "harbor"},
          {"exp", kNowS + 300},
          {"jti", "id-1"},
          {"email", "bob@acme.example"}};
}

// `good()` with the members of `change`, a JSON object; null takes a claim away.
json::object changed(std::string_view change) {
  json::object claims = good();
  const json::value changes = json::parse({change.data(), change.size()});
  for (const auto& [key, value] : changes.as_object()) {
    if (value.is_null()) {
      claims.erase(key);
    } else {
      claims[key] = value;
    }
  }
  return claims;
}

std::string fault_of(const json::object& claims, const auth::ClaimRules& rules = kRules) {
  const auto read = auth::read_claims(claims, rules, kNowMs);
  return read.has_error() ? read.error().reason : "";
}

auth::Claims read(std::string_view change) {
  const auto read = auth::read_claims(changed(change), kRules, kNowMs);
  BOOST_TEST_REQUIRE(read.has_value());
  return *read;
}

std::string seconds(std::string_view name, std::int64_t offset) {
  return json::serialize(json::object{{{name.data(), name.size()}, kNowS + offset}});
}

BOOST_AUTO_TEST_CASE(good_claims_are_read) {
  const auth::Claims claims =
      read(R"({"email":" Bob@ACME.example ","name":"  Bob\u0007Builder "})");
  BOOST_TEST(claims.token_id == "id-1");
  BOOST_TEST(claims.email == "bob@acme.example");
  BOOST_TEST(claims.name == "Bob Builder");
  BOOST_TEST(claims.expires_at_ms == (kNowS + 300) * 1000);
  BOOST_TEST(claims.signed_in_at_ms == kNowMs);
  BOOST_TEST(claims.members.empty());
}

BOOST_AUTO_TEST_CASE(the_audience_is_a_text_or_one_of_a_list) {
  for (const char* aud : {R"({"aud":["harbor"]})", R"({"aud":["other","harbor"]})"}) {
    BOOST_TEST(fault_of(changed(aud)) == "");
  }
}

struct Refused {
  const char* change;
  const char* reason;
};

BOOST_AUTO_TEST_CASE(each_claim_that_is_not_as_it_must_be_is_refused) {
  constexpr Refused kRefused[] = {
      {R"({"iss":null})", "iss is another"},
      {R"({"iss":"https://portal.example/"})", "iss is another"},
      {R"({"iss":["https://portal.example"]})", "iss is another"},
      {R"({"aud":null})", "aud is missing"},
      {R"({"aud":""})", "aud is another"},
      {R"({"aud":"Harbor"})", "aud is another"},
      {R"({"aud":"harbor2"})", "aud is another"},
      {R"({"aud":[]})", "aud is another"},
      {R"({"aud":["other"]})", "aud is another"},
      {R"({"aud":["harbor",7]})", "aud names what is no text"},
      {R"({"aud":[["harbor"]]})", "aud names what is no text"},
      {R"({"aud":{"harbor":1}})", "aud is neither a text nor a list"},
      {R"({"aud":["harbor","2","3","4","5","6","7","8","9","0","1","2","3","4","5","6","7"]})",
       "aud names too many"},
      {R"({"exp":null})", "exp is missing"},
      {R"({"exp":"1790000300"})", "exp is no time"},
      {R"({"exp":true})", "exp is no time"},
      {R"({"exp":-1})", "exp is no time"},
      {R"({"exp":1e300})", "exp is no time"},
      {R"({"exp":18446744073709551615})", "exp is no time"},
      {R"({"exp":253402300800})", "exp is no time"},
      {R"({"exp":253402300799})", "exp is too far ahead"},
      {R"({"exp":0})", "it has expired"},
      {R"({"iat":"now"})", "iat is no time"},
      {R"({"nbf":[]})", "nbf is no time"},
      {R"({"auth_time":"x"})", "auth_time is no time"},
      {R"({"jti":null})", "jti is missing"},
      {R"({"jti":""})", "jti is missing"},
      {R"({"jti":7})", "jti is missing"},
      {R"({"jti":"a\u0000b"})", "jti is longer than 255 bytes, or has control characters"},
      {R"({"email":null})", "email is missing or no address"},
      {R"({"email":"bob"})", "email is missing or no address"},
      {R"({"email":"a@b@c"})", "email is missing or no address"},
      {R"({"email":["bob@acme.example"]})", "email is missing or no address"},
      {R"({"email_verified":false})", "email is not verified"},
      {R"({"email_verified":"true"})", "email is not verified"},
      {R"({"name":7})", "name is no text"},
      {R"({"tenants":"acme"})", "tenants is no list"},
      {R"({"tenants":["acme"]})", "tenants has what is no object"},
      {R"({"tenants":[{}]})", "tenants names none"},
      {R"({"tenants":[{"id":"ACME"}]})", "tenants names none"},
      {R"({"tenants":[{"id":"all"}]})", "tenants names none"},
      {R"({"tenants":[{"id":7}]})", "tenants has a key that is unknown or of the wrong type"},
      {R"({"tenants":[{"id":"acme","isAdmin":true}]})",
       "tenants has a key that is unknown or of the wrong type"},
      {R"({"tenants":[{"id":"acme","admin":"yes"}]})",
       "tenants has a key that is unknown or of the wrong type"},
      {R"({"tenants":[{"id":"acme","roles":"editor"}]})", "roles is no list"},
      {R"({"tenants":[{"id":"acme","roles":[1]}]})", "roles names what is no text"},
      {R"({"tenants":[{"id":"acme"},{"id":"globex"},{"id":"acme"}]})", "tenants names one twice"},
  };
  BOOST_TEST(fault_of(good()) == "");
  for (const Refused& refused : kRefused) {
    BOOST_TEST_CONTEXT(refused.change) {
      BOOST_TEST(fault_of(changed(refused.change)) == refused.reason);
    }
  }
}

BOOST_AUTO_TEST_CASE(lengths_are_bounded) {
  const auto with = [](std::string_view name, std::size_t size) {
    return fault_of(changed(
        json::serialize(json::object{{{name.data(), name.size()}, std::string(size, 'x')}})));
  };
  BOOST_TEST(with("jti", 255) == "");
  BOOST_TEST(with("jti", 256) == "jti is longer than 255 bytes, or has control characters");
  BOOST_TEST(with("name", 200) == "");
  BOOST_TEST(with("name", 201) == "name is too long");
  const auto with_tenants = [](std::size_t count) {
    json::object claims = good();
    json::array tenants;
    for (std::size_t i = 0; i < count; ++i) {
      tenants.push_back(json::object{{"id", "t" + std::to_string(i)}});
    }
    claims["tenants"] = std::move(tenants);
    return fault_of(claims);
  };
  BOOST_TEST(with_tenants(50) == "");
  BOOST_TEST(with_tenants(51) == "tenants names too many");
}

// To the second, with 60 s of grace and 600 s of life; it is half a second past kNowS.
BOOST_AUTO_TEST_CASE(times_are_held_to_the_last_second_of_grace) {
  BOOST_TEST(fault_of(changed(seconds("exp", -59))) == "");
  BOOST_TEST(fault_of(changed(seconds("exp", -60))) == "it has expired");
  BOOST_TEST(fault_of(changed(seconds("exp", 660))) == "");
  BOOST_TEST(fault_of(changed(seconds("exp", 661))) == "exp is too far ahead");
  BOOST_TEST(fault_of(changed(seconds("nbf", 60))) == "");
  BOOST_TEST(fault_of(changed(seconds("nbf", 61))) == "nbf is ahead");
  BOOST_TEST(fault_of(changed(seconds("iat", 60))) == "");
  BOOST_TEST(fault_of(changed(seconds("iat", 61))) == "iat is ahead");
  BOOST_TEST(fault_of(changed(seconds("iat", -300))) == "");
  BOOST_TEST(fault_of(changed(seconds("iat", -301))) == "it lives too long");
  BOOST_TEST(fault_of(changed(seconds("auth_time", 61))) == "auth_time is ahead");
  auth::ClaimRules strict = kRules;
  strict.clock_skew_ms = 0;
  BOOST_TEST(fault_of(changed(seconds("exp", 1)), strict) == "");
  BOOST_TEST(fault_of(changed(seconds("exp", 0)), strict) == "it has expired");
}

BOOST_AUTO_TEST_CASE(a_time_may_have_a_fraction) {
  BOOST_TEST(read(R"({"exp":1790000300.25})").expires_at_ms == 1'790'000'300'250);
  BOOST_TEST(read(R"({"exp":1.7900003e9})").expires_at_ms == 1'790'000'300'000);
}

BOOST_AUTO_TEST_CASE(a_sign_in_is_as_old_as_the_host_says_and_never_in_the_future) {
  BOOST_TEST(read(seconds("auth_time", -7200)).signed_in_at_ms == (kNowS - 7200) * 1000);
  BOOST_TEST(read(seconds("auth_time", 30)).signed_in_at_ms == kNowMs);
}

BOOST_AUTO_TEST_CASE(memberships_are_read_in_the_tenants_order) {
  const auto members = read(R"({"tenants":[{"id":"globex"},
      {"roles":["editor","agent"],"admin":true,"id":"acme"}]})")
                           .members;
  BOOST_TEST_REQUIRE(members.size() == 2U);
  BOOST_TEST(members[0].tenant == "acme");
  BOOST_TEST(members[0].is_admin);
  BOOST_TEST((members[0].roles == std::vector<std::string>{"editor", "agent"}));
  BOOST_TEST(members[1].tenant == "globex");
  BOOST_TEST(!members[1].is_admin);
  BOOST_TEST(members[1].roles.empty());
}

BOOST_AUTO_TEST_CASE(memberships_are_of_no_consequence_where_the_issuer_adds_none) {
  auth::ClaimRules rules = kRules;
  rules.reads_members = false;
  for (const char* tenants : {R"({"tenants":"acme"})", R"({"tenants":[{"id":"acme"}]})"}) {
    const auto claims = auth::read_claims(changed(tenants), rules, kNowMs);
    BOOST_TEST_REQUIRE(claims.has_value());
    BOOST_TEST(claims->members.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
