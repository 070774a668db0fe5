#pragma once
// What a host application's token must state to become a session. Pure: claims in, result out.
//
//   iss    text; the issuer's configured name (auth.issuers), compared byte by byte
//   aud    text, or up to 16 texts: one of them the issuer's configured audience
//   exp    seconds since 1970, may have a fraction; at most auth.token_lifetime from now
//   iat    optional; not in the future, and exp at most auth.token_lifetime after it
//   nbf    optional; not in the future
//   jti    1 to 255 bytes; a token is taken once
//   email  the person's address; compared as everywhere (core/text.h normal_email)
//   email_verified  optional; anything but true is refused (OpenID Connect Core 1.0 section 5.1)
//   name   optional; of a person who is added: 1 to 200 characters
//   auth_time  optional; when the person proved who they are: the age of what needs a recent login
//          counts from there, else from now
//   tenants  optional; read of issuers that add members, else of no consequence: up to 50 of
//          {"id": "acme", "roles": ["editor"], "admin": true}, roles and admin optional
//
// All times get auth.clock_skew of grace. Other claims are of no consequence.

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "auth/token.h"

namespace harbor::auth {

constexpr std::size_t kMostAudiences = 16;
constexpr std::size_t kLongestTokenId = 255;
constexpr std::size_t kLongestStatedName = 200;
constexpr std::size_t kMostStatedTenants = 50;

/// A membership as a token states it.
struct StatedMember {
  std::string tenant;
  std::vector<std::string> roles;
  bool is_admin = false;
};

struct Claims {
  std::string token_id;
  std::string email;  ///< normal
  std::string name;   ///< empty where none is stated
  std::int64_t expires_at_ms = 0;
  std::int64_t signed_in_at_ms = 0;   ///< never in the future
  std::vector<StatedMember> members;  ///< by tenant, none twice
};

/// What the claims are held against.
struct ClaimRules {
  std::string issuer, audience;
  std::int64_t clock_skew_ms = 0, lifetime_ms = 0;
  bool reads_members = false;
};

/// The claims, where they are as above at the time `now_ms`. Never throws on input.
boost::system::result<Claims, TokenFault> read_claims(const json::object& claims,
                                                      const ClaimRules& rules, std::int64_t now_ms);

}  // namespace harbor::auth
