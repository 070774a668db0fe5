// The claims of an authorised stream, as the sse worker reads them: the parameter itself, or, where
// the input begins with '{', the JSON within it.
#include "sse/claims.h"

#include <boost/json/serialize.hpp>

#include "../fuzz.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/text.h"

namespace {

using namespace harbor;
using fuzz::require;
using sse::Claims;

// As the api's authorising leg writes them.
std::string parameter_of(const Claims& claims) {
  json::object object{{"email", claims.email},
                      {"tenant", claims.tenant},
                      {"session", claims.session},
                      {"sessionExpiresAt", rfc3339(claims.session_expires_at_ms)},
                      {"revocation", claims.revocation},
                      {"joined", claims.joined},
                      {"perUser", claims.streams_per_user}};
  if (claims.cursor) object["cursor"] = *claims.cursor;
  return base64url(json::serialize(object));
}

bool is_same(const Claims& one, const Claims& other) {
  return one.email == other.email && one.tenant == other.tenant && one.session == other.session &&
         one.session_expires_at_ms == other.session_expires_at_ms &&
         one.revocation == other.revocation && one.joined == other.joined &&
         one.streams_per_user == other.streams_per_user && one.cursor == other.cursor;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string parameter = text.starts_with('{') ? base64url(text) : std::string(text);
  const auto claims = sse::parse_claims(parameter);
  if (claims.has_error()) {
    require(!claims.error().detail.empty(), "a refusal says why", text);
    return 0;
  }
  require(parameter.size() <= sse::kLongestClaims, "claims are bounded");
  require(!claims->email.empty() && is_tenant_id(claims->tenant) && parse_id(claims->session),
          "claims name a person, a tenant and a session", text);
  require(claims->revocation >= 0 && claims->joined >= 0, "numbers are not negative", text);
  const std::string written = parameter_of(*claims);
  const auto again = sse::parse_claims(written);
  require(written.size() > sse::kLongestClaims || (again.has_value() && is_same(*claims, *again)),
          "claims are read as they are written", text);
  return 0;
}
