// A configuration file, whatever its bytes: it is refused with file and line, or every value lies
// in its bounds and reads the same when it is written out.
#include "core/config.h"

#include "../fuzz.h"

namespace {

using namespace harbor;
using fuzz::require;

// "fuzz.yaml:12: …"
bool names_file_and_line(std::string_view message) {
  constexpr std::string_view kFile = "fuzz.yaml:";
  if (!message.starts_with(kFile)) return false;
  message.remove_prefix(kFile.size());
  const auto digits = message.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && message.substr(digits, 2) == ": " &&
         message.size() > digits + 2;
}

void check_taken(const Config& config) {
  for (const ConfigRow& row : config_table()) {
    const std::string text = value_text(config, row);
    Config copy = config;
    try {
      set_value(copy, row, text);
    } catch (const ConfigError& error) {
      require(false, std::string(row.key) + " is taken again: " + error.what(), text);
    }
    require(value_text(copy, row) == text, std::string(row.key) + " reads the same", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Config kDefaults = default_config();
  Config config = kDefaults;
  try {
    overlay_config(config, std::string(fuzz::text_of(data, size)), "fuzz.yaml");
  } catch (const ConfigError& error) {
    require(names_file_and_line(error.what()), "a fault names file and line", error.what());
    return 0;
  }
  check_taken(config);
  return 0;
}
