#include "documents/generated.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "core/api_error.h"

namespace harbor::documents::test {
BOOST_AUTO_TEST_SUITE(generated)

BOOST_AUTO_TEST_CASE(only_what_stands_between_the_markers_is_replaced) {
  BOOST_TEST(with_part("a\n<!-- from -->\nold\nolder\n<!-- to -->\nb\n", "from", "to", "new\n") ==
             "a\n<!-- from -->\nnew\n<!-- to -->\nb\n");
  BOOST_TEST(with_part("# from\n# to\n", "from", "to", "1\n2\n") == "# from\n1\n2\n# to\n");
}

BOOST_AUTO_TEST_CASE(a_part_is_indented_like_its_marker) {
  BOOST_TEST(with_part("x:\n    # from\n    # to\n", "from", "to", "- a\n\n- b\n") ==
             "x:\n    # from\n    - a\n\n    - b\n    # to\n");
}

BOOST_AUTO_TEST_CASE(markers_must_be_there_once_and_in_order) {
  for (const char* text : {"", "from\n", "to\n", "to\nfrom\n", "from to\n", "from\nfrom\nto\n"}) {
    BOOST_CHECK_THROW(with_part(text, "from", "to", "x\n"), std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(the_error_table_has_a_row_for_every_error) {
  const std::string table = error_table();
  for (const ErrorRow& row : error_catalogue()) {
    const std::string line = "| `" + std::string(row.code) + "` | " + std::to_string(row.status) +
                             " | " + std::string(row.title) + " |\n";
    BOOST_TEST(table.find(line) != std::string::npos, row.code << " is not in the table");
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::documents::test
