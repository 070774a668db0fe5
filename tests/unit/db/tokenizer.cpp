#include "db/tokenizer.h"

#include <boost/test/unit_test.hpp>

#include "db/database.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(tokenizer)

using Words = std::vector<std::string>;

Words words_of(const db::Tokenizer& tokenizer, std::string_view text) {
  Words words;
  tokenizer.split(text, [&](const db::Tokenizer::Word& word) {
    words.emplace_back(word.text);
    return true;
  });
  return words;
}

std::string utf8(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  const auto rest = [&](int shift) { return byte(0x80U | ((c >> shift) & 0x3fU)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0U | (c >> 6U)), rest(0)};
  if (c < 0x10000) return {byte(0xe0U | (c >> 12U)), rest(6), rest(0)};
  return {byte(0xf0U | (c >> 18U)), rest(12), rest(6), rest(0)};
}

BOOST_AUTO_TEST_CASE(words_are_letters_and_digits_without_case_and_latin_diacritics) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  const db::Tokenizer tokenizer(connection);
  const auto same = [&](std::string_view text, const Words& want) {
    BOOST_TEST(words_of(tokenizer, text) == want, boost::test_tools::per_element());
  };
  same("Über die Straße, café-Öl 42!", {"uber", "die", "straße", "cafe", "ol", "42"});
  same("", {});
  same("... -- ''", {});
  same("re\u0301sume\u0301", {"resume"});  // combining marks
  same("ΣΊΣΥΦΟΣ Тест 日本語", {"σίσυφοσ", "тест", "日本語"});
  same(std::string_view("a\0b", 3), {"a", "b"});
}

BOOST_AUTO_TEST_CASE(places_are_those_of_the_text_that_was_given) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  const std::string text = "→ Grüße, Ünal";
  std::string places;
  db::Tokenizer(connection).split(text, [&](const db::Tokenizer::Word& word) {
    places += '[' + text.substr(word.begin, word.end - word.begin) + ']';
    return true;
  });
  BOOST_TEST(places == "[Grüße][Ünal]");
}

BOOST_AUTO_TEST_CASE(it_ends_when_it_is_told_to) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  int seen = 0;
  db::Tokenizer(connection).split("a b c d", [&](const auto& /*word*/) { return ++seen < 2; });
  BOOST_TEST(seen == 2);
}

// What the index is asked for is a word that was tokenised before: it must be the same word again.
BOOST_AUTO_TEST_CASE(a_word_of_any_character_is_the_same_word_when_it_is_split_again) {
  db::Connection connection(":memory:", db::Mode::create, 0);
  const db::Tokenizer tokenizer(connection);
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    for (const std::string& word : words_of(tokenizer, "a" + utf8(c) + "b")) {
      const Words again = words_of(tokenizer, word);
      if (again.size() != 1 || again[0] != word) BOOST_ERROR("U+" << std::hex << std::uint32_t{c});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
