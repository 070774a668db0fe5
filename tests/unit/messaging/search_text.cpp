#include "messaging/search_text.h"

#include <boost/test/unit_test.hpp>

#include "core/text.h"
#include "db/database.h"
#include "db/tokenizer.h"
#include "messaging/message.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(search_text)

struct Searched {
  db::Connection connection{":memory:", db::Mode::create, 0};
  db::Tokenizer tokenizer{connection};
  std::vector<messaging::SearchPhrase> phrases;
  messaging::TextSearch text;

  explicit Searched(std::string_view typed)
      : phrases(messaging::phrases_of(
            messaging::parse_search(typed, default_config().limits).value(), tokenizer)),
        text(tokenizer, phrases) {}

  static std::string shown(const std::vector<messaging::SnippetPart>& parts) {
    std::string all;
    for (const auto& part : parts) all += part.is_hit ? '[' + part.text + ']' : part.text;
    return all;
  }
  std::string body(std::string_view of) const { return shown(text.snippet("", of).body); }
  std::string subject(std::string_view of) const { return shown(text.snippet(of, "").subject); }
};

BOOST_AUTO_TEST_CASE(every_phrase_must_stand_in_subject_or_body) {
  const auto holds = [](const char* typed, std::string_view subject, std::string_view body) {
    return Searched(typed).text.holds_all(subject, body);
  };
  BOOST_TEST(holds("one two", "One", "and TWO"));
  BOOST_TEST(!holds("one two", "one", "twofold"));
  BOOST_TEST(holds("one two*", "one", "twofold"));
  BOOST_TEST(holds("\"one two\"", "", "none, one (two)"));
  BOOST_TEST(!holds("\"one two\"", "one", "two"));  // not across the two
  BOOST_TEST(!holds("\"one two\"", "", "one or two"));
  BOOST_TEST(!holds("\"one two\"", "", "two one"));
  BOOST_TEST(holds("\"one tw*\"", "", "one two"));
  BOOST_TEST(!holds("\"on* two\"", "", "one two"));  // only the last may go on
  BOOST_TEST(holds("\"a a b\"", "", "a a a b"));
  BOOST_TEST(holds("e-mail", "", "by E-Mail."));
  BOOST_TEST(holds("e-mail", "", "by e mail"));
  BOOST_TEST(!holds("e-mail", "", "by email"));
  BOOST_TEST(holds("grusse", "", "Viele Grüße") == false);  // ß is a letter of its own
  BOOST_TEST(holds("gruße", "", "Viele Grüße"));
}

BOOST_AUTO_TEST_CASE(hits_are_marked_and_the_rest_is_as_it_was) {
  BOOST_TEST(Searched("two").body("One TWO three two.") == "One [TWO] three [two].");
  BOOST_TEST(Searched("tw* \"two three\"").body("one two three") == "one [two three]");
  BOOST_TEST(Searched("\"two three\" three").body("one two three") == "one [two three]");
  BOOST_TEST(Searched("\"a b\" \"b c\"").body("a b c d") == "[a b c] d");
  BOOST_TEST(Searched("hafen").subject("Häfen, Hafenbar und HAFEN") ==
             "[Häfen], Hafenbar und [HAFEN]");
}

BOOST_AUTO_TEST_CASE(what_looks_like_html_is_text) {
  BOOST_TEST(Searched("b").body("<b onclick=\"x\">b</b>") == "<[b] onclick=\"x\">[b]</[b]>");
}

BOOST_AUTO_TEST_CASE(a_long_body_is_shown_around_its_first_hit) {
  std::string body;
  for (int i = 0; i < 500; ++i) body += "wörd" + std::to_string(i) + " \n\t ";
  const std::string shown = Searched("wörd250").body(body);
  BOOST_TEST(shown.find("wörd249 [wörd250] wörd251 ") != std::string::npos, shown);
  BOOST_TEST(shown.starts_with("…"));
  BOOST_TEST(shown.ends_with("…"));
  BOOST_TEST(code_points(shown) <= messaging::kExcerptLength + 2);  // the brackets
  BOOST_TEST(is_utf8(shown));
  BOOST_TEST(Searched("wörd0").body(body).starts_with("[wörd0] "));
  BOOST_TEST(Searched("wörd499").body(body).find("[wörd499]") != std::string::npos);
  BOOST_TEST(Searched("absent").body(body).starts_with("wörd0 wörd1 "));
}

BOOST_AUTO_TEST_CASE(a_snippet_is_bounded_whatever_the_text) {
  const std::string one_word(100'000, 'x');
  BOOST_TEST(Searched("x*").body(one_word).size() <= messaging::kExcerptLength + 4);
  std::string many;
  for (int i = 0; i < 50'000; ++i) many += "a ";
  BOOST_TEST(Searched("a").body(many).size() <= 3 * messaging::kExcerptLength);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
