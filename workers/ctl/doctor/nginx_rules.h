#pragma once
// What nginx must be told so that streams work, a row for each: judged on its configuration alone.

#include <span>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "ctl/doctor/finding.h"
#include "ctl/doctor/nginx_site.h"

namespace harbor::ctl::doctor {

/// Precondition of every rule: at least one site.
struct NginxView {
  const Directives& main;
  std::vector<Site> sites;
  const Config& config;
};

struct NginxRule {
  std::string_view name;
  Finding (*judge)(std::string_view name, const NginxView& view);
};

std::span<const NginxRule> nginx_rules();

}  // namespace harbor::ctl::doctor
