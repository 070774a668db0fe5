#include "ctl/arguments.h"

#include <boost/test/unit_test.hpp>

#include "ctl/command.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(arguments)

using ctl::Arguments;
using Words = std::vector<std::string>;

constexpr std::string_view kUsage = "TENANT EMAIL --name NAME [--role ROLE] [--admin]";

std::string fault_of(const Words& given) {
  try {
    const Arguments arguments(ctl::read_usage(kUsage), given);
  } catch (const ctl::UsageError& error) {
    return error.what();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(a_usage_line_is_its_grammar) {
  const ctl::Grammar grammar = ctl::read_usage(kUsage);
  BOOST_TEST_REQUIRE(grammar.words.size() == 2U);
  BOOST_TEST(grammar.words[0] == "TENANT");
  BOOST_TEST(grammar.words[1] == "EMAIL");
  BOOST_TEST_REQUIRE(grammar.options.size() == 3U);
  BOOST_TEST(grammar.options[0].name == "--name");
  BOOST_TEST(grammar.options[0].takes_value);
  BOOST_TEST(grammar.options[0].is_required);
  BOOST_TEST(grammar.options[1].name == "--role");
  BOOST_TEST(grammar.options[1].takes_value);
  BOOST_TEST(!grammar.options[1].is_required);
  BOOST_TEST(grammar.options[2].name == "--admin");
  BOOST_TEST(!grammar.options[2].takes_value);
  BOOST_TEST(!grammar.options[2].is_required);
  BOOST_TEST(ctl::read_usage("").words.empty());
}

BOOST_AUTO_TEST_CASE(options_stand_anywhere_among_the_words) {
  for (const Words& given : {Words{"acme", "b@a", "--name", "Bob B", "--admin"},
                             Words{"--name", "Bob B", "--admin", "acme", "b@a"},
                             Words{"acme", "--admin", "--name=Bob B", "b@a"},
                             Words{"--admin", "--name=Bob B", "--", "acme", "b@a"}}) {
    const Arguments arguments(ctl::read_usage(kUsage), given);
    BOOST_TEST(arguments.word(0) == "acme");
    BOOST_TEST(arguments.word(1) == "b@a");
    BOOST_TEST(arguments.value("--name") == "Bob B");
    BOOST_TEST(arguments.has("--admin"));
    BOOST_TEST(!arguments.has("--role"));
    BOOST_TEST(arguments.value("--role").empty());
  }
}

struct Fault {
  Words given;
  const char* message;
};

BOOST_AUTO_TEST_CASE(a_fault_names_the_word_or_option) {
  const Fault faults[] = {
      {{}, "TENANT is missing"},
      {{"acme", "--name", "B"}, "EMAIL is missing"},
      {{"acme", "b@a"}, "--name is missing"},
      {{"acme", "b@a", "c", "--name", "B"}, "one word too many: c"},
      {{"acme", "b@a", "--name"}, "--name needs a value"},
      {{"acme", "b@a", "--name", "B", "--admin=yes"}, "--admin takes no value"},
      {{"acme", "b@a", "--name", "B", "--boss"}, "unknown option --boss"},
      {{"acme", "b@a", "--name", "B", "--password=x"}, "unknown option --password"},
      {{"acme", "b@a", "--name", "B", "--name", "C"}, "--name stands twice"},
  };
  for (const Fault& fault : faults) BOOST_TEST(fault_of(fault.given) == fault.message);
  BOOST_TEST(fault_of({"acme", "b@a", "--name", ""}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
