#include "core/json.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(json_text)

constexpr std::size_t kDepth = 32;

// The fault's code; empty where the text is taken.
std::string fault_of(const std::string& text, std::size_t depth = kDepth) {
  const auto parsed = parse_json(text, depth);
  return parsed ? "" : std::string(parsed.error().code);
}

std::string nested(std::size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

BOOST_AUTO_TEST_CASE(the_public_corpus_is_judged_as_its_names_say) {
  const std::filesystem::path corpus = std::filesystem::path(HARBOR_SHARED_DATA) / "json";
  if (!std::filesystem::exists(corpus)) {
    BOOST_TEST_MESSAGE("left out: there is no " << corpus);
    return;
  }
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    const std::string name = entry.path().filename().string();
    const std::string fault = fault_of(text.str());
    ++seen;
    BOOST_TEST_CONTEXT(name << " gave \"" << fault << "\"") {
      // RFC 8259 allows duplicate keys; Harbor does not.
      if (name.starts_with("y_object_duplicated_key")) {
        BOOST_TEST(fault == "json_duplicate_key");
      } else if (name.starts_with("y_")) {
        BOOST_TEST(fault.empty());
      } else if (name.starts_with("n_")) {
        BOOST_TEST(!fault.empty());
      }
    }
  }
  BOOST_TEST(seen > 300U);
}

BOOST_AUTO_TEST_CASE(nesting_is_taken_up_to_the_bound) {
  BOOST_TEST(fault_of(nested(32, "[", "]")) == "");
  BOOST_TEST(fault_of(nested(33, "[", "]")) == "json_depth");
  BOOST_TEST(fault_of(nested(32, "{\"a\":", "}")) == "");
  BOOST_TEST(fault_of(nested(33, "{\"a\":", "}")) == "json_depth");
  BOOST_TEST(fault_of(nested(100'000, "[", "]")) == "json_depth");
  BOOST_TEST(fault_of(std::string(100'000, '[')) == "json_depth");
}

BOOST_AUTO_TEST_CASE(a_key_that_stands_twice_is_refused_at_any_depth) {
  BOOST_TEST(fault_of(R"({"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}]})") == "");
  BOOST_TEST(fault_of(R"({"a":1,"a":1})") == "json_duplicate_key");
  BOOST_TEST(fault_of(R"({"b":[{"a":1,"a":2}]})") == "json_duplicate_key");
  BOOST_TEST(fault_of(R"({"a":1,"\u0061":2})") == "json_duplicate_key");
  BOOST_TEST(fault_of(R"({"":1,"":2})") == "json_duplicate_key");
}

// Found by tests/fuzz: 1e400 was taken as an infinity, which was then written as no JSON.
BOOST_AUTO_TEST_CASE(a_number_beyond_a_double_is_refused) {
  BOOST_TEST(fault_of("1.7976931348623157e308") == "");
  BOOST_TEST(fault_of("-1e-400") == "");
  for (const char* text : {"1e400", "-1e400", "[{\"a\":1e99999}]"}) {
    BOOST_TEST(fault_of(text) == "json_syntax");
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_unicode_is_refused) {
  const std::string texts[] = {
      R"(["\ud800"])", R"(["\udc00"])",  R"(["\ud800\ud800"])", R"(["\ud800x"])",
      "[\"\xff\"]",    "[\"\xc0\x80\"]", "[\"\xed\xa0\x80\"]",  "[\"\xf4\x90\x80\x80\"]",
      "{\"\xff\":1}",
  };
  for (const std::string& text : texts) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(fault_of(text) != ""); }
  }
  BOOST_TEST(fault_of(R"(["\ud83d\ude00"])") == "");
}

BOOST_AUTO_TEST_CASE(one_document_and_nothing_around_it) {
  BOOST_TEST(fault_of("  {}\n") == "");
  for (const std::string& text : {""s, " "s, "{} {}"s, "{}x"s, "\xef\xbb\xbf{}"s, "{}\0"s,
                                  "{'a':1}"s, "{\"a\":1,}"s, "// c\n{}"s, "NaN"s, "01"s}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(fault_of(text) == "json_syntax"); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
