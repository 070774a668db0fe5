#pragma once
// Rules about nginx as a whole: its processes' connections, files, user and reload.

#include "ctl/doctor/nginx_rules.h"

namespace harbor::ctl::doctor {

Finding judge_reload(std::string_view what, const NginxView& view);
Finding judge_connections(std::string_view what, const NginxView& view);
Finding judge_files(std::string_view what, const NginxView& view);
Finding judge_user(std::string_view what, const NginxView& view);

}  // namespace harbor::ctl::doctor
