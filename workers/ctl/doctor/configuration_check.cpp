// The configuration, as far as a file can be wrong beside what load_config refuses.

#include "ctl/doctor/families.h"

namespace harbor::ctl::doctor {

Findings check_configuration(const Examination& examination) {
  std::string files;
  for (const std::string& file : examination.config_files) {
    files += (files.empty() ? "" : ", ") + file;
  }
  if (!files.empty()) return {well("configuration", files)};
  return {
      warning("configuration", "no file: the defaults", "--config FILE, as the workers have it")};
}

}  // namespace harbor::ctl::doctor
