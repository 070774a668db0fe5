// The key files of host applications (auth.issuers), with the rights that the workers have.

#include "auth/issuers.h"
#include "ctl/doctor/families.h"
#include "ctl/doctor/owner.h"

namespace harbor::ctl::doctor {
namespace {

constexpr const char* kWhat = "issuer keys";
constexpr const char* kHelp =
    "the key file, then systemctl restart harbor.target: a worker does not start on it";

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

Findings check_issuer_keys(const Examination& examination) {
  const auto& issuers = examination.config.auth.issuers;
  if (issuers.empty()) return {well(kWhat, "no host application is configured")};
  become_owner_of(examination.config.database.path);
  Findings findings;
  std::size_t keys = 0, credentials = 0;
  for (const Config::Issuer& issuer : issuers) {
    if (auth::is_credential(issuer)) {
      ++credentials;
      continue;
    }
    try {
      keys += auth::keys_of(issuer).size();
    } catch (const ConfigError& error) {
      findings.push_back(wrong_setting(kWhat, error.what(), kHelp));
    }
  }
  if (!findings.empty()) return findings;
  std::string text = count_text(issuers.size(), "issuer") + ", " + count_text(keys, "key");
  if (credentials > 0)
    text += "; " + count_text(credentials, "credential") + " that only the unit sees";
  return {well(kWhat, text)};
}

}  // namespace harbor::ctl::doctor
