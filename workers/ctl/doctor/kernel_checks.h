#pragma once
// The kernel's settings against those that the drop-in wants (systemd/sysctl.conf), judged. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "ctl/doctor/finding.h"

namespace harbor::ctl::doctor {

struct Setting {
  std::string name;  ///< "net.core.somaxconn"
  std::string value;
};

/// Reads a file of sysctl.d(5): "name = value" lines; '#' and ';' begin a comment, a leading '-' is
/// dropped, and '/' in a name is '.'. What has no '=' is passed over, as systemd does.
std::vector<Setting> read_sysctl(std::string_view text);

/// `live` is the text of its file below /proc/sys.
Finding judge_setting(const Setting& wanted, std::string_view live);

}  // namespace harbor::ctl::doctor
