#include "auth/token_key.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "core/text.h"
#include "core/unique_fd.h"

namespace harbor::auth {
namespace {

using boost::system::result;

constexpr std::size_t kEd25519SignatureBytes = 64;

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool fits_public_key(TokenAlgorithm algorithm, EVP_PKEY* key, std::string_view signed_part,
                     std::string_view signature) {
  const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  // RSA: PKCS #1 v1.5 is what OpenSSL takes where nothing else is said, and what RS256 is.
  const EVP_MD* digest = algorithm == TokenAlgorithm::rs256 ? EVP_sha256() : nullptr;
  const bool fits = EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
                    EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                     bytes_of(signed_part), signed_part.size()) == 1;
  ERR_clear_error();
  return fits;
}

bool fits_secret(const std::string& secret, std::string_view signed_part,
                 std::string_view signature) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(signed_part),
           signed_part.size(), digest.data(), &length) == nullptr) {
    throw std::runtime_error("HMAC failed");
  }
  return signature.size() == length &&
         CRYPTO_memcmp(digest.data(), signature.data(), signature.size()) == 0;
}

std::optional<KeyFault> fault_of_rsa(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kSmallestRsaBits || bits > kLargestRsaBits) {
    return KeyFault{"holds an RSA key of " + std::to_string(bits) + " bits (" +
                    std::to_string(kSmallestRsaBits) + " to " + std::to_string(kLargestRsaBits) +
                    ")"};
  }
  const std::unique_ptr<EVP_PKEY_CTX, ContextDeleter> context(EVP_PKEY_CTX_new(key, nullptr));
  if (context && EVP_PKEY_public_check(context.get()) == 1) return std::nullopt;
  return KeyFault{"holds an RSA key that is none: its modulus or exponent cannot be"};
}

std::optional<KeyFault> fault_of_key(TokenAlgorithm algorithm, EVP_PKEY* key) {
  if (algorithm == TokenAlgorithm::eddsa) {
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return std::nullopt;
    return KeyFault{"holds a key that is not Ed25519"};
  }
  if (EVP_PKEY_is_a(key, "RSA") != 1) return KeyFault{"holds a key that is not RSA"};
  return fault_of_rsa(key);
}

// One block of PEM: "-----BEGIN name-----", headers (of an encrypted one), data.
struct Block {
  std::string name, header, data;
};

std::string take_text(char* text) {
  std::string copy(text);
  OPENSSL_free(text);
  return copy;
}

// The next block; nothing at the end.
result<std::optional<Block>, KeyFault> read_block(BIO* bio) {
  char *name = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  ERR_clear_error();
  if (PEM_read_bio(bio, &name, &header, &data, &size) == 1) {
    Block block{take_text(name), take_text(header),
                std::string(reinterpret_cast<char*>(data), static_cast<std::size_t>(size))};
    OPENSSL_free(data);
    return std::optional(std::move(block));
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return KeyFault{"holds a public key that cannot be read"};
  return std::optional<Block>();
}

result<PublicKey, KeyFault> key_of(const Block& block) {
  if (block.name != "PUBLIC KEY" || !block.header.empty()) {
    return KeyFault{"holds a " + block.name + " where there should be a PUBLIC KEY"};
  }
  const unsigned char* at = bytes_of(block.data);
  PublicKey key(d2i_PUBKEY(nullptr, &at, static_cast<long>(block.data.size())));
  ERR_clear_error();
  if (!key || at != bytes_of(block.data) + block.data.size()) {
    return KeyFault{"holds a public key that cannot be read"};
  }
  return key;
}

result<std::vector<TokenKey>, KeyFault> parse_public_keys(TokenAlgorithm algorithm,
                                                          std::string_view text) {
  const std::unique_ptr<BIO, BioDeleter> bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::bad_alloc();
  std::vector<TokenKey> keys;
  for (;;) {
    auto block = read_block(bio.get());
    if (block.has_error()) return block.error();
    if (!*block) break;
    auto key = key_of(**block);
    if (key.has_error()) return key.error();
    if (auto fault = fault_of_key(algorithm, key->get())) return *std::move(fault);
    if (keys.size() == kMostTokenKeys) return KeyFault{"holds more than four keys"};
    keys.emplace_back(algorithm, *std::move(key));
  }
  if (keys.empty()) return KeyFault{"holds no public key in PEM (BEGIN PUBLIC KEY)"};
  return keys;
}

result<std::vector<TokenKey>, KeyFault> parse_secrets(std::string_view text) {
  std::vector<TokenKey> keys;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (line.size() < kShortestSecret || line.size() > kLongestSecret) {
      return KeyFault{"holds a secret of " + std::to_string(line.size()) + " bytes (" +
                      std::to_string(kShortestSecret) + " to " + std::to_string(kLongestSecret) +
                      ")"};
    }
    if (keys.size() == kMostTokenKeys) return KeyFault{"holds more than four secrets"};
    keys.emplace_back(std::string(line));
  }
  if (keys.empty()) return KeyFault{"holds no secret"};
  return keys;
}

KeyFault fault_of_errno() {
  return KeyFault{"cannot be read: " + std::generic_category().message(errno)};
}

}  // namespace

void throw_exception_from_error(const KeyFault& fault, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked key: " + fault.reason);
}

TokenAlgorithm token_algorithm(std::string_view name) {
  if (name == "EdDSA") return TokenAlgorithm::eddsa;
  if (name == "RS256") return TokenAlgorithm::rs256;
  if (name == "HS256") return TokenAlgorithm::hs256;
  throw std::logic_error("no such algorithm: " + std::string(name));
}

TokenKey::TokenKey(TokenAlgorithm algorithm, PublicKey key)
    : algorithm_(algorithm), key_(std::move(key)) {}

TokenKey::TokenKey(std::string secret)
    : algorithm_(TokenAlgorithm::hs256), secret_(std::move(secret)) {}

bool TokenKey::fits(std::string_view signed_part, std::string_view signature) const {
  switch (algorithm_) {
    case TokenAlgorithm::hs256: return fits_secret(secret_, signed_part, signature);
    case TokenAlgorithm::eddsa:
      if (signature.size() != kEd25519SignatureBytes) return false;
      [[fallthrough]];
    case TokenAlgorithm::rs256:
      return fits_public_key(algorithm_, key_.get(), signed_part, signature);
  }
  return false;
}

result<std::vector<TokenKey>, KeyFault> parse_token_keys(TokenAlgorithm algorithm,
                                                         std::string_view text) {
  if (text.size() > kLargestKeyFile) return KeyFault{"is too large for a key file"};
  const bool is_pem = text.find("-----BEGIN") != std::string_view::npos;
  if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
    return KeyFault{"holds a private key; Harbor needs the public one, and the other kept away"};
  }
  if (algorithm != TokenAlgorithm::hs256) return parse_public_keys(algorithm, text);
  if (is_pem) return KeyFault{"holds a key in PEM where HS256 needs a secret"};
  return parse_secrets(text);
}

result<std::vector<TokenKey>, KeyFault> read_token_keys(TokenAlgorithm algorithm,
                                                        const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return fault_of_errno();
  if (!S_ISREG(status.st_mode)) return KeyFault{"is not a file"};
  if (algorithm == TokenAlgorithm::hs256 && (status.st_mode & S_IROTH) != 0) {
    return KeyFault{"holds a secret and can be read by everybody (chmod o= helps)"};
  }
  std::string text(kLargestKeyFile + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0) return fault_of_errno();
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return parse_token_keys(algorithm, text);
}

}  // namespace harbor::auth
