#include "ctl/doctor/processes.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/text.h"

namespace harbor::ctl::doctor {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_number(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code error;
  return one == other || (fs::equivalent(one, other, error) && !error);
}

std::string_view take_word(std::string_view& text, char end) {
  const std::string_view word = text.substr(0, text.find(end));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

}  // namespace

std::vector<Worker> workers_of(const std::string& proc, std::string_view program,
                               const std::string& config_file) {
  std::vector<Worker> workers;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(proc, error)) {
    const std::string pid = entry.path().filename().string();
    if (!is_number(pid) || trim(contents(entry.path() / "comm")) != program) continue;
    const std::string config = first_config_of(contents(entry.path() / "cmdline"));
    if (config.empty() || !is_same_file(config, config_file)) continue;
    workers.push_back({pid, open_files_of(contents(entry.path() / "limits"))});
  }
  return workers;
}

std::int64_t open_files_of(std::string_view limits) {
  constexpr std::string_view kName = "Max open files";
  while (!limits.empty()) {
    std::string_view line = take_word(limits, '\n');
    if (!line.starts_with(kName)) continue;
    line = trim(line.substr(kName.size()));
    const std::string_view soft = take_word(line, ' ');
    return soft == "unlimited" ? kUnlimited : parse_id(soft).value_or(0);
  }
  return 0;
}

std::string first_config_of(std::string_view cmdline) {
  while (!cmdline.empty()) {
    if (take_word(cmdline, '\0') == "--config") return std::string(take_word(cmdline, '\0'));
  }
  return {};
}

}  // namespace harbor::ctl::doctor
