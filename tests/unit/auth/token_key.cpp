#include "auth/token_key.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <fstream>

#include "auth/token_maker.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(token_key)

using auth::TokenAlgorithm;
using auth::TokenKey;

std::vector<TokenKey> keys_of(TokenAlgorithm algorithm, std::string_view text) {
  auto keys = auth::parse_token_keys(algorithm, text);
  BOOST_TEST_REQUIRE(keys.has_value());
  return *std::move(keys);
}

std::string fault_of(TokenAlgorithm algorithm, std::string_view text) {
  const auto keys = auth::parse_token_keys(algorithm, text);
  return keys.has_error() ? keys.error().reason : "";
}

std::string decoded(std::string_view text) { return base64url_decode(text).value(); }

// RFC 7515 appendix A.1.
BOOST_AUTO_TEST_CASE(the_standards_hs256_example_fits) {
  const TokenKey key(decoded(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ";
  const std::string signature = decoded("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  BOOST_TEST(key.fits(text, signature));
  BOOST_TEST(!key.fits(text + "x", signature));
  BOOST_TEST(!key.fits(text, signature.substr(0, 31)));
  BOOST_TEST(!key.fits(text, signature + '\0'));
  BOOST_TEST(!key.fits(text, ""));
}

// RFC 7515 appendix A.2.
constexpr std::string_view kRsaPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAofgWCuLjybRlzo0tZWJj\n"
    "NiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEz\n"
    "P1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo\n"
    "9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTB\n"
    "EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxX\n"
    "FvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXp\n"
    "oQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

BOOST_AUTO_TEST_CASE(the_standards_rs256_example_fits) {
  const auto keys = keys_of(TokenAlgorithm::rs256, kRsaPem);
  BOOST_TEST_REQUIRE(keys.size() == 1U);
  const std::string text =
      "eyJhbGciOiJSUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ";
  std::string signature = decoded(
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
      "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
      "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
      "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
  BOOST_TEST(keys[0].fits(text, signature));
  BOOST_TEST(!keys[0].fits(text + "x", signature));
  BOOST_TEST(!keys[0].fits(text, '\0' + signature));
  BOOST_TEST(!keys[0].fits(text, ""));
  signature[17] = static_cast<char>(signature[17] ^ 1);
  BOOST_TEST(!keys[0].fits(text, signature));
}

// RFC 8037 appendix A.4.
constexpr std::string_view kEd25519Pem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

BOOST_AUTO_TEST_CASE(the_standards_eddsa_example_fits) {
  const auto keys = keys_of(TokenAlgorithm::eddsa, kEd25519Pem);
  BOOST_TEST_REQUIRE(keys.size() == 1U);
  const std::string text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  std::string signature = decoded(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  BOOST_TEST(keys[0].fits(text, signature));
  BOOST_TEST(!keys[0].fits(text + "x", signature));
  BOOST_TEST(!keys[0].fits(text, signature + signature));
  BOOST_TEST(!keys[0].fits(text, ""));
  signature[63] = static_cast<char>(signature[63] | 0x10);  // s + the group's order, or like it
  BOOST_TEST(!keys[0].fits(text, signature));
  BOOST_TEST(!keys[0].fits(text, std::string(64, '\0')));
}

BOOST_AUTO_TEST_CASE(a_key_fits_only_what_it_signed_itself) {
  const auto signer = SigningKey::ed25519();
  const auto keys = keys_of(TokenAlgorithm::eddsa, signer.public_pem());
  BOOST_TEST(keys[0].fits("text", signer.sign("text")));
  BOOST_TEST(!keys[0].fits("text", SigningKey::ed25519().sign("text")));
}

BOOST_AUTO_TEST_CASE(a_file_may_hold_the_old_key_and_the_new) {
  const auto before = SigningKey::ed25519();
  const auto after = SigningKey::ed25519();
  const auto keys =
      keys_of(TokenAlgorithm::eddsa, before.public_pem() + "\nthe new one:\n" + after.public_pem());
  BOOST_TEST_REQUIRE(keys.size() == 2U);
  BOOST_TEST(keys[0].fits("text", before.sign("text")));
  BOOST_TEST(keys[1].fits("text", after.sign("text")));

  const auto secrets =
      keys_of(TokenAlgorithm::hs256, std::string(32, 'a') + "\r\n\n" + std::string(33, 'b') + "\n");
  BOOST_TEST_REQUIRE(secrets.size() == 2U);
  BOOST_TEST(secrets[0].fits("text", sign_with_secret(std::string(32, 'a'), "text")));
  BOOST_TEST(secrets[1].fits("text", sign_with_secret(std::string(33, 'b'), "text")));
}

struct BadFile {
  TokenAlgorithm algorithm;
  std::string text;
  std::string reason;  // a part of it
};

BOOST_AUTO_TEST_CASE(a_key_that_is_of_no_use_is_named) {
  using enum TokenAlgorithm;
  const auto signer = SigningKey::ed25519();
  const std::string pem = signer.public_pem();
  const std::string small_rsa = SigningKey::rsa(1024).public_pem();
  std::string even_rsa(kRsaPem);  // its exponent is 65536
  even_rsa.replace(even_rsa.find("oQIDAQAB"), 8, "oQIDAQAA");
  std::string broken = pem;
  broken.replace(broken.find("MCo"), 3, "AAA");
  const BadFile files[] = {
      {eddsa, "", "holds no public key in PEM"},
      {eddsa, "not a key\n", "holds no public key in PEM"},
      {eddsa, std::string(kRsaPem), "not Ed25519"},
      {rs256, pem, "not RSA"},
      {rs256, even_rsa, "its modulus or exponent cannot be"},
      {rs256, small_rsa, "1024 bits (2048 to 8192)"},
      {eddsa, broken, "cannot be read"},
      {eddsa, pem.substr(0, 60), "cannot be read"},
      {rs256, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
       "a CERTIFICATE where there should be a PUBLIC KEY"},
      {eddsa, signer.private_pem(), "private key"},
      {hs256, signer.private_pem(), "private key"},
      {eddsa, pem + signer.private_pem(), "private key"},
      {hs256, pem, "in PEM where HS256 needs a secret"},
      {hs256, std::string(kRsaPem), "in PEM where HS256 needs a secret"},
      {hs256, "", "holds no secret"},
      {hs256, "\n\n", "holds no secret"},
      {hs256, std::string(31, 's') + "\n", "31 bytes (32 to 1024)"},
      {hs256, std::string(1025, 's'), "1025 bytes (32 to 1024)"},
      {eddsa, pem + pem + pem + pem + pem, "more than four"},
      {hs256, std::string(auth::kLargestKeyFile + 1, 's'), "too large"},
  };
  for (const BadFile& file : files) {
    BOOST_TEST_CONTEXT(file.text.substr(0, 80)) {
      const std::string fault = fault_of(file.algorithm, file.text);
      BOOST_TEST(fault.find(file.reason) != std::string::npos,
                 "got \"" << fault << "\", want \"" << file.reason << '"');
    }
  }
}

BOOST_AUTO_TEST_CASE(a_key_file_is_read_and_a_secret_is_for_few) {
  const TemporaryFolder folder;
  const auto fault = [&](TokenAlgorithm algorithm, const std::string& name) {
    const auto keys = auth::read_token_keys(algorithm, folder.file(name));
    return keys.has_error() ? keys.error().reason : "";
  };
  std::ofstream(folder.file("public.pem")) << kEd25519Pem;
  std::ofstream(folder.file("secret")) << kTokenSecret << '\n';
  BOOST_TEST(fault(TokenAlgorithm::eddsa, "public.pem") == "");
  ::chmod(folder.file("secret").c_str(), 0640);
  BOOST_TEST(fault(TokenAlgorithm::hs256, "secret") == "");
  ::chmod(folder.file("secret").c_str(), 0644);
  BOOST_TEST(fault(TokenAlgorithm::hs256, "secret").starts_with("holds a secret and can be read"));
  BOOST_TEST(fault(TokenAlgorithm::eddsa, "absent") == "cannot be read: No such file or directory");
  BOOST_TEST(fault(TokenAlgorithm::eddsa, "") == "is not a file");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
