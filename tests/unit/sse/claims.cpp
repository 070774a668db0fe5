#include "sse/claims.h"

#include <boost/test/unit_test.hpp>

#include "core/text.h"

using namespace harbor;
using namespace harbor::sse;

namespace {

const std::string kWhole =
    R"({"email":"bob@acme.example","tenant":"acme","session":"42",)"
    R"("sessionExpiresAt":"2026-12-22T10:00:00.000Z","revocation":7,"joined":3,)"
    R"("cursor":"k3f9.12"})";

std::string without(std::string_view key) {
  std::string text = kWhole;
  const auto at = text.find("\"" + std::string(key) + "\"");
  return text.replace(at + 1, 1, "_");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(claims)

BOOST_AUTO_TEST_CASE(what_the_api_writes_is_read) {
  const auto read = parse_claims(base64url(kWhole));
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->email == "bob@acme.example");
  BOOST_TEST(read->tenant == "acme");
  BOOST_TEST(read->session == "42");
  BOOST_TEST(read->session_expires_at_ms == 1'797'933'600'000);
  BOOST_TEST(read->revocation == 7);
  BOOST_TEST(read->joined == 3);
  BOOST_TEST(read->cursor.value() == "k3f9.12");
}

BOOST_AUTO_TEST_CASE(only_the_cursor_may_be_absent) {
  const auto read = parse_claims(base64url(without("cursor")));
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(!read->cursor.has_value());
  for (const std::string_view key :
       {"email", "tenant", "session", "sessionExpiresAt", "revocation", "joined"}) {
    BOOST_TEST(!parse_claims(base64url(without(key))).has_value(), "without " << key);
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_a_fault_and_no_exception) {
  for (const std::string& text :
       {std::string(), std::string("%%%"), base64url(""), base64url("[]"), base64url("{"),
        base64url("null"), base64url("\xff\xfe"), std::string(5000, 'A'),
        base64url(R"({"email":1,"tenant":"acme","session":"4"})"),
        base64url(std::string(2000, '['))}) {
    const auto read = parse_claims(text);
    BOOST_TEST(!read.has_value());
    BOOST_TEST(!read.error().detail.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
