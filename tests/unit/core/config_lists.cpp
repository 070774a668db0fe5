// Lists of things with keys of their own: auth.issuers.

#include <boost/test/unit_test.hpp>

#include "core/config.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(configured_lists)

const std::string kPortal =
    "issuer: https://portal.example, audience: harbor, algorithm: EdDSA, key_file: /k";

// `count` issuers, one a line from line 3 on, each with `more`.
std::string issuers(const std::string& more, int count = 1) {
  std::string yaml = "auth:\n  issuers:\n";
  for (int i = 0; i < count; ++i) yaml += "    - {" + kPortal + more + "}\n";
  return yaml;
}

Config read(const std::string& yaml) {
  Config config = default_config();
  overlay_config(config, yaml, "harbor.yaml");
  return config;
}

std::string fault_of(const std::string& yaml) {
  try {
    read(yaml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(there_is_no_issuer_unless_one_is_configured) {
  BOOST_TEST(default_config().auth.issuers.empty());
  BOOST_TEST(read("auth: {issuers: []}").auth.issuers.empty());
}

BOOST_AUTO_TEST_CASE(a_thing_has_what_is_stated_and_else_the_defaults) {
  const auto plain = read(issuers("")).auth.issuers.at(0);
  BOOST_TEST(plain.issuer == "https://portal.example");
  BOOST_TEST(plain.audience == "harbor");
  BOOST_TEST(plain.algorithm == "EdDSA");
  BOOST_TEST(plain.key_file == "/k");
  BOOST_TEST(!plain.adds_people);
  BOOST_TEST(!plain.adds_members);
  BOOST_TEST(plain.tenants.empty());
  BOOST_TEST(plain.session_ms == default_config().auth.session_ms);
  BOOST_TEST(plain.place == "harbor.yaml:3: auth.issuers[0]");

  const auto full = read(issuers(", adds_people: yes, adds_members: yes, session: 12 h"
                                 ", tenants: [acme, globex]"))
                        .auth.issuers.at(0);
  BOOST_TEST(full.adds_people);
  BOOST_TEST(full.adds_members);
  BOOST_TEST(full.session_ms == 12 * 3'600'000);
  BOOST_TEST((full.tenants == std::vector<std::string>{"acme", "globex"}));
}

BOOST_AUTO_TEST_CASE(words_are_a_sequence_or_one_text) {
  for (const char* tenants : {"[acme, globex]", "acme globex", "' acme  globex '"}) {
    const Config config = read(issuers(", tenants: " + std::string(tenants)));
    BOOST_TEST((config.auth.issuers.at(0).tenants == std::vector<std::string>{"acme", "globex"}));
  }
}

BOOST_AUTO_TEST_CASE(a_later_files_list_stands_in_place_of_an_earlier_one) {
  Config config = read(issuers(", tenants: [acme]"));
  overlay_config(config, "auth: {idle: 1 d}", "later.yaml");
  BOOST_TEST(config.auth.issuers.size() == 1U);
  overlay_config(config,
                 "auth:\n  issuers:\n    - {issuer: other, audience: a, algorithm: HS256,"
                 " key_file: other}\n",
                 "later.yaml");
  BOOST_TEST_REQUIRE(config.auth.issuers.size() == 1U);
  BOOST_TEST(config.auth.issuers[0].issuer == "other");
  BOOST_TEST(config.auth.issuers[0].tenants.empty());
  overlay_config(config, "auth: {issuers: []}", "last.yaml");
  BOOST_TEST(config.auth.issuers.empty());
}

struct Fault {
  std::string yaml;
  std::string message;
};

BOOST_AUTO_TEST_CASE(a_fault_names_file_line_thing_key_and_value) {
  const std::string first = "harbor.yaml:3: auth.issuers[0]";
  const Fault kFaults[] = {
      {"auth: {issuers: portal}\n", "harbor.yaml:1: auth.issuers is not a list"},
      {"auth:\n  issuers: {issuer: x}\n", "harbor.yaml:2: auth.issuers is not a list"},
      {"auth:\n  issuers:\n    - portal\n", first + " is not a map of keys"},
      {"auth:\n  issuers:\n    - {issuer: x, audience: a, algorithm: HS256}\n",
       first + " lacks key_file"},
      {issuers(", colour: red"), first + ".colour is not a known key"},
      {issuers(", adds_people: perhaps"),
       first + R"(.adds_people: "perhaps" is neither yes nor no)"},
      {issuers(", session: 0 s"), first + R"(.session: "0 s" is out of bounds (1 s to 365 d))"},
      {issuers(", tenants: [acme, ACME]"), first + R"(.tenants: "ACME" is no tenant id)"},
      {issuers(", tenants: [all]"), first + R"(.tenants: "all" is no tenant id)"},
      {"auth:\n  issuers:\n    - {issuer: x, audience: a, algorithm: none, key_file: k}\n",
       first + R"(.algorithm: "none" is none of EdDSA|RS256|HS256)"},
      {"auth:\n  issuers:\n    - {issuer: x, audience: a, algorithm: eddsa, key_file: k}\n",
       first + R"(.algorithm: "eddsa" is none of EdDSA|RS256|HS256)"},
      {"auth:\n  issuers:\n    - {issuer: '', audience: a, algorithm: HS256, key_file: k}\n",
       first + ".issuer is empty"},
      {"auth:\n  issuers:\n    - {issuer: x, audience: '', algorithm: HS256, key_file: k}\n",
       first + ".audience is empty"},
      {issuers("", 2),
       "harbor.yaml:4: auth.issuers[1].issuer: \"https://portal.example\" stands twice"},
      {issuers("", 65), "harbor.yaml:3: auth.issuers has more than 64 elements"},
  };
  BOOST_TEST(fault_of(issuers("")) == "");
  for (const Fault& fault : kFaults) {
    BOOST_TEST_CONTEXT(fault.yaml) { BOOST_TEST(fault_of(fault.yaml) == fault.message); }
  }
}

BOOST_AUTO_TEST_CASE(every_key_of_a_thing_says_what_it_is_and_its_default_lies_in_its_bounds) {
  for (const ConfigList& list : config_lists()) {
    for (const ConfigRow& row : list.keys) {
      BOOST_TEST_CONTEXT(list.key << "[]." << row.key) {
        BOOST_TEST(!row.about.empty());
        const bool names_it = row.key == "issuer" || row.key == "audience";
        const bool checks_it = row.key == "algorithm" || row.key == "key_file";
        BOOST_TEST(row.required == (names_it || checks_it));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
