#include "sse/claims.h"

#include <stdexcept>

#include "core/clock.h"
#include "core/json.h"
#include "core/text.h"

namespace harbor::sse {
namespace {

using Result = boost::system::result<Claims, ClaimsFault>;

const std::string* text_of(const json::object& object, std::string_view key, std::string& into) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_string()) return nullptr;
  into.assign(value->get_string().data(), value->get_string().size());
  return &into;
}

bool take_number(const json::object& object, std::string_view key, std::int64_t& into) {
  const json::value* value = object.if_contains({key.data(), key.size()});
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return false;
  into = value->get_int64();
  return true;
}

bool take_expiry(const json::object& object, std::int64_t& into) {
  std::string text;
  if (text_of(object, "sessionExpiresAt", text) == nullptr) return false;
  const auto time = parse_rfc3339(text);
  into = time.value_or(0);
  return time.has_value();
}

bool take_cursor(const json::object& object, std::optional<std::string>& into) {
  if (!object.contains("cursor")) return true;
  std::string text;
  if (text_of(object, "cursor", text) == nullptr) return false;
  into = std::move(text);
  return true;
}

ClaimsFault wrong(std::string_view key) {
  return {"claim " + std::string(key) + " is missing or not of its form"};
}

}  // namespace

void throw_exception_from_error(const ClaimsFault& fault, const boost::source_location&) {
  throw std::logic_error(fault.detail);
}

Result parse_claims(std::string_view base64url_text) {
  if (base64url_text.empty()) return ClaimsFault{"there are none"};
  if (base64url_text.size() > kLongestClaims) return ClaimsFault{"they are too long"};
  const auto text = base64url_decode(base64url_text);
  if (!text) return ClaimsFault{"they are not base64url"};
  const auto document = parse_json(*text, 4);
  if (!document || !document->is_object()) return ClaimsFault{"they are not a JSON object"};
  const json::object& object = document->get_object();

  Claims claims;
  if (text_of(object, "email", claims.email) == nullptr || claims.email.empty()) {
    return wrong("email");
  }
  if (text_of(object, "tenant", claims.tenant) == nullptr || !is_tenant_id(claims.tenant)) {
    return wrong("tenant");
  }
  if (text_of(object, "session", claims.session) == nullptr || !parse_id(claims.session)) {
    return wrong("session");
  }
  if (!take_expiry(object, claims.session_expires_at_ms)) return wrong("sessionExpiresAt");
  if (!take_number(object, "revocation", claims.revocation)) return wrong("revocation");
  if (!take_number(object, "joined", claims.joined)) return wrong("joined");
  // An api worker of before the setting does not tell it.
  const bool has_limit = object.contains("perUser");
  if (has_limit && !take_number(object, "perUser", claims.streams_per_user))
    return wrong("perUser");
  if (!take_cursor(object, claims.cursor)) return wrong("cursor");
  return claims;
}

}  // namespace harbor::sse
