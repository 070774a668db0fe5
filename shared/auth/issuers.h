#pragma once
// The host applications whose tokens are taken: the configuration's auth.issuers with their keys.

#include <string>
#include <string_view>
#include <vector>

#include "auth/claims.h"
#include "auth/token_key.h"
#include "core/config.h"

namespace harbor::auth {

/// A token that was found good: who issued it and what it states.
struct Assertion {
  Config::Issuer issuer;
  Claims claims;
};

/// True where the issuer's key file is named as one of the unit's credentials (systemd.exec(5),
/// LoadCredential=), which no other process sees.
bool is_credential(const Config::Issuer& issuer);

/// The keys of the issuer's key file. Throws ConfigError naming place, file and reason.
std::vector<TokenKey> keys_of(const Config::Issuer& issuer);

/// Read once, at start; used by many threads at once.
class Issuers {
 public:
  /// Reads the key files. Throws ConfigError naming file, line and reason.
  explicit Issuers(const Config::Auth& config);

  /// The token's assertion. `iss` only says which issuer's algorithm and keys are to be held
  /// against it; everything else is believed once one of them fits. Never throws on input.
  boost::system::result<Assertion, TokenFault> verify(std::string_view token,
                                                      std::int64_t now_ms) const;

 private:
  struct Known {
    Config::Issuer issuer;
    std::vector<TokenKey> keys;
  };
  const Known* find(const json::object& claims) const;

  std::vector<Known> known_;
  std::size_t longest_token_;
  std::int64_t clock_skew_ms_, lifetime_ms_;
};

}  // namespace harbor::auth
