#pragma once
// The keys that a host application's signatures are checked with, by OpenSSL. What a key is good
// for is settled when it is read: a key of one algorithm never checks a signature of another,
// whatever a token says of itself (RFC 8725 sections 3.1 and 3.2).

#include <openssl/evp.h>

#include <boost/system/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::auth {

/// The algorithms of RFC 7518 and RFC 8037 that an issuer may be configured with.
enum class TokenAlgorithm { eddsa, rs256, hs256 };

/// `name` is "EdDSA", "RS256" or "HS256" (the configuration allows no other).
TokenAlgorithm token_algorithm(std::string_view name);

/// Why a key file is of no use, for the operator.
struct KeyFault {
  std::string reason;
};
[[noreturn]] void throw_exception_from_error(const KeyFault& fault, const boost::source_location&);

struct PublicKeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using PublicKey = std::unique_ptr<EVP_PKEY, PublicKeyDeleter>;

/// One key. Used by many threads at once.
class TokenKey {
 public:
  /// For EdDSA and RS256.
  TokenKey(TokenAlgorithm algorithm, PublicKey key);
  /// For HS256.
  explicit TokenKey(std::string secret);

  /// True where `signature` is this key's over `signed_part`.
  bool fits(std::string_view signed_part, std::string_view signature) const;

 private:
  TokenAlgorithm algorithm_;
  PublicKey key_;
  std::string secret_;
};

/// As many keys as a key file may hold: while an issuer changes its key, the old and the new.
constexpr std::size_t kMostTokenKeys = 4;
constexpr std::size_t kLargestKeyFile = 64 * 1024;

/// A secret has at least as many bits as the digest (RFC 7518 section 3.2).
constexpr std::size_t kShortestSecret = 32;
constexpr std::size_t kLongestSecret = 1024;
constexpr int kSmallestRsaBits = 2048;
constexpr int kLargestRsaBits = 8192;  ///< a check takes time with the square of it

/// The keys of a key file's text. EdDSA (Ed25519) and RS256: public keys in PEM, one after the
/// other. HS256: a secret per line, its bytes as they stand; never something in PEM, since a public
/// key taken for a secret is known to everybody.
boost::system::result<std::vector<TokenKey>, KeyFault> parse_token_keys(TokenAlgorithm algorithm,
                                                                        std::string_view text);

/// The same of a file. One of secrets that everybody may read is refused.
boost::system::result<std::vector<TokenKey>, KeyFault> read_token_keys(TokenAlgorithm algorithm,
                                                                       const std::string& path);

}  // namespace harbor::auth
