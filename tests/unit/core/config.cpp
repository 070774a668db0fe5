#include "core/config.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(config)

// The message of the ConfigError for this text as "harbor.yaml"; empty where it is taken.
std::string fault_of(const std::string& yaml) {
  Config config = default_config();
  try {
    overlay_config(config, yaml, "harbor.yaml");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

std::string yaml_of(std::string_view key, std::string_view value) {
  const auto dot = key.find('.');
  return std::string(key.substr(0, dot)) + ":\n  " + std::string(key.substr(dot + 1)) + ": \"" +
         std::string(value) + "\"\n";
}

BOOST_AUTO_TEST_CASE(every_default_parses_and_lies_in_its_bounds) {
  BOOST_REQUIRE_NO_THROW(default_config());
  for (const ConfigRow& row : config_table()) {
    BOOST_TEST(fault_of(yaml_of(row.key, row.fallback)) == "");
  }
}

BOOST_AUTO_TEST_CASE(every_key_stands_once_and_says_what_it_is) {
  std::set<std::string_view> keys;
  for (const ConfigRow& row : config_table()) {
    BOOST_TEST_CONTEXT(row.key) {
      BOOST_TEST(keys.insert(row.key).second);
      BOOST_TEST(row.key.find('.') != std::string_view::npos);
      BOOST_TEST(!row.about.empty());
    }
  }
}

// A value just above `most`, as the row's kind is written.
std::string above(const ConfigRow& row) {
  switch (row.kind) {
    case ConfigKind::size: return std::to_string(parse_size(row.most, row.unit) + 1) + " B";
    case ConfigKind::duration:
      return std::to_string(parse_duration(row.most, row.unit) + 1) + " ms";
    case ConfigKind::duration_range:
      return std::string(row.least) + "-" + std::to_string(parse_duration(row.most, row.unit) + 1) +
             " ms";
    case ConfigKind::rate: return std::to_string(std::stoll(std::string(row.most)) + 1) + "/s";
    case ConfigKind::count: return std::to_string(std::stoll(std::string(row.most)) + 1);
    case ConfigKind::text:
    case ConfigKind::words:
    case ConfigKind::flag: return "";
  }
  return "";
}

BOOST_AUTO_TEST_CASE(every_number_may_be_as_large_as_its_bound_and_no_larger) {
  for (const ConfigRow& row : config_table()) {
    if (row.most.empty()) continue;
    const std::string per = row.kind == ConfigKind::rate ? "/s" : "";
    BOOST_TEST(fault_of(yaml_of(row.key, std::string(row.least) + per)) == "");
    BOOST_TEST(fault_of(yaml_of(row.key, std::string(row.most) + per)) == "");
    const std::string fault = fault_of(yaml_of(row.key, above(row)));
    BOOST_TEST_CONTEXT(row.key << ": " << fault) {
      BOOST_TEST(fault.find("out of bounds") != std::string::npos);
      BOOST_TEST(fault.find(row.most) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_value_that_is_written_is_read_again) {
  const Config config = default_config();
  for (const ConfigRow& row : config_table()) {
    Config again = config;
    const std::string text = value_text(config, row);
    BOOST_TEST_CONTEXT(row.key << ": " << text) {
      BOOST_REQUIRE_NO_THROW(set_value(again, row, text));
      BOOST_TEST(value_text(again, row) == text);
    }
  }
}

struct Fault {
  const char* yaml;
  const char* message;
};

BOOST_AUTO_TEST_CASE(a_fault_names_file_line_key_value_and_bound) {
  constexpr Fault kFaults[] = {
      {"log:\n  kept: 1 d\n", "harbor.yaml:2: log.kept is not a known key"},
      {"\n\nlogs:\n  keep: 1 d\n", "harbor.yaml:4: logs.keep is not a known key"},
      {"log:\n  page: 1\n  keep: 0 s\n",
       R"(harbor.yaml:3: log.keep: "0 s" is out of bounds (1 s to 365 d))"},
      {"log:\n  keep: 1 week\n",
       R"(harbor.yaml:2: log.keep: "1 week" has an unknown unit (known: ms s min h d))"},
      {"log:\n  keep: -1 d\n", R"(harbor.yaml:2: log.keep: "-1 d" is out of range)"},
      {"log:\n  keep: 1.5 d\n",
       R"(harbor.yaml:2: log.keep: "1.5 d" has an unknown unit (known: ms s min h d))"},
      {"log:\n  keep: soon\n",
       R"(harbor.yaml:2: log.keep: "soon" is not a whole number with a unit)"},
      {"log:\n  keep: ''\n", R"(harbor.yaml:2: log.keep: "" is not a whole number with a unit)"},
      {"log:\n  keep: 9223372036854775807 d\n",
       R"(harbor.yaml:2: log.keep: "9223372036854775807 d" is out of range)"},
      {"log:\n  keep: 99999999999999999999 d\n",
       R"(harbor.yaml:2: log.keep: "99999999999999999999 d" is not a whole number with a unit)"},
      {"log:\n  keep_events: 5 MiB\n",
       R"(harbor.yaml:2: log.keep_events: "5 MiB" has an unknown unit (known: ))"},
      {"log:\n  keep: [1]\n", "harbor.yaml:2: log.keep needs one value"},
      {"log: 7\n", "harbor.yaml:1: log is not a section with keys"},
      {"- log\n", "harbor.yaml:1: is not a map of sections"},
      {"limits:\n  read_only: perhaps\n",
       R"(harbor.yaml:2: limits.read_only: "perhaps" is neither yes nor no)"},
      {"logging:\n  level: loud\n",
       R"(harbor.yaml:2: logging.level: "loud" is none of debug|info|warning|error)"},
      {"auth:\n  login_per_account: 10\n",
       R"(harbor.yaml:2: auth.login_per_account: "10" is not a rate such as 10/15 min)"},
      {"auth:\n  login_per_account: 10/0 s\n",
       R"(harbor.yaml:2: auth.login_per_account: "10/0 s" is a rate over no time)"},
      {"stream:\n  age: 15-8 min\n",
       R"(harbor.yaml:2: stream.age: "15-8 min" ends before it starts)"},
      {"http:\n  body_limit: 1 KB\n",
       R"(harbor.yaml:2: http.body_limit: "1 KB" has an unknown unit (known: B KiB MiB GiB))"},
  };
  for (const Fault& fault : kFaults) {
    BOOST_TEST_CONTEXT(fault.yaml) { BOOST_TEST(fault_of(fault.yaml) == fault.message); }
  }
}

BOOST_AUTO_TEST_CASE(broken_yaml_is_a_fault_with_its_line) {
  BOOST_TEST(fault_of("log:\n  keep: [1\n").starts_with("harbor.yaml:"));
  BOOST_TEST(fault_of("log:\n\tkeep: 1 d\n").starts_with("harbor.yaml:2:"));
}

BOOST_AUTO_TEST_CASE(units_are_read_and_a_bare_number_counts_the_rows_unit) {
  Config config = default_config();
  overlay_config(config,
                 "log: {keep: 2}\n"                   // days
                 "redis: {timeout: 40, retry: 2s}\n"  // milliseconds
                 "http: {body_limit: 2048, deadline: 1 min}\n"
                 "stream: {queue: 1 MiB, heartbeat: 500ms}\n",
                 "harbor.yaml");
  BOOST_TEST(config.log.keep_ms == 2 * 86'400'000);
  BOOST_TEST(config.redis.timeout_ms == 40);
  BOOST_TEST(config.redis.retry_ms == 2000);
  BOOST_TEST(config.http.body_limit == 2048);
  BOOST_TEST(config.http.deadline_ms == 60'000);
  BOOST_TEST(config.stream.queue == 1 << 20);
  BOOST_TEST(config.stream.heartbeat_ms == 500);
}

BOOST_AUTO_TEST_CASE(rates_and_ranges_are_read) {
  Config config = default_config();
  BOOST_TEST(config.auth.login_per_account.count == 10);
  BOOST_TEST(config.auth.login_per_account.per_ms == 15 * 60'000);
  BOOST_TEST(config.stream.connects.per_ms == 1000);
  BOOST_TEST(config.stream.age.min_ms == 8 * 60'000);
  BOOST_TEST(config.stream.age.max_ms == 15 * 60'000);
  overlay_config(config,
                 "stream:\n  age: 90 s \u2013 3 min\n  retry: 2\u20134 s\n  connects: 5 / 2 min\n",
                 "x");
  BOOST_TEST(config.stream.age.min_ms == 90'000);
  BOOST_TEST(config.stream.age.max_ms == 180'000);
  BOOST_TEST(config.stream.retry.min_ms == 2000);
  BOOST_TEST(config.stream.retry.max_ms == 4000);
  BOOST_TEST(config.stream.connects.count == 5);
  BOOST_TEST(config.stream.connects.per_ms == 120'000);
  overlay_config(config, "stream: {age: 10}", "x");
  BOOST_TEST(config.stream.age.min_ms == 600'000);
  BOOST_TEST(config.stream.age.max_ms == 600'000);
}

BOOST_AUTO_TEST_CASE(a_later_file_lies_over_an_earlier_one) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("a.yaml")) << "log: {keep: 1 d, page: 7}\n";
  std::ofstream(folder.file("b.yaml")) << "log: {keep: 2 d}\n";
  std::ofstream(folder.file("empty.yaml")) << "# nothing\n";
  const Config config =
      load_config({folder.file("a.yaml"), folder.file("b.yaml"), folder.file("empty.yaml")});
  BOOST_TEST(config.log.keep_ms == 2 * 86'400'000);
  BOOST_TEST(config.log.page == 7);
  BOOST_TEST(config.log.keep_events == default_config().log.keep_events);
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_a_fault) {
  BOOST_CHECK_THROW(load_config({"/nowhere/harbor.yaml"}), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
