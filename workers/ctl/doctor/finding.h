#pragma once
// What a check of harborctl doctor found: one line. And what is looked at.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/service.h"

namespace harbor::ctl::doctor {

enum class Level { ok, warn, fail };

struct Finding {
  Level level = Level::ok;
  std::string what;         ///< "database space"
  std::string detail;       ///< what was seen
  std::string help;         ///< what helps; empty where all is well
  ExitCode code = kExitOk;  ///< of a failure
};
using Findings = std::vector<Finding>;

Finding well(std::string_view what, std::string detail);
Finding warning(std::string_view what, std::string detail, std::string help);

/// A setting is wrong: 78. Something cannot be reached: 69. Something is there and is not as it
/// must be: 1.
Finding wrong_setting(std::string_view what, std::string detail, std::string help);
Finding unreachable(std::string_view what, std::string detail, std::string help);
Finding unsound(std::string_view what, std::string detail, std::string help);

std::string_view word_of(Level level);

/// 0 where nothing failed, else the first of 78, 69 and 1 that a failure has: a wrong setting is
/// the cause of what cannot be reached, and that of what is unsound.
ExitCode exit_code(std::span<const Finding> findings);

/// Findings as they cross from the process of a check to the one that reports.
std::string to_json(std::span<const Finding> findings);
/// Empty where the text is none that to_json wrote.
Findings findings_from_json(std::string_view text);

/// What is looked at, and where.
struct Examination {
  const Config& config;
  std::vector<std::string> config_files = {};  ///< in the order they were laid over each other
  std::string nginx_config = {};               ///< nginx's main file
  std::string nginx_command = {};  ///< prints nginx's effective configuration; empty: nginx -T
  std::string sysctl_file = {};    ///< what the kernel's settings should be
  std::string proc = "/proc";
  std::int64_t timeout_ms = 5000;  ///< for each check
};

/// "12.5 MiB".
std::string size_text(std::int64_t bytes);

}  // namespace harbor::ctl::doctor
