#pragma once
// What harborctl doctor looks at: a table with one row per check.
//
// A check only looks: it changes nothing, starts nothing and writes nothing down. Each runs in a
// process of its own, so that one that hangs (a frozen disk, a stuck socket) or crashes (a damaged
// database) costs its line and not the others'.

#include <functional>
#include <span>
#include <string_view>

#include "ctl/doctor/finding.h"

namespace harbor::ctl::doctor {

struct Check {
  std::string_view name;
  /// Left out where a line of that name failed: it would only say the same again.
  std::string_view needs;
  /// Usually one line. What it throws becomes a failed one.
  Findings (*run)(const Examination& examination);
};

std::span<const Check> checks();

/// Runs one check in a process of its own, for at most the examination's timeout.
Findings run_check(const Check& check, const Examination& examination);

/// All of `checks` in their order; `tell` hears each line as it comes.
Findings run_checks(std::span<const Check> checks, const Examination& examination,
                    const std::function<void(const Finding&)>& tell);

}  // namespace harbor::ctl::doctor
