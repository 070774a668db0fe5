#include "auth/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/api_error.h"
#include "core/clock.h"
#include "db/database.h"

namespace harbor::auth {
namespace {

std::string account_subject(std::string_view email) { return "account:" + std::string(email); }

// Of IPv6 the first 64 bits: whoever has one address there has all of them (RFC 6177). An IPv4
// address in IPv6 form is the IPv4 address.
std::string address_subject(std::string_view address) {
  const std::string text(address);
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return "address:" + text;
  std::array<char, INET6_ADDRSTRLEN> network{};
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    ::inet_ntop(AF_INET, &parsed.s6_addr[12], network.data(), network.size());
    return std::string("address:") + network.data();
  }
  std::fill(parsed.s6_addr + 8, parsed.s6_addr + 16, std::uint8_t{0});
  ::inet_ntop(AF_INET6, &parsed, network.data(), network.size());
  return std::string("address:") + network.data() + "/64";
}

void require(db::Connection& connection, const Rate& rate, const std::string& subject) {
  db::Query row(connection, "SELECT WindowStart, Failures FROM LoginFailures WHERE Subject = ?",
                subject);
  if (!row.next() || row.integer(1) < rate.count) return;
  const std::int64_t left_ms = row.integer(0) + rate.per_ms - now_ms();
  if (left_ms <= 0) return;
  // A clock that was set back must not bar anyone for longer than one window.
  const std::int64_t bounded_ms = std::min(left_ms, rate.per_ms);
  throw ApiError("too_many_requests", "Too many failed sign-ins.")
      .retry_after((bounded_ms + 999) / 1000);
}

void note(db::Connection& connection, const Rate& rate, const std::string& subject) {
  const std::int64_t now = now_ms();
  db::execute(connection,
              "INSERT INTO LoginFailures (Subject, WindowStart, Failures) VALUES (?1, ?2, 1)"
              " ON CONFLICT (Subject) DO UPDATE SET"
              " Failures = CASE WHEN WindowStart > ?3 AND WindowStart <= ?2"
              "            THEN Failures + 1 ELSE 1 END,"
              " WindowStart = CASE WHEN WindowStart > ?3 AND WindowStart <= ?2"
              "               THEN WindowStart ELSE ?2 END",
              subject, now, now - rate.per_ms);
}

}  // namespace

void require_login_allowed(db::Connection& connection, const Config::Auth& config,
                           std::string_view email, std::string_view address) {
  require(connection, config.login_per_account, account_subject(email));
  require(connection, config.login_per_address, address_subject(address));
}

void note_failed_login(db::Connection& connection, const Config::Auth& config,
                       std::string_view email, std::string_view address) {
  note(connection, config.login_per_account, account_subject(email));
  note(connection, config.login_per_address, address_subject(address));
}

}  // namespace harbor::auth
