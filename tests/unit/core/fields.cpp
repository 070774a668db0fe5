#include "core/fields.h"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(fields)

// "code field" of what `work(fields)` throws on this object.
template <class Work>
std::string fault_of(const std::string& text, Work work, const std::string& prefix = {}) {
  const json::value value = json::parse(text);
  try {
    Fields fields(value, prefix);
    work(fields);
  } catch (const ApiError& error) {
    return std::string(error.row().code) + " " + error.field();
  }
  return {};
}

BOOST_AUTO_TEST_CASE(keys_are_read_by_name_and_type) {
  const json::value value =
      json::parse(R"({"t":"text","n":-7,"f":true,"a":["x","y"],"z":null,"o":[{}]})");
  Fields fields(value);
  BOOST_TEST(fields.text("t") == "text");
  BOOST_TEST(fields.integer("n") == -7);
  BOOST_TEST(fields.flag("f"));
  BOOST_TEST(fields.texts("a").size() == 2U);
  BOOST_TEST(!fields.optional_text("z").has_value());
  BOOST_TEST(!fields.optional_integer("absent").has_value());
  BOOST_TEST(!fields.flag("absent"));
  BOOST_TEST(fields.texts("absent").empty());
  BOOST_TEST(fields.array("o").size() == 1U);
  BOOST_CHECK_NO_THROW(fields.finish());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named) {
  const auto nothing = [](Fields&) {};
  BOOST_TEST(fault_of("[]", nothing) == "wrong_type body");
  BOOST_TEST(fault_of("7", nothing, "attachments[0]") == "wrong_type attachments[0]");
  BOOST_TEST(fault_of("{}", [](Fields& fields) { fields.text("t"); }) == "missing_key t");
  BOOST_TEST(fault_of(R"({"t":null})", [](Fields& fields) { fields.text("t"); }) ==
             "missing_key t");
  BOOST_TEST(fault_of(R"({"t":7})", [](Fields& fields) { fields.text("t"); }, "a[1]") ==
             "wrong_type a[1].t");
  BOOST_TEST(fault_of(R"({"n":7.0})", [](Fields& fields) { fields.integer("n"); }) ==
             "wrong_type n");
  BOOST_TEST(fault_of(R"({"n":18446744073709551615})",
                      [](Fields& fields) { fields.integer("n"); }) == "wrong_type n");
  BOOST_TEST(fault_of(R"({"f":1})", [](Fields& fields) { fields.flag("f"); }) == "wrong_type f");
  BOOST_TEST(fault_of(R"({"a":["x",1]})", [](Fields& fields) { fields.texts("a"); }) ==
             "wrong_type a[1]");
  BOOST_TEST(fault_of("{}", [](Fields& fields) { fields.texts("a", true); }) == "missing_key a");
  BOOST_TEST(fault_of(R"({"a":null})", [](Fields& fields) { fields.texts("a", true); }) ==
             "wrong_type a");
  BOOST_TEST(fault_of(R"({"x":1})", [](Fields& fields) { fields.finish(); }) == "unknown_key x");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
