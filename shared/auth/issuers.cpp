#include "auth/issuers.h"

#include <algorithm>
#include <cstdlib>

namespace harbor::auth {
namespace {

using boost::system::result;

std::string path_of(const Config::Issuer& issuer) {
  if (issuer.key_file.starts_with('/')) return issuer.key_file;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || !is_credential(issuer)) {
    throw ConfigError(issuer.place + ".key_file: \"" + issuer.key_file +
                      "\" is neither an absolute path nor a credential of this unit");
  }
  return std::string(folder) + "/" + issuer.key_file;
}

}  // namespace

bool is_credential(const Config::Issuer& issuer) {
  return !issuer.key_file.empty() && issuer.key_file.find('/') == std::string::npos;
}

std::vector<TokenKey> keys_of(const Config::Issuer& issuer) {
  auto keys = read_token_keys(token_algorithm(issuer.algorithm), path_of(issuer));
  if (keys.has_value()) return *std::move(keys);
  throw ConfigError(issuer.place + ".key_file: \"" + issuer.key_file + "\" " + keys.error().reason);
}

Issuers::Issuers(const Config::Auth& config)
    : longest_token_(static_cast<std::size_t>(config.token_size)),
      clock_skew_ms_(config.clock_skew_ms),
      lifetime_ms_(config.token_lifetime_ms) {
  for (const Config::Issuer& issuer : config.issuers) known_.push_back({issuer, keys_of(issuer)});
}

const Issuers::Known* Issuers::find(const json::object& claims) const {
  const json::value* name = claims.if_contains("iss");
  if (name == nullptr || !name->is_string()) return nullptr;
  const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& known) {
    return known.issuer.issuer == std::string_view(name->get_string());
  });
  return found == known_.end() ? nullptr : &*found;
}

result<Assertion, TokenFault> Issuers::verify(std::string_view text, std::int64_t now_ms) const {
  auto token = read_token(text, longest_token_);
  if (token.has_error()) return token.error();
  const Known* known = find(token->claims);
  if (known == nullptr) return TokenFault{"iss is none of the configured ones"};
  const Config::Issuer& issuer = known->issuer;
  const auto fault = [&](const std::string& reason) {
    return TokenFault{"of " + issuer.issuer + ": " + reason};
  };
  if (token->algorithm != issuer.algorithm) return fault("alg is not " + issuer.algorithm);
  const auto fits = [&](const TokenKey& key) {
    return key.fits(token->signed_part, token->signature);
  };
  if (std::none_of(known->keys.begin(), known->keys.end(), fits)) {
    return fault("the signature is none of its keys'");
  }
  const ClaimRules rules{issuer.issuer, issuer.audience, clock_skew_ms_, lifetime_ms_,
                         issuer.adds_members};
  auto claims = read_claims(token->claims, rules, now_ms);
  if (claims.has_error()) return fault(claims.error().reason);
  return Assertion{issuer, *std::move(claims)};
}

}  // namespace harbor::auth
