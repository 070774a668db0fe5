#include "core/config.h"

#include <charconv>
#include <limits>
#include <sstream>
#include <thread>

namespace harbor {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr Unit kTimeUnits[] = {
    {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr Unit kSizeUnits[] = {{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
constexpr Unit kCountUnits[] = {{"", 1}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::int64_t unit_factor(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  std::string known;
  for (const Unit& unit : units) known += " " + std::string(unit.name);
  throw ConfigError("has an unknown unit (known:" + known + ")");
}

std::int64_t parse_quantity(std::string_view text, std::span<const Unit> units,
                            std::string_view unit) {
  text = trimmed(text);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) throw ConfigError("is not a whole number with a unit");
  const auto suffix = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  const std::int64_t factor = unit_factor(units, suffix.empty() ? unit : suffix);
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  if (number < 0 || number > kLargest / factor) throw ConfigError("is out of range");
  return number * factor;
}

// "10/15 min", "2000/s": a missing number before the unit is one.
Rate parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) throw ConfigError("is not a rate such as 10/15 min");
  const std::int64_t count = parse_quantity(text.substr(0, slash), kCountUnits, "");
  std::string per(trimmed(text.substr(slash + 1)));
  if (!per.empty() && (per[0] < '0' || per[0] > '9')) per = "1 " + per;
  return {count, parse_duration(per, "s")};
}

// "8-15 min", also with an en dash.
DurationRange parse_range(std::string_view text, std::string_view unit) {
  constexpr std::string_view kEnDash = "\u2013";
  auto dash = text.find(kEnDash);
  std::size_t width = kEnDash.size();
  if (dash == std::string_view::npos) {
    dash = text.find('-');
    width = 1;
  }
  if (dash == std::string_view::npos) {
    const std::int64_t both = parse_duration(text, unit);
    return {both, both};
  }
  const std::string_view last = trimmed(text.substr(dash + width));
  const auto word = last.find_first_not_of("0123456789");
  const auto shared_unit = word == std::string_view::npos ? unit : trimmed(last.substr(word));
  const DurationRange range{parse_duration(text.substr(0, dash), shared_unit),
                            parse_duration(last, unit)};
  if (range.min_ms > range.max_ms) throw ConfigError("ends before it starts");
  return range;
}

void check_bounds(const ConfigRow& row, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value >= least && value <= most) return;
  throw ConfigError("is out of bounds (" + std::string(row.least) + " to " + std::string(row.most) +
                    ")");
}

void check_word(const ConfigRow& row, const std::string& value) {
  if (row.least.empty()) return;
  std::stringstream words{std::string(row.least)};
  for (std::string word; std::getline(words, word, '|');) {
    if (word == value) return;
  }
  throw ConfigError("is none of " + std::string(row.least));
}

std::int64_t parse_number(const ConfigRow& row, std::string_view text) {
  if (row.kind == ConfigKind::size) return parse_size(text, row.unit);
  if (row.kind == ConfigKind::duration) return parse_duration(text, row.unit);
  return parse_quantity(text, kCountUnits, "");
}

std::vector<std::string> split_words(const std::string& text) {
  std::stringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

struct Assign {
  Config& config;
  const ConfigRow& row;
  const std::string& text;

  void operator()(std::string& (*field)(Config&)) const {
    check_word(row, text);
    field(config) = text;
  }
  void operator()(bool& (*field)(Config&)) const {
    // YAML 1.1's other words for it mean the same to an operator.
    const bool yes = text == "yes" || text == "true" || text == "on";
    if (!yes && text != "no" && text != "false" && text != "off") {
      throw ConfigError("is neither yes nor no");
    }
    field(config) = yes;
  }
  void operator()(std::int64_t& (*field)(Config&)) const {
    const std::int64_t value = parse_number(row, text);
    check_bounds(row, value, parse_number(row, row.least), parse_number(row, row.most));
    field(config) = value;
  }
  void operator()(Rate& (*field)(Config&)) const {
    const Rate value = parse_rate(text);
    check_bounds(row, value.count, parse_quantity(row.least, kCountUnits, ""),
                 parse_quantity(row.most, kCountUnits, ""));
    if (value.per_ms <= 0) throw ConfigError("is a rate over no time");
    field(config) = value;
  }
  void operator()(DurationRange& (*field)(Config&)) const {
    const DurationRange value = parse_range(text, row.unit);
    const std::int64_t least = parse_duration(row.least, row.unit);
    const std::int64_t most = parse_duration(row.most, row.unit);
    check_bounds(row, value.min_ms, least, most);
    check_bounds(row, value.max_ms, least, most);
    field(config) = value;
  }
  void operator()(std::vector<std::string>& (*field)(Config&)) const {
    std::vector<std::string> words = split_words(text);
    check_bounds(row, static_cast<std::int64_t>(words.size()), parse_number(row, row.least),
                 parse_number(row, row.most));
    field(config) = std::move(words);
  }
};

std::string quantity_text(std::int64_t value, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) best = &unit;
  }
  return std::to_string(value / best->factor) + " " + std::string(best->name);
}

struct Write {
  Config& config;
  const ConfigRow& row;

  std::string operator()(std::string& (*field)(Config&)) const { return field(config); }
  std::string operator()(bool& (*field)(Config&)) const { return field(config) ? "yes" : "no"; }
  std::string operator()(std::int64_t& (*field)(Config&)) const {
    const std::int64_t value = field(config);
    if (row.kind == ConfigKind::size) return quantity_text(value, kSizeUnits);
    if (row.kind == ConfigKind::duration) return quantity_text(value, kTimeUnits);
    return std::to_string(value);
  }
  std::string operator()(Rate& (*field)(Config&)) const {
    const Rate rate = field(config);
    return std::to_string(rate.count) + "/" + quantity_text(rate.per_ms, kTimeUnits);
  }
  std::string operator()(DurationRange& (*field)(Config&)) const {
    const DurationRange range = field(config);
    return quantity_text(range.min_ms, kTimeUnits) + "-" + quantity_text(range.max_ms, kTimeUnits);
  }
  std::string operator()(std::vector<std::string>& (*field)(Config&)) const {
    std::string text;
    for (const std::string& word : field(config)) text += (text.empty() ? "" : " ") + word;
    return text;
  }
};

}  // namespace

std::int64_t parse_duration(std::string_view text, std::string_view unit) {
  return parse_quantity(text, kTimeUnits, unit);
}

std::int64_t parse_size(std::string_view text, std::string_view unit) {
  return parse_quantity(text, kSizeUnits, unit);
}

void set_value(Config& config, const ConfigRow& row, const std::string& text) {
  std::visit(Assign{config, row, text}, row.field);
}

std::string value_text(const Config& config, const ConfigRow& row) {
  Config copy = config;  // the fields are reached through what may change them
  return std::visit(Write{copy, row}, row.field);
}

Config default_config() {
  Config config{};
  for (const ConfigRow& row : config_table()) {
    set_value(config, row, std::string(row.fallback));
  }
  return config;
}

}  // namespace harbor
