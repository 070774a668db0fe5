#pragma once
// The session's cookie (RFC 6265bis). Under TLS its name has the prefix __Host-, which browsers
// only accept Secure, for the whole host and for no other; on plain loopback that cannot be.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/request.h"

namespace harbor::api {

std::string_view cookie_name(const http::Request& request);

/// The value of Set-Cookie; with `max_age_s` 0 it takes the cookie away.
std::string session_cookie(const http::Request& request, std::string_view token,
                           std::int64_t max_age_s);

}  // namespace harbor::api
