#include "messaging/search_query.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "db/tokenizer.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(search_query)

using messaging::SearchPhrase;
using messaging::SearchTerm;

std::string shown(const std::vector<SearchTerm>& terms) {
  std::string text;
  for (const SearchTerm& term : terms) text += '[' + term.text + (term.is_prefix ? "]*" : "]");
  return text;
}

std::string parsed(std::string_view text) {
  return shown(messaging::parse_search(text, default_config().limits).value());
}

BOOST_AUTO_TEST_CASE(what_is_typed_becomes_terms) {
  const std::pair<const char*, const char*> kTable[] = {
      {"", ""},
      {" \t\n", ""},
      {"one", "[one]"},
      {"  one   two ", "[one][two]"},
      {"wor*", "[wor]*"},
      {"wor** x", "[wor]*[x]"},
      {"*", ""},
      {"*wor", "[*wor]"},
      {"\"two words\"", "[two words]"},
      {"\"two words", "[two words]"},
      {"\"two wor*\"", "[two wor]*"},
      {"\"two wor\"*", "[two wor]*"},
      {"\"two wor\" *", "[two wor]"},
      {"\"\"", ""},
      {"\"", ""},
      {"a\"b c\"d", "[a][b c][d]"},
      {"“two words” „und so” x", "[two words][und so][x]"},
      {"e-mail a.b@c.example", "[e-mail][a.b@c.example]"},
      {"one AND two OR NOT three", "[one][AND][two][OR][NOT][three]"},
      {"Subject:x NEAR(a b)", "[Subject:x][NEAR(a][b)]"},
      {"^start -minus +plus {col}: x", "[^start][-minus][+plus][{col}:][x]"},
  };
  for (const auto& [typed, want] : kTable) {
    BOOST_TEST_CONTEXT("typed " << typed) { BOOST_TEST(parsed(typed) == want); }
  }
}

BOOST_AUTO_TEST_CASE(more_than_is_allowed_is_a_fault) {
  Config::Limits limits = default_config().limits;
  limits.search_length = 10;
  limits.search_terms = 2;
  BOOST_TEST(!messaging::parse_search("0123456789a", limits).has_value());
  BOOST_TEST(messaging::parse_search("äöüäöüäöüä", limits).has_value());
  BOOST_TEST(!messaging::parse_search("a b c", limits).has_value());
  BOOST_TEST(messaging::parse_search("a * b", limits).has_value());
}

struct Index : Database {
  Index() : tokenizer(connection) {}
  std::string expression(std::string_view typed) {
    const auto terms = messaging::parse_search(typed, config.limits).value();
    return messaging::match_expression({"R"}, messaging::phrases_of(terms, tokenizer));
  }
  void run(const std::string& match) {
    db::Query row(connection, "SELECT rowid FROM MessageSearch WHERE MessageSearch MATCH ?", match);
    while (row.next()) {
    }
  }
  db::Tokenizer tokenizer;
};

BOOST_AUTO_TEST_CASE(terms_become_conditions_on_single_words) {
  Index index;
  const std::pair<const char*, const char*> kTable[] = {
      {"Über", R"(("R") AND "uber")"},
      {"two two", R"(("R") AND "two")"},
      {"\"two words\"", R"(("R") AND "two" AND "words")"},
      {"messag*", R"(("R") AND "mes" *)"},
      {"äöüß*", R"(("R") AND "aou" *)"},
      {"me*", R"(("R"))"},
      {"\"two wor*\"", R"(("R") AND "two" AND "wor" *)"},
      {"!!! ?", R"(("R"))"},
      {"AND OR", R"(("R") AND "and" AND "or")"},
  };
  for (const auto& [typed, want] : kTable) {
    BOOST_TEST_CONTEXT("typed " << typed) { BOOST_TEST(index.expression(typed) == want); }
  }
  BOOST_TEST(messaging::match_expression({"a\"b", "c"}, {}) == R"(("a""b" OR "c"))");
}

BOOST_AUTO_TEST_CASE(nothing_that_is_typed_is_a_syntax_error) {
  Index index;
  const char* const kHostile[] = {
      "\"",
      "\"\"\"",
      "'",
      "\\",
      "*",
      "**\"*",
      "(",
      ")",
      "()",
      "AND",
      "OR",
      "NOT",
      "NEAR",
      "NEAR(a b, 2)",
      "a AND",
      "NOT a",
      "a NOT NOT b",
      "Subject : a",
      "- Subject : a",
      "{Subject Body} : a",
      "^a",
      "a ^ b",
      "a + b",
      "a.b.c",
      ";--",
      "a\"; DROP TABLE Messages;--",
      "%",
      "_",
      "MessageSearch",
      "rank",
      "\xc3\xa4*",
      "\xee\x80\x80",
      "\xee\x80\x80 1",
      "\xf3\xa0\x80\x81",
      "a\tb\nc\vd",
      "\xe2\x80\x9c*\xe2\x80\x9d",
      "a**b",
      "0 1 -1 1e9",
  };
  for (const char* typed : kHostile) {
    BOOST_TEST_CONTEXT("typed " << typed) {
      BOOST_CHECK_NO_THROW(index.run(index.expression(typed)));
    }
  }
  BOOST_CHECK_NO_THROW(index.run(index.expression(std::string_view("a\0\"b", 4))));
}

BOOST_AUTO_TEST_CASE(nothing_that_could_be_typed_is_a_syntax_error) {
  Index index;
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const char* const kPieces[] = {
      "\"", "*", " ",   "(",  ")",   ":",    "^", "-", "+",  "{", "}",  ",",  "a",
      "B",  "ä", "AND", "OR", "NOT", "NEAR", "”", "„", "\\", "'", "\n", "日", "\xee\x80\x80",
      "7",  ".", "@"};
  for (int i = 0; i < 3000; ++i) {
    std::string typed;
    for (std::size_t n = random() % 12; n > 0; --n) typed += kPieces[random() % std::size(kPieces)];
    BOOST_TEST_CONTEXT("seed " << seed << ", typed " << typed) {
      BOOST_CHECK_NO_THROW(index.run(index.expression(typed)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
