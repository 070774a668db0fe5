#include "auth/claims.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <optional>

#include "core/text.h"

namespace harbor::auth {
namespace {

using boost::system::result;
using MaybeFault = std::optional<TokenFault>;

constexpr std::int64_t kLatestSecond = 253'402'300'799;  // the last of the year 9999

const json::value* find(const json::object& object, std::string_view name) {
  return object.if_contains({name.data(), name.size()});
}

std::optional<std::string> text_of(const json::value* value) {
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

// A NumericDate (RFC 7519 section 2) in milliseconds.
std::optional<std::int64_t> time_of(const json::value& value) {
  if (value.is_int64()) {
    const std::int64_t seconds = value.get_int64();
    if (seconds < 0 || seconds > kLatestSecond) return std::nullopt;
    return seconds * 1000;
  }
  if (!value.is_double()) return std::nullopt;
  const double seconds = value.get_double();
  // Written so that what is no number fails it too.
  if (!(seconds >= 0 && seconds <= static_cast<double>(kLatestSecond))) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(seconds * 1000));
}

// A time that may be absent, in `time`.
MaybeFault read_time(const json::object& claims, std::string_view name,
                     std::optional<std::int64_t>& time) {
  const json::value* value = find(claims, name);
  if (value == nullptr) return std::nullopt;
  time = time_of(*value);
  if (time) return std::nullopt;
  return TokenFault{std::string(name) + " is no time"};
}

MaybeFault check_audience(const json::value* value, const std::string& audience) {
  if (value == nullptr) return TokenFault{"aud is missing"};
  if (value->is_string()) {
    if (text_of(value) == audience) return std::nullopt;
    return TokenFault{"aud is another"};
  }
  if (!value->is_array()) return TokenFault{"aud is neither a text nor a list"};
  const json::array& audiences = value->get_array();
  if (audiences.size() > kMostAudiences) return TokenFault{"aud names too many"};
  const auto is_text = [](const json::value& one) { return one.is_string(); };
  if (!std::all_of(audiences.begin(), audiences.end(), is_text)) {
    return TokenFault{"aud names what is no text"};
  }
  const auto is_ours = [&](const json::value& one) { return text_of(&one) == audience; };
  if (std::any_of(audiences.begin(), audiences.end(), is_ours)) return std::nullopt;
  return TokenFault{"aud is another"};
}

MaybeFault check_times(const json::object& claims, const ClaimRules& rules, std::int64_t now_ms,
                       Claims& read) {
  std::optional<std::int64_t> expires, issued, begins, proven;
  const std::int64_t latest_ms = now_ms + rules.clock_skew_ms;
  if (auto fault = read_time(claims, "exp", expires)) return fault;
  if (auto fault = read_time(claims, "iat", issued)) return fault;
  if (auto fault = read_time(claims, "nbf", begins)) return fault;
  if (auto fault = read_time(claims, "auth_time", proven)) return fault;
  if (!expires) return TokenFault{"exp is missing"};
  if (now_ms >= *expires + rules.clock_skew_ms) return TokenFault{"it has expired"};
  if (*expires - latest_ms > rules.lifetime_ms) return TokenFault{"exp is too far ahead"};
  if (begins && *begins > latest_ms) return TokenFault{"nbf is ahead"};
  if (issued && *issued > latest_ms) return TokenFault{"iat is ahead"};
  if (issued && *expires - *issued > rules.lifetime_ms) return TokenFault{"it lives too long"};
  if (proven && *proven > latest_ms) return TokenFault{"auth_time is ahead"};
  read.expires_at_ms = *expires;
  read.signed_in_at_ms = std::min(proven.value_or(now_ms), now_ms);
  return std::nullopt;
}

MaybeFault read_token_id(const json::object& claims, Claims& read) {
  const auto id = text_of(find(claims, "jti"));
  if (!id || id->empty()) return TokenFault{"jti is missing"};
  if (id->size() > kLongestTokenId || without_controls(*id) != *id) {
    return TokenFault{"jti is longer than 255 bytes, or has control characters"};
  }
  read.token_id = *id;
  return std::nullopt;
}

MaybeFault read_person(const json::object& claims, Claims& read) {
  const auto stated = text_of(find(claims, "email"));
  const auto email = stated ? normal_email(*stated) : std::nullopt;
  if (!email) return TokenFault{"email is missing or no address"};
  read.email = *email;
  if (const json::value* verified = find(claims, "email_verified")) {
    if (!verified->is_bool() || !verified->get_bool()) return TokenFault{"email is not verified"};
  }
  const json::value* name = find(claims, "name");
  if (name == nullptr || name->is_null()) return std::nullopt;
  if (!name->is_string()) return TokenFault{"name is no text"};
  read.name = trim(without_controls(*text_of(name)));
  if (code_points(read.name) > kLongestStatedName) return TokenFault{"name is too long"};
  return std::nullopt;
}

MaybeFault read_roles(const json::value& value, std::vector<std::string>& roles) {
  if (!value.is_array()) return TokenFault{"roles is no list"};
  for (const json::value& role : value.get_array()) {
    if (!role.is_string()) return TokenFault{"roles names what is no text"};
    roles.push_back(*text_of(&role));
  }
  return std::nullopt;
}

// One element of `tenants`: a word that is not known here might be one that matters.
MaybeFault read_member(const json::value& value, StatedMember& member) {
  if (!value.is_object()) return TokenFault{"tenants has what is no object"};
  for (const auto& [key, part] : value.get_object()) {
    if (key == "id" && part.is_string()) {
      member.tenant = *text_of(&part);
    } else if (key == "admin" && part.is_bool()) {
      member.is_admin = part.get_bool();
    } else if (key == "roles") {
      if (auto fault = read_roles(part, member.roles)) return fault;
    } else {
      return TokenFault{"tenants has a key that is unknown or of the wrong type"};
    }
  }
  if (is_tenant_id(member.tenant)) return std::nullopt;
  return TokenFault{"tenants names none"};
}

MaybeFault read_members(const json::value* value, Claims& read) {
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_array()) return TokenFault{"tenants is no list"};
  if (value->get_array().size() > kMostStatedTenants) return TokenFault{"tenants names too many"};
  for (const json::value& element : value->get_array()) {
    StatedMember member;
    if (auto fault = read_member(element, member)) return fault;
    read.members.push_back(std::move(member));
  }
  // One order for all: two transactions that lock rows of several tenants never wait in a ring.
  const auto by_tenant = [](const StatedMember& one, const StatedMember& other) {
    return one.tenant < other.tenant;
  };
  std::sort(read.members.begin(), read.members.end(), by_tenant);
  const auto is_same = [](const StatedMember& one, const StatedMember& other) {
    return one.tenant == other.tenant;
  };
  if (std::adjacent_find(read.members.begin(), read.members.end(), is_same) != read.members.end()) {
    return TokenFault{"tenants names one twice"};
  }
  return std::nullopt;
}

}  // namespace

result<Claims, TokenFault> read_claims(const json::object& claims, const ClaimRules& rules,
                                       std::int64_t now_ms) {
  if (text_of(find(claims, "iss")) != rules.issuer) return TokenFault{"iss is another"};
  Claims read;
  if (auto fault = check_audience(find(claims, "aud"), rules.audience)) return *std::move(fault);
  if (auto fault = check_times(claims, rules, now_ms, read)) return *std::move(fault);
  if (auto fault = read_token_id(claims, read)) return *std::move(fault);
  if (auto fault = read_person(claims, read)) return *std::move(fault);
  if (!rules.reads_members) return read;
  if (auto fault = read_members(find(claims, "tenants"), read)) return *std::move(fault);
  return read;
}

}  // namespace harbor::auth
