#pragma once
// A signed token of a host application: a JWT (RFC 7519) in JWS compact form (RFC 7515
// section 7.1), read as RFC 8725 advises. Pure: bytes in, result out. Whether the signature fits is
// said by auth/token_key.h, what the claims must be by auth/claims.h.

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/json.h"

namespace harbor::auth {

/// Why a token is refused, in words for the log. The client never hears them.
struct TokenFault {
  std::string reason;
};

/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const TokenFault& fault,
                                             const boost::source_location&);

/// A token as it stands, believed in nothing: the signature is not checked yet.
struct Token {
  std::string algorithm;         ///< `alg` of the header, whatever it says
  json::object claims;           ///< the payload
  std::string_view signed_part;  ///< header and payload as they were signed; of the text given
  std::string signature;         ///< bytes
};

/// Deepest nesting of header and payload.
constexpr std::size_t kTokenDepth = 8;

/// Reads a token of at most `longest` bytes. Refused besides what is malformed: encrypted and
/// nested tokens, header parameters that must be understood (`crit`), duplicate keys, and base64url
/// with padding or stray bits, so that a token has one spelling. Parameters that name keys (`jwk`,
/// `jku`, `kid`, `x5u`) are of no consequence. Never throws on input.
boost::system::result<Token, TokenFault> read_token(std::string_view compact, std::size_t longest);

}  // namespace harbor::auth
