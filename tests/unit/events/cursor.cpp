#include "events/cursor.h"

#include <boost/test/unit_test.hpp>

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(cursor)

BOOST_AUTO_TEST_CASE(a_cursor_reads_back_as_it_was_written) {
  for (const events::Cursor& cursor :
       {events::Cursor{"k3f9", 0}, events::Cursor{"k3f9", 1042},
        events::Cursor{"0123456789abcdef", 9'223'372'036'854'775'807}}) {
    const auto text = events::format_cursor(cursor);
    BOOST_TEST_CONTEXT(text) { BOOST_TEST((events::parse_cursor(text) == cursor)); }
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_nothing) {
  const std::string texts[] = {
      "",
      ".",
      "k3f9",
      "k3f9.",
      ".7",
      "k3f.7",
      "0123456789abcdefg.7",
      "K3F9.7",
      "k3-9.7",
      "k3f9.07",
      "k3f9.+7",
      "k3f9.-7",
      "k3f9. 7",
      "k3f9.7 ",
      "k3f9.7.7",
      "k3f9..7",
      "k3f9.0x7",
      "k3f9.9223372036854775808",
      "k3f9.99999999999999999999999",
      "k3f9.7\0"s,
      "k3f\0.7"s,
      "\xff\xfe\xfd\xfc.7",
      "k3f9,7",
      std::string(100'000, 'a'),
      std::string(100'000, '9'),
      "k3f9." + std::string(100'000, '9'),
  };
  for (const std::string& text : texts) {
    BOOST_TEST_CONTEXT(text.substr(0, 40)) { BOOST_TEST(!events::parse_cursor(text).has_value()); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
