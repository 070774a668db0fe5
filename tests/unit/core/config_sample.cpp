#include "core/config_sample.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "core/config.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(config_sample_file)

// The sample with the marks before its keys taken away: "  #key: value" becomes "  key: value".
std::string with_every_key() {
  std::string text;
  std::istringstream lines(config_sample());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  #") && !line.starts_with("  # ")) line.erase(2, 1);
    text += line + "\n";
  }
  return text;
}

// The sample with the lines of each explanation joined, as a sentence is wrapped anywhere.
std::string with_whole_sentences() {
  std::string text = config_sample();
  constexpr std::string_view kBreak = "\n  # ";
  for (auto at = text.find(kBreak); at != std::string::npos; at = text.find(kBreak, at + 1)) {
    text.replace(at, kBreak.size(), " ");
  }
  return text;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// A configuration in which no value is the default, where its bounds allow another.
Config odd_config() {
  Config config = default_config();
  for (const ConfigRow& row : config_table()) {
    std::string other(row.kind == ConfigKind::flag ? (row.fallback == "yes" ? "no" : "yes")
                                                   : row.most);
    if (row.kind == ConfigKind::text)
      other = row.least.empty() ? "odd" : row.least.substr(0, row.least.find('|'));
    if (row.kind == ConfigKind::rate) other += "/d";
    set_value(config, row, other);
  }
  return config;
}

void check_same_as_defaults(const Config& config) {
  const Config defaults = default_config();
  for (const ConfigRow& row : config_table()) {
    BOOST_TEST_CONTEXT(row.key) {
      BOOST_TEST(value_text(config, row) == value_text(defaults, row));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_key_of_the_table_is_explained_and_nothing_else) {
  const auto table = config_table();
  const auto advice = config_advice();
  BOOST_REQUIRE(advice.size() == table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    BOOST_TEST(advice[i].key == table[i].key);
    BOOST_TEST_CONTEXT(advice[i].key) { BOOST_TEST(advice[i].when.ends_with('.')); }
  }
}

BOOST_AUTO_TEST_CASE(every_section_of_the_table_is_explained_and_nothing_else) {
  std::vector<std::string_view> sections;
  for (const ConfigRow& row : config_table()) {
    const auto name = row.key.substr(0, row.key.find('.'));
    if (sections.empty() || sections.back() != name) sections.push_back(name);
  }
  std::vector<std::string_view> explained;
  for (const ConfigSection& section : config_sections()) explained.push_back(section.name);
  std::sort(sections.begin(), sections.end());
  std::sort(explained.begin(), explained.end());
  BOOST_CHECK_EQUAL_COLLECTIONS(sections.begin(), sections.end(), explained.begin(),
                                explained.end());
}

BOOST_AUTO_TEST_CASE(the_sample_as_it_is_changes_nothing) {
  Config config = odd_config();
  const Config before = config;
  overlay_config(config, config_sample(), "sample");
  for (const ConfigRow& row : config_table()) {
    BOOST_TEST(value_text(config, row) == value_text(before, row));
  }
}

BOOST_AUTO_TEST_CASE(the_sample_with_every_key_is_the_defaults) {
  Config config = odd_config();
  overlay_config(config, with_every_key(), "sample");
  check_same_as_defaults(config);
}

BOOST_AUTO_TEST_CASE(the_sample_has_every_key_once_with_its_bounds) {
  const std::string text = config_sample();
  const std::string sentences = with_whole_sentences();
  for (const ConfigRow& row : config_table()) {
    const std::string name(row.key.substr(row.key.find('.') + 1));
    BOOST_TEST_CONTEXT(row.key) {
      BOOST_TEST(count_of(text, "\n  #" + name + ": ") >= 1U);
      if (row.kind != ConfigKind::text && !row.least.empty()) {
        const std::string bounds = std::string(row.least) + " to " + std::string(row.most);
        BOOST_TEST(sentences.find(bounds) != std::string::npos, bounds);
      }
    }
  }
  BOOST_TEST(count_of(with_every_key(), "\n  # ") == count_of(text, "\n  # "));
  BOOST_TEST(count_of(text, "\n  #") - count_of(text, "\n  # ") == config_table().size());
}

BOOST_AUTO_TEST_CASE(the_keys_of_a_lists_things_are_explained_in_its_section) {
  const std::string text = config_sample();
  const auto section = text.find("\nauth:\n");
  const auto list = text.find("\n  # issuers: ");
  BOOST_TEST_REQUIRE(list != std::string::npos);
  BOOST_TEST(section < list);
  BOOST_TEST(list < text.find("\nlog:\n"));
  for (const ConfigRow& row : config_lists()[0].keys) {
    BOOST_TEST(count_of(text, "\n  #   " + std::string(row.key) + ": ") == 1U, row.key);
  }
}

BOOST_AUTO_TEST_CASE(no_line_of_an_explanation_is_wider_than_a_screen) {
  std::istringstream lines(config_sample());
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 120U, line);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
