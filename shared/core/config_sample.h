#pragma once
// The configuration explained to who operates Harbor: a sample with every key, what it is, its
// default and bounds, and when to change it. Made of the table (config.h), so it cannot be wrong
// about it; what to say of each key stands in config_advice.cpp.

#include <span>
#include <string>
#include <string_view>

namespace harbor {

/// When an operator would change a key.
struct ConfigAdvice {
  std::string_view key;
  std::string_view when;  ///< whole sentences
};

/// One per row of config_table(), in its order.
std::span<const ConfigAdvice> config_advice();

/// What a section of keys is about: "How streams to the pages are kept."
struct ConfigSection {
  std::string_view name;  ///< "stream"
  std::string_view about;
};

std::span<const ConfigSection> config_sections();

/// A YAML file with every key, commented out as `  #key: default`: taken as it is, it changes
/// nothing, and with every key in it neither. Explanations are lines `# …`.
std::string config_sample();

}  // namespace harbor
