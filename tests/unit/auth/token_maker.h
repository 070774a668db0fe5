#pragma once
// Tokens as a host application would make them, and as an attacker would.

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "auth/token_key.h"
#include "core/text.h"

namespace harbor::test {

inline const std::string kTokenSecret = "a secret of more than thirty-two bytes";

/// An Ed25519 or RSA key of its own.
class SigningKey {
 public:
  static SigningKey ed25519() { return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }
  static SigningKey rsa(std::size_t bits) {
    return SigningKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  }

  std::string public_pem() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(bio.get(), key_.get());
    return text_of(bio.get());
  }
  std::string private_pem() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
  }
  std::string sign(std::string_view text) const {
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                     &EVP_MD_CTX_free);
    const EVP_MD* digest = EVP_PKEY_is_a(key_.get(), "RSA") == 1 ? EVP_sha256() : nullptr;
    EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                   text.size());
    signature.resize(size);
    return signature;
  }

 private:
  explicit SigningKey(EVP_PKEY* key) : key_(key) {}
  static std::string text_of(BIO* bio) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
  auth::PublicKey key_;
};

inline std::string sign_with_secret(std::string_view secret, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

/// Header and payload, whatever they say, signed by `sign(text)`.
template <class Sign>
std::string make_token(std::string_view header, std::string_view payload, Sign sign) {
  const std::string text = base64url(header) + "." + base64url(payload);
  return text + "." + base64url(sign(text));
}

inline std::string make_hs256(std::string_view payload,
                              std::string_view header = R"({"alg":"HS256","typ":"JWT"})") {
  return make_token(header, payload,
                    [](std::string_view text) { return sign_with_secret(kTokenSecret, text); });
}

}  // namespace harbor::test
