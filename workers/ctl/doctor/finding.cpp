#include "ctl/doctor/finding.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <cstdio>

#include "core/json.h"

namespace harbor::ctl::doctor {
namespace {

constexpr std::size_t kDepth = 4;

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? json::value_to<std::string>(*value)
                                                : std::string();
}

std::int64_t number_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

}  // namespace

Finding well(std::string_view what, std::string detail) {
  return {Level::ok, std::string(what), std::move(detail), {}, kExitOk};
}

Finding warning(std::string_view what, std::string detail, std::string help) {
  return {Level::warn, std::string(what), std::move(detail), std::move(help), kExitOk};
}

Finding wrong_setting(std::string_view what, std::string detail, std::string help) {
  return {Level::fail, std::string(what), std::move(detail), std::move(help), kExitConfig};
}

Finding unreachable(std::string_view what, std::string detail, std::string help) {
  return {Level::fail, std::string(what), std::move(detail), std::move(help), kExitUnavailable};
}

Finding unsound(std::string_view what, std::string detail, std::string help) {
  return {Level::fail, std::string(what), std::move(detail), std::move(help), kExitRefused};
}

std::string_view word_of(Level level) {
  switch (level) {
    case Level::ok: return "ok";
    case Level::warn: return "warn";
    case Level::fail: return "fail";
  }
  return "fail";
}

ExitCode exit_code(std::span<const Finding> findings) {
  for (const ExitCode code : {kExitConfig, kExitUnavailable, kExitRefused}) {
    const auto has_code = [&](const Finding& finding) {
      return finding.level == Level::fail && finding.code == code;
    };
    if (std::any_of(findings.begin(), findings.end(), has_code)) return code;
  }
  return kExitOk;
}

std::string to_json(std::span<const Finding> findings) {
  json::array list;
  for (const Finding& finding : findings) {
    list.push_back(json::object{{"level", static_cast<std::int64_t>(finding.level)},
                                {"what", finding.what},
                                {"detail", finding.detail},
                                {"help", finding.help},
                                {"code", static_cast<std::int64_t>(finding.code)}});
  }
  return json::serialize(list);
}

Findings findings_from_json(std::string_view text) {
  Findings findings;
  const auto value = parse_json(text, kDepth);
  if (!value || !value->is_array()) return findings;
  for (const json::value& entry : value->get_array()) {
    const json::object* const object = entry.if_object();
    if (object == nullptr) continue;
    findings.push_back({static_cast<Level>(number_of(*object, "level")), text_of(*object, "what"),
                        text_of(*object, "detail"), text_of(*object, "help"),
                        static_cast<ExitCode>(number_of(*object, "code"))});
  }
  return findings;
}

std::string size_text(std::int64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value,
                kUnits[unit]);
  return text;
}

}  // namespace harbor::ctl::doctor
