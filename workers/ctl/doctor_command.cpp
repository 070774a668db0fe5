// doctor: the checks of ctl/doctor/checks.cpp, told line by line or as JSON, and the recount of
// the unread counters.

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <iomanip>
#include <ostream>

#include "core/json.h"
#include "core/text.h"
#include "ctl/doctor/checks.h"
#include "ctl/families.h"
#include "messaging/count_drift.h"

namespace harbor::ctl {
namespace {

using doctor::Examination;
using doctor::Finding;
using doctor::Findings;

constexpr const char* kNginxConfig = "/etc/nginx/nginx.conf";
// The first takes the place of the second (sysctl.d(5)).
constexpr const char* kSysctlFiles[] = {"/etc/sysctl.d/60-harbor.conf",
                                        "/usr/lib/sysctl.d/60-harbor.conf"};
constexpr std::int64_t kDriftPage = 2000;

std::string value_or(const Arguments& arguments, std::string_view option, const char* fallback) {
  return arguments.has(option) ? arguments.value(option) : std::string(fallback);
}

std::int64_t timeout_of(const Arguments& arguments) {
  constexpr std::int64_t kLongestSeconds = 24 * 3600;
  const auto seconds = parse_id(value_or(arguments, "--timeout", "5"));
  if (!seconds || *seconds < 1 || *seconds > kLongestSeconds) {
    throw UsageError("--timeout is 1 to 86400 seconds");
  }
  return *seconds * 1000;
}

Examination examination_of(const Context& context, const Arguments& arguments) {
  Examination examination{context.config, context.config_files};
  examination.nginx_config = value_or(arguments, "--nginx-config", kNginxConfig);
  examination.nginx_command = arguments.value("--nginx");
  const bool has_own = std::filesystem::exists(kSysctlFiles[0]);
  examination.sysctl_file = value_or(arguments, "--sysctl", kSysctlFiles[has_own ? 0 : 1]);
  examination.proc = value_or(arguments, "--proc", "/proc");
  examination.timeout_ms = timeout_of(arguments);
  return examination;
}

// One line, whatever a detail quotes.
void tell(std::ostream& out, const Finding& finding) {
  out << std::left << std::setw(6) << doctor::word_of(finding.level) << std::setw(33)
      << finding.what << "  " << without_controls(finding.detail);
  if (!finding.help.empty()) out << "  -> " << without_controls(finding.help);
  out << std::endl;  // at once: the next check may take its time
}

json::object as_json(const Findings& findings) {
  json::array list;
  for (const Finding& finding : findings) {
    list.push_back(json::object{{"status", doctor::word_of(finding.level)},
                                {"check", finding.what},
                                {"detail", without_controls(finding.detail)},
                                {"help", without_controls(finding.help)}});
  }
  return {{"exitCode", static_cast<std::int64_t>(doctor::exit_code(findings))},
          {"checks", std::move(list)}};
}

// Nothing else is looked at: the configuration says where everything is.
Findings wrong_configuration(const Context& context) {
  return {doctor::wrong_setting("configuration", context.config_fault,
                                "correct that line; the sample file explains every key")};
}

Findings look(const Context& context, const Arguments& arguments) {
  const bool tells = !arguments.has("--json");
  const auto tell_line = [&](const Finding& finding) {
    if (tells) tell(context.out, finding);
  };
  if (context.config_fault.empty()) {
    return doctor::run_checks(doctor::checks(), examination_of(context, arguments), tell_line);
  }
  Findings findings = wrong_configuration(context);
  tell_line(findings.front());
  return findings;
}

json::object as_json(const events::Counts& counts) {
  return {{"unread", counts.unread}, {"unseen", counts.unseen}};
}

void tell_drifts(const Context& context, const messaging::DriftPage& all, bool tells_json) {
  if (!tells_json) {
    for (const auto& drift : all.drifts) context.out << messaging::describe(drift) << '\n';
    context.out << all.people << " people, " << all.counters << " counters, " << all.drifts.size()
                << " differences\n";
    return;
  }
  json::array list;
  for (const auto& drift : all.drifts) {
    list.push_back(json::object{{"tenantId", drift.tenant},
                                {"email", drift.email},
                                {"stored", as_json(drift.stored)},
                                {"counted", as_json(drift.counted)}});
  }
  context.out << json::serialize(json::object{{"people", all.people},
                                              {"counters", all.counters},
                                              {"differences", std::move(list)}})
              << '\n';
}

void recount(const Context& context, const Arguments& arguments) {
  if (!context.config_fault.empty()) throw ConfigError(context.config_fault);
  const auto connection = context.open(db::Mode::read_only);
  messaging::DriftPage all;
  std::string after;
  do {
    auto page = messaging::find_count_drift(*connection, after, kDriftPage);
    std::move(page.drifts.begin(), page.drifts.end(), std::back_inserter(all.drifts));
    all.people += page.people;
    all.counters += page.counters;
    after = page.last_email;
  } while (!after.empty());
  tell_drifts(context, all, arguments.has("--json"));
  if (!all.drifts.empty()) throw Ended(kExitRefused);
}

}  // namespace

void examine(const Context& context, const Arguments& arguments) {
  if (arguments.has("--counters")) return recount(context, arguments);
  const Findings findings = look(context, arguments);
  if (arguments.has("--json")) context.out << json::serialize(as_json(findings)) << '\n';
  const ExitCode code = doctor::exit_code(findings);
  if (code != kExitOk) throw Ended(code);
}

}  // namespace harbor::ctl
