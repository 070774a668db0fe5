#include "api/session_cookie.h"

namespace harbor::api {
namespace {

bool is_tls(const http::Request& request) { return request.scheme == "https"; }

}  // namespace

std::string_view cookie_name(const http::Request& request) {
  return is_tls(request) ? "__Host-harbor" : "harbor";
}

std::string session_cookie(const http::Request& request, std::string_view token,
                           std::int64_t max_age_s) {
  std::string text(cookie_name(request));
  text += "=" + std::string(token) + "; Path=/; HttpOnly; SameSite=Lax";
  if (is_tls(request)) text += "; Secure";
  return text + "; Max-Age=" + std::to_string(max_age_s);
}

}  // namespace harbor::api
