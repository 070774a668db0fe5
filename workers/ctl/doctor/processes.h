#pragma once
// The workers of one configuration, among all processes of the machine.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::ctl::doctor {

struct Worker {
  std::string pid;
  std::int64_t open_files = 0;  ///< its (soft) limit; kUnlimited where there is none
};
constexpr std::int64_t kUnlimited = INT64_MAX;

/// Processes named `program` that were started with `config_file` as their first --config.
std::vector<Worker> workers_of(const std::string& proc, std::string_view program,
                               const std::string& config_file);

/// Of the text of /proc/PID/limits; 0 where it does not say. Pure.
std::int64_t open_files_of(std::string_view limits);

/// The argument after the first "--config" of /proc/PID/cmdline (words ended by NUL). Pure.
std::string first_config_of(std::string_view cmdline);

}  // namespace harbor::ctl::doctor
