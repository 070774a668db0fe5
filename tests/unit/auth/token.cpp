#include "auth/token.h"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "auth/token_maker.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(token)

constexpr std::size_t kLongest = 8192;

std::string fault_of(std::string_view text) {
  const auto token = auth::read_token(text, kLongest);
  return token.has_error() ? token.error().reason : "";
}

std::string with_header(std::string_view header) { return make_hs256("{}", header); }

BOOST_AUTO_TEST_CASE(a_token_is_read_as_it_stands) {
  const std::string text = make_hs256(R"({"iss":"joe","n":1})", R"({"alg":"HS256","kid":"7"})");
  const auto token = auth::read_token(text, kLongest);
  BOOST_TEST_REQUIRE(token.has_value());
  BOOST_TEST(token->algorithm == "HS256");
  BOOST_TEST(json::serialize(token->claims) == R"({"iss":"joe","n":1})");
  BOOST_TEST(token->signed_part == text.substr(0, text.rfind('.')));
  BOOST_TEST(token->signature == sign_with_secret(kTokenSecret, token->signed_part));
}

// RFC 7515 appendix A.1: line ends within header and payload.
BOOST_AUTO_TEST_CASE(the_example_of_the_standard_is_read) {
  const auto token = auth::read_token(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      kLongest);
  BOOST_TEST_REQUIRE(token.has_value());
  BOOST_TEST(token->algorithm == "HS256");
  BOOST_TEST(token->claims.at("iss") == "joe");
  BOOST_TEST(token->claims.at("exp") == 1300819380);
}

BOOST_AUTO_TEST_CASE(the_type_may_be_left_out_or_say_jwt) {
  for (const char* header : {R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"jwt"})",
                             R"({"alg":"HS256","typ":"application/JWT"})"}) {
    BOOST_TEST(fault_of(with_header(header)) == "");
  }
}

BOOST_AUTO_TEST_CASE(parameters_that_name_keys_are_of_no_consequence) {
  BOOST_TEST(fault_of(with_header(
                 R"({"alg":"HS256","kid":"../../etc/passwd","jku":"https://evil",)"
                 R"("jwk":{"kty":"oct","k":"AA"},"x5u":"https://evil","x5c":[]})")) == "");
}

struct Hostile {
  std::string text;
  std::string reason;  // a part of it
};

BOOST_AUTO_TEST_CASE(what_is_malformed_or_asks_for_more_than_a_signature_is_refused) {
  const std::string good = make_hs256("{}");
  const std::string header = good.substr(0, good.find('.'));
  const std::string payload = base64url("{}");
  const std::string deep(20, '[');
  const Hostile kHostile[] = {
      {"", "three parts"},
      {".", "three parts"},
      {"..", "header is refused as JSON: json_syntax"},
      {"...", "three parts"},
      {header + "." + payload, "three parts"},
      {good + ".", "three parts"},
      {good + ".AA.AA", "three parts"},  // five: encrypted (RFC 7516)
      {" " + good, "header is not base64url"},
      {good + "\n", "signature is not base64url"},
      {good + "=", "signature is not base64url"},
      {header + "=." + payload + ".AA", "header is not base64url"},
      {header + "." + payload + ".A", "signature is not base64url"},
      {header + "." + payload + ".AB", "signature is not base64url"},  // bits that nobody reads
      {header + "." + payload + ".A+/A", "signature is not base64url"},
      {header + "." + payload + ".\xc3\xa4", "signature is not base64url"},
      {header + "." + std::string("e30\0", 4) + ".AA", "payload is not base64url"},
      {"e30." + payload + ".", "the header has no alg"},
      {with_header(R"({"alg":7})"), "the header has no alg"},
      {with_header(R"({"alg":null})"), "the header has no alg"},
      {with_header(R"({"alg":"HS256","alg":"none"})"), "json_duplicate_key"},
      {with_header(R"({"alg":"HS256","\u0061lg":"none"})"), "json_duplicate_key"},
      {with_header(R"(["HS256"])"), "the header is no JSON object"},
      {with_header(R"("HS256")"), "the header is no JSON object"},
      {with_header("\xff"), "json_syntax"},
      {with_header(R"({"alg":"HS256"} x)"), "json_syntax"},
      {with_header(R"({"alg":"HS256","crit":["exp"],"exp":1})"), "the header has crit"},
      {with_header(R"({"alg":"HS256","crit":[]})"), "the header has crit"},
      {with_header(R"({"alg":"HS256","crit":null})"), "the header has crit"},
      {with_header(R"({"alg":"HS256","b64":false,"crit":["b64"]})"), "the header has crit"},
      {with_header(R"({"alg":"HS256","cty":"JWT"})"), "the header has cty"},
      {with_header(R"({"alg":"RSA-OAEP","enc":"A128GCM"})"), "the header has enc"},
      {with_header(R"({"alg":"HS256","zip":"DEF"})"), "the header has zip"},
      {with_header(R"({"alg":"HS256","typ":"at+jwt"})"), "typ is not JWT"},
      {with_header(R"({"alg":"HS256","typ":7})"), "typ is not JWT"},
      {make_hs256("[]"), "the payload is no JSON object"},
      {make_hs256(""), "the payload is refused as JSON"},
      {make_hs256(R"({"iss":"a","iss":"b"})"), "json_duplicate_key"},
      {make_hs256("{\"a\":" + deep), "json_depth"},
      {make_hs256("{\"iss\":\"\xc3\x28\"}"), "the payload is refused as JSON"},
  };
  for (const Hostile& hostile : kHostile) {
    BOOST_TEST_CONTEXT(hostile.text) {
      const std::string fault = fault_of(hostile.text);
      BOOST_TEST(fault.find(hostile.reason) != std::string::npos,
                 "got \"" << fault << "\", want \"" << hostile.reason << '"');
      BOOST_TEST(fault != "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_token_may_have_the_most_bytes_and_not_one_more) {
  const std::string text = make_hs256(R"({"iss":"joe"})");
  BOOST_TEST(auth::read_token(text, text.size()).has_value());
  const auto refused = auth::read_token(text, text.size() - 1);
  BOOST_TEST_REQUIRE(refused.has_error());
  BOOST_TEST(refused.error().reason ==
             "it is longer than " + std::to_string(text.size() - 1) + " bytes");
}

// Each single bit of a good token: never a crash, and never read as another token with the same
// signed part and signature.
BOOST_AUTO_TEST_CASE(no_changed_bit_gives_the_same_token) {
  const std::string good = make_hs256(R"({"iss":"joe","exp":1300819380})");
  const auto original = auth::read_token(good, kLongest);
  BOOST_TEST_REQUIRE(original.has_value());
  int refused = 0;
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string changed = good;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto token = auth::read_token(changed, kLongest);
    refused += token.has_error() ? 1 : 0;
    if (token.has_error()) continue;
    const bool is_same =
        token->signed_part == original->signed_part && token->signature == original->signature;
    BOOST_TEST(!is_same, "bit " << i);
  }
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_CASE(no_part_of_a_token_is_one) {
  const std::string good = make_hs256(R"({"iss":"joe"})");
  for (std::size_t size = 0; size < good.rfind('.'); ++size) {
    BOOST_TEST(fault_of(good.substr(0, size)) != "");
  }
}

BOOST_AUTO_TEST_CASE(a_fault_quotes_nothing_of_the_token) {
  const std::string secret = "a-word-of-the-token";
  for (const std::string& text :
       {make_hs256("{\"" + secret + "\":1,\"" + secret + "\":2}"), secret + "." + secret + ".x",
        with_header(R"({"alg":"HS256","typ":")" + secret + "\"}")}) {
    BOOST_TEST(fault_of(text) != "");
    BOOST_TEST(fault_of(text).find(secret) == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
