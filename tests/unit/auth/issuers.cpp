#include "auth/issuers.h"

#include <sys/stat.h>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

#include "auth/token_maker.h"
#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(issuers)

struct Portals {
  TemporaryFolder folder;
  Config config = test_config("");
  SigningKey ed25519 = SigningKey::ed25519();
  SigningKey rsa = SigningKey::rsa(2048);

  Portals() {
    add("https://ed.example", "EdDSA", ed25519.public_pem());
    add("https://rsa.example", "RS256", rsa.public_pem());
    add("https://secret.example", "HS256", kTokenSecret + "\n");
  }
  void add(const std::string& issuer, const std::string& algorithm, const std::string& key) {
    const std::string path = folder.file("key-" + std::to_string(config.auth.issuers.size()));
    std::ofstream(path) << key;
    ::chmod(path.c_str(), 0600);
    Config::Issuer& added = config.auth.issuers.emplace_back();
    added.issuer = issuer;
    added.audience = "harbor";
    added.algorithm = algorithm;
    added.key_file = path;
    added.session_ms = 60'000;
    added.place = "harbor.yaml:7: auth.issuers[0]";
  }
  // "" where the token is taken.
  std::string fault(std::string_view token) const {
    const auth::Issuers issuers(config.auth);
    const auto assertion = issuers.verify(token, now_ms());
    return assertion.has_error() ? assertion.error().reason : "";
  }
  std::string start_fault() const {
    try {
      const auth::Issuers issuers(config.auth);
    } catch (const ConfigError& error) {
      return error.what();
    }
    return {};
  }
};

std::string payload(std::string_view issuer) {
  return json::serialize(json::object{{"iss", json::string_view(issuer.data(), issuer.size())},
                                      {"aud", "harbor"},
                                      {"exp", now_ms() / 1000 + 60},
                                      {"jti", "id-1"},
                                      {"email", "bob@acme.example"}});
}

std::string header(std::string_view algorithm) {
  return R"({"typ":"JWT","alg":")" + std::string(algorithm) + "\"}";
}

auto by(const SigningKey& key) {
  return [&key](std::string_view text) { return key.sign(text); };
}
auto by(const std::string& secret) {
  return [secret](std::string_view text) { return sign_with_secret(secret, text); };
}

BOOST_AUTO_TEST_CASE(a_token_of_each_algorithm_is_taken) {
  const Portals portals;
  const auth::Issuers issuers(portals.config.auth);
  const auto take = [&](std::string_view issuer, std::string_view algorithm, auto sign) {
    const auto assertion =
        issuers.verify(make_token(header(algorithm), payload(issuer), sign), now_ms());
    BOOST_TEST_REQUIRE(assertion.has_value());
    BOOST_TEST(assertion->issuer.issuer == issuer);
    BOOST_TEST(assertion->claims.email == "bob@acme.example");
  };
  take("https://ed.example", "EdDSA", by(portals.ed25519));
  take("https://rsa.example", "RS256", by(portals.rsa));
  take("https://secret.example", "HS256", by(kTokenSecret));
}

// RFC 8725 section 2.1: the algorithm is the configured one, whatever the token says.
BOOST_AUTO_TEST_CASE(a_token_does_not_choose_its_algorithm) {
  const Portals portals;
  const auto nothing = [](std::string_view) { return std::string(); };
  const std::string ed_pem = portals.ed25519.public_pem();
  const std::string rsa_pem = portals.rsa.public_pem();
  for (const char* name : {"none", "None", "NONE", "nOnE", ""}) {
    BOOST_TEST(portals.fault(make_token(header(name), payload("https://ed.example"), nothing)) ==
               "of https://ed.example: alg is not EdDSA");
    BOOST_TEST(portals.fault(make_token(header(name), payload("https://secret.example"),
                                        nothing)) == "of https://secret.example: alg is not HS256");
  }
  // The public key as a secret: known to everybody.
  BOOST_TEST(portals.fault(make_token(header("HS256"), payload("https://rsa.example"),
                                      by(rsa_pem))) == "of https://rsa.example: alg is not RS256");
  BOOST_TEST(
      portals.fault(make_token(header("RS256"), payload("https://rsa.example"), by(rsa_pem))) ==
      "of https://rsa.example: the signature is none of its keys'");
  BOOST_TEST(portals.fault(make_token(header("HS256"), payload("https://ed.example"),
                                      by(ed_pem))) == "of https://ed.example: alg is not EdDSA");
  for (const char* name : {"HS384", "HS512", "hs256", "RS512", "PS256", "ES256", "Ed25519"}) {
    BOOST_TEST(portals.fault(
                   make_token(header(name), payload("https://secret.example"), by(kTokenSecret))) ==
               "of https://secret.example: alg is not HS256");
  }
}

BOOST_AUTO_TEST_CASE(an_issuers_key_is_good_for_that_issuer_alone) {
  const Portals portals;
  BOOST_TEST(portals.fault(make_token(header("EdDSA"), payload("https://ed.example"),
                                      by(SigningKey::ed25519()))) ==
             "of https://ed.example: the signature is none of its keys'");
  BOOST_TEST(portals.fault(make_token(header("EdDSA"), payload("https://rsa.example"),
                                      by(portals.ed25519))) ==
             "of https://rsa.example: alg is not RS256");
  BOOST_TEST(portals.fault(make_token(header("EdDSA"), payload("https://other.example"),
                                      by(portals.ed25519))) ==
             "iss is none of the configured ones");
  BOOST_TEST(portals.fault(make_token(header("HS256"), payload("https://secret.example"),
                                      by(kTokenSecret + "\n"))) ==
             "of https://secret.example: the signature is none of its keys'");
  BOOST_TEST(portals.fault(make_token(header("HS256"), payload("https://secret.example"),
                                      by(std::string()))) ==
             "of https://secret.example: the signature is none of its keys'");
}

BOOST_AUTO_TEST_CASE(a_changed_claim_or_header_spoils_the_signature) {
  const Portals portals;
  const std::string good =
      make_token(header("EdDSA"), payload("https://ed.example"), by(portals.ed25519));
  BOOST_TEST(portals.fault(good) == "");
  const auto first = good.find('.');
  const auto second = good.rfind('.');
  const std::string signature = good.substr(second);
  std::string other = payload("https://ed.example");
  other.replace(other.find("bob@"), 4, "ann@");
  const std::string spoiled = "of https://ed.example: the signature is none of its keys'";
  BOOST_TEST(portals.fault(good.substr(0, first + 1) + base64url(other) + signature) == spoiled);
  BOOST_TEST(portals.fault(base64url(R"({"alg":"EdDSA"})") + good.substr(first)) == spoiled);
  BOOST_TEST(portals.fault(good.substr(0, second + 1)) == spoiled);
}

BOOST_AUTO_TEST_CASE(claims_are_held_against_the_issuers_configuration) {
  Portals portals;
  portals.config.auth.issuers[2].audience = "another";
  BOOST_TEST(portals.fault(make_hs256(payload("https://secret.example"))) ==
             "of https://secret.example: aud is another");
  portals.config.auth.token_size = 64;
  BOOST_TEST(portals.fault(make_hs256(payload("https://secret.example"))) ==
             "it is longer than 64 bytes");
}

BOOST_AUTO_TEST_CASE(without_an_issuer_nothing_is_taken) {
  Portals portals;
  portals.config.auth.issuers.clear();
  BOOST_TEST(portals.fault(make_hs256(payload("https://secret.example"))) ==
             "iss is none of the configured ones");
}

BOOST_AUTO_TEST_CASE(while_keys_change_both_are_good) {
  Portals portals;
  const auto after = SigningKey::ed25519();
  std::ofstream(portals.config.auth.issuers[0].key_file)
      << portals.ed25519.public_pem() << after.public_pem();
  const SigningKey* const keys[] = {&portals.ed25519, &after};
  for (const SigningKey* key : keys) {
    BOOST_TEST(
        portals.fault(make_token(header("EdDSA"), payload("https://ed.example"), by(*key))) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_key_file_that_is_of_no_use_is_a_wrong_configuration) {
  Portals portals;
  Config::Issuer& issuer = portals.config.auth.issuers[0];
  const std::string path = issuer.key_file;
  issuer.algorithm = "RS256";
  BOOST_TEST(portals.start_fault() == "harbor.yaml:7: auth.issuers[0].key_file: \"" + path +
                                          "\" holds a key that is not RSA");
  issuer.key_file = "/nowhere/key.pem";
  BOOST_TEST(
      portals.start_fault() ==
      "harbor.yaml:7: auth.issuers[0].key_file: \"/nowhere/key.pem\" cannot be read: No such "
      "file or directory");
}

BOOST_AUTO_TEST_CASE(a_name_is_a_credential_of_the_unit) {
  Portals portals;
  portals.config.auth.issuers[0].key_file = "key-0";
  ::unsetenv("CREDENTIALS_DIRECTORY");
  BOOST_TEST(portals.start_fault().ends_with(
      "\"key-0\" is neither an absolute path nor a credential of this unit"));
  ::setenv("CREDENTIALS_DIRECTORY", portals.folder.file("").c_str(), 1);
  BOOST_TEST(portals.start_fault() == "");
  portals.config.auth.issuers[0].key_file = "../key-0";
  BOOST_TEST(portals.start_fault().find("neither") != std::string::npos);
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
