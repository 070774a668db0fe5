#include "ctl/doctor/kernel_checks.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/text.h"
#include "ctl/doctor/families.h"

namespace harbor::ctl::doctor {
namespace {

enum class Bound { exactly, at_least, at_most };

// How a setting may differ from what is wanted, and what it costs where it does not.
struct Rule {
  std::string_view name;
  Bound bound;
  bool loses_requests;
  const char* cost;
};
constexpr Rule kRules[] = {
    {"net.core.somaxconn", Bound::at_least, true, "in a burst nginx answers 502"},
    {"net.ipv4.tcp_notsent_lowat", Bound::at_most, false, "a reader that stopped costs 4 MB"},
    {"net.ipv4.tcp_retries2", Bound::at_most, false, "a vanished reader is held for minutes"},
};
constexpr Rule kAnyOther{"", Bound::exactly, false, "it is not as Harbor was measured"};

const Rule& rule_of(const std::string& name) {
  const auto found = std::find_if(std::begin(kRules), std::end(kRules),
                                  [&](const Rule& rule) { return rule.name == name; });
  return found == std::end(kRules) ? kAnyOther : *found;
}

bool is_met(Bound bound, std::string_view wanted, std::string_view live) {
  const auto want = parse_id(wanted);
  const auto have = parse_id(live);
  if (bound == Bound::exactly || !want || !have) return wanted == live;
  return bound == Bound::at_least ? *have >= *want : *have <= *want;
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<Setting> read_sysctl(std::string_view text) {
  std::vector<Setting> settings;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = trim(line);
    if (line.starts_with('-')) line = trim(line.substr(1));
    const auto equals = line.find('=');
    if (line.starts_with('#') || line.starts_with(';') || equals == std::string_view::npos)
      continue;
    std::string name(trim(line.substr(0, equals)));
    std::replace(name.begin(), name.end(), '/', '.');
    settings.push_back({std::move(name), std::string(trim(line.substr(equals + 1)))});
  }
  return settings;
}

Finding judge_setting(const Setting& wanted, std::string_view live) {
  const std::string what = "kernel " + wanted.name;
  const Rule& rule = rule_of(wanted.name);
  const std::string value(trim(live));
  if (is_met(rule.bound, wanted.value, value)) return well(what, value);
  const std::string detail = value.empty() ? "the kernel has no such setting"
                                           : value + ", not " + wanted.value + ": " + rule.cost;
  constexpr const char* kHelp =
      "systemctl restart systemd-sysctl; another file of sysctl.d may win";
  return rule.loses_requests ? wrong_setting(what, detail, kHelp) : warning(what, detail, kHelp);
}

Findings check_kernel(const Examination& examination) {
  const auto wanted = read_sysctl(contents(examination.sysctl_file));
  if (wanted.empty()) {
    return {warning("kernel", "there are no wanted settings in " + examination.sysctl_file,
                    "cmake --install puts them there; --sysctl FILE names another place")};
  }
  Findings findings;
  for (const Setting& setting : wanted) {
    std::string path = setting.name;
    std::replace(path.begin(), path.end(), '.', '/');
    findings.push_back(judge_setting(setting, contents(examination.proc + "/sys/" + path)));
  }
  return findings;
}

}  // namespace harbor::ctl::doctor
