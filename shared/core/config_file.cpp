// The configuration's files: YAML nodes onto the rows of the tables.

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/config.h"

namespace harbor {
namespace {

struct Place {
  const std::string& file;
  YAML::Mark mark;
  std::string text() const { return file + ":" + std::to_string(mark.line + 1) + ": "; }
};

template <class Row>
const Row* find_row(std::span<const Row> table, std::string_view key) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Row& row) { return row.key == key; });
  return found == table.end() ? nullptr : &*found;
}

bool is_section(const std::string& name) {
  const auto table = config_table();
  return std::any_of(table.begin(), table.end(),
                     [&](const ConfigRow& row) { return row.key.starts_with(name + "."); });
}

// The words of a sequence, as set_value takes them; "[acme, globex]" and "acme globex" are the
// same.
std::string joined(const YAML::Node& sequence) {
  std::string text;
  for (const YAML::Node& element : sequence) {
    if (!element.IsScalar()) throw ConfigError("needs words");
    text += (text.empty() ? "" : " ") + element.Scalar();
  }
  return text;
}

// `name` is the key with its section, as errors call it.
void assign_value(Config& config, const ConfigRow& row, const std::string& name,
                  const YAML::Node& value, const std::string& file) {
  const Place place{file, value.Mark()};
  const bool is_list = row.kind == ConfigKind::words && value.IsSequence();
  if (!value.IsScalar() && !is_list) throw ConfigError(place.text() + name + " needs one value");
  std::string text;
  try {
    text = is_list ? joined(value) : value.Scalar();
    set_value(config, row, text);
  } catch (const ConfigError& error) {
    throw ConfigError(place.text() + name + ": \"" + text + "\" " + error.what());
  }
}

void assign_thing(Config& config, const ConfigList& list, const std::string& name,
                  const YAML::Node& thing, const std::string& file) {
  const Place place{file, thing.Mark()};
  if (!thing.IsMap()) throw ConfigError(place.text() + name + " is not a map of keys");
  list.begin(config, place.text() + name);
  for (const ConfigRow& row : list.keys) {
    if (!row.required) set_value(config, row, std::string(row.fallback));
  }
  std::vector<std::string> given;
  for (const auto& entry : thing) {
    const std::string key = entry.first.Scalar();
    const ConfigRow* const row = find_row(list.keys, key);
    if (row == nullptr) {
      throw ConfigError(Place{file, entry.first.Mark()}.text() + name + "." + key +
                        " is not a known key");
    }
    assign_value(config, *row, name + "." + key, entry.second, file);
    given.push_back(key);
  }
  for (const ConfigRow& row : list.keys) {
    if (row.required && std::find(given.begin(), given.end(), row.key) == given.end()) {
      throw ConfigError(place.text() + name + " lacks " + std::string(row.key));
    }
  }
  list.check(config);
}

// A list of a later file stands in place of an earlier one's.
void assign_list(Config& config, const ConfigList& list, const YAML::Node& value,
                 const std::string& file) {
  const Place place{file, value.Mark()};
  const std::string key(list.key);
  if (!value.IsSequence()) throw ConfigError(place.text() + key + " is not a list");
  if (value.size() > list.most) {
    throw ConfigError(place.text() + key + " has more than " + std::to_string(list.most) +
                      " elements");
  }
  list.clear(config);
  std::size_t index = 0;
  for (const YAML::Node& thing : value) {
    assign_thing(config, list, key + "[" + std::to_string(index++) + "]", thing, file);
  }
}

void assign(Config& config, const std::string& key, const YAML::Node& value,
            const std::string& file) {
  if (const ConfigList* const list = find_row(config_lists(), key)) {
    return assign_list(config, *list, value, file);
  }
  const ConfigRow* const row = find_row(config_table(), key);
  if (row == nullptr) {
    throw ConfigError(Place{file, value.Mark()}.text() + key + " is not a known key");
  }
  assign_value(config, *row, key, value, file);
}

}  // namespace

void overlay_config(Config& config, const std::string& yaml, const std::string& name) {
  YAML::Node document;
  try {
    document = YAML::Load(yaml);
  } catch (const YAML::Exception& error) {
    throw ConfigError(Place{name, error.mark}.text() + error.msg);
  }
  if (document.IsNull()) return;
  if (!document.IsMap()) throw ConfigError(name + ":1: is not a map of sections");
  for (const auto& section : document) {
    const std::string prefix = section.first.Scalar();
    if (section.second.IsNull() && is_section(prefix)) continue;  // all its keys are comments
    if (!section.second.IsMap()) {
      throw ConfigError(Place{name, section.first.Mark()}.text() + prefix +
                        " is not a section with keys");
    }
    for (const auto& entry : section.second) {
      assign(config, prefix + "." + entry.first.Scalar(), entry.second, name);
    }
  }
}

Config load_config(const std::vector<std::string>& files) {
  Config config = default_config();
  for (const std::string& file : files) {
    std::ifstream stream(file);
    if (!stream) throw ConfigError(file + ":1: cannot be read");
    std::stringstream text;
    text << stream.rdbuf();
    overlay_config(config, text.str(), file);
  }
  return config;
}

}  // namespace harbor
