#pragma once
// What the api says about a stream it has authorised: the parameter HARBOR_CLAIMS, base64url of a
// JSON object. nginx sets it from the answer of the authorising leg and a client cannot, so its
// content is trusted; that it can be read is checked all the same.

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace harbor::sse {

struct Claims {
  std::string email;
  std::string tenant;
  std::string session;                     ///< the session's id
  std::int64_t session_expires_at_ms = 0;  ///< since the Unix epoch
  std::int64_t revocation = 0;             ///< the newest one seen at authorisation
  std::int64_t joined = 0;                 ///< seq at which the membership began
  std::int64_t streams_per_user = 0;       ///< the tenant's setting; 0 where none was told
  std::optional<std::string> cursor;       ///< as the client sent it: any bytes
};

/// Longest parameter that is looked at.
inline constexpr std::size_t kLongestClaims = 4096;

/// Why claims cannot be read; `detail` is for the log.
struct ClaimsFault {
  std::string detail;
};

/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const ClaimsFault& fault,
                                             const boost::source_location&);

/// Never throws on input. The error says what is wrong, for the log.
boost::system::result<Claims, ClaimsFault> parse_claims(std::string_view base64url_text);

}  // namespace harbor::sse
