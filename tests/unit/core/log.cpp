#include "core/log.h"

#include <boost/test/unit_test.hpp>

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(log)

struct Quoting {
  std::string value;
  std::string text;
};

BOOST_AUTO_TEST_CASE(a_value_cannot_forge_a_line_or_a_field) {
  const Quoting quotings[] = {
      {"plain", "plain"},
      {"bob@acme.example", "bob@acme.example"},
      {"", R"("")"},
      {"two words", R"("two words")"},
      {"a=b", R"("a=b")"},
      {R"(say "hi")", R"("say \"hi\"")"},
      {R"(back\slash)", R"("back\\slash")"},
      {"line\nlevel=error", R"("line\x0alevel=error")"},
      {"\r\x1b[31m", R"("\x0d\x1b[31m")"},
      {"\0"s, R"("\x00")"},
      {"\x7f", R"("\x7f")"},
      {"Gr\xc3\xbc\xc3\x9f"
       "e",
       "\"Gr\xc3\xbc\xc3\x9f"
       "e\""},
  };
  for (const Quoting& quoting : quotings) {
    BOOST_TEST(log_quoted(quoting.value) == quoting.text);
  }
}

BOOST_AUTO_TEST_CASE(fields_take_numbers_and_truths) {
  BOOST_TEST(LogField("n", 7).value == "7");
  BOOST_TEST(LogField("n", std::size_t{7}).value == "7");
  BOOST_TEST(LogField("t", true).value == "true");
  BOOST_TEST(LogField("t", false).value == "false");
  BOOST_TEST(LogField("s", "text").value == "text");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
