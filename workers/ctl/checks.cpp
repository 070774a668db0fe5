#include "ctl/checks.h"

#include "auth/password.h"
#include "core/text.h"
#include "ctl/command.h"

namespace harbor::ctl {
namespace {

constexpr std::size_t kLongestName = 200;

}  // namespace

std::string checked_tenant_id(std::string_view text) {
  if (is_tenant_id(text)) return std::string(text);
  throw Refused("\"" + without_controls(text) +
                "\" is no tenant id: 1 to 63 of a-z, 0-9 and -, not beginning with -,"
                " and none of all, status, default");
}

std::string checked_email(std::string_view text) {
  if (is_utf8(text)) {
    if (auto email = normal_email(text)) return *email;
  }
  throw Refused("\"" + without_controls(text) +
                "\" is no e-mail address: one @ with something on both sides, no spaces, at most"
                " 254 bytes");
}

std::string checked_name(std::string_view text) {
  const std::string_view name = trim(text);
  if (name.empty()) throw Refused("the name is empty");
  if (!is_utf8(name)) throw Refused("the name is not UTF-8");
  if (without_controls(name) != name) throw Refused("the name has control characters");
  if (code_points(name) > kLongestName) {
    throw Refused("the name is longer than " + std::to_string(kLongestName) + " characters");
  }
  return std::string(name);
}

void check_password(std::string_view password) {
  if (password.size() < auth::kShortestPassword || password.size() > auth::kLongestPassword) {
    throw Refused("a password has " + std::to_string(auth::kShortestPassword) + " to " +
                  std::to_string(auth::kLongestPassword) + " bytes");
  }
  if (!is_utf8(password)) throw Refused("the password is not UTF-8, so no client could send it");
}

}  // namespace harbor::ctl
