// Bodies and drafts that would cost far more than they weigh.
#include <boost/json/value_from.hpp>
#include <boost/test/unit_test.hpp>

#include "core/api_error.h"
#include "messaging/markdown.h"
#include "messaging/send.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(bounds)

constexpr std::size_t kLargestBody = 64 << 10;
constexpr std::size_t kLargestHtml = 600 << 10;

std::string repeated(std::string_view part, std::size_t bytes) {
  std::string text;
  while (text.size() + part.size() <= bytes) text += part;
  return text;
}

BOOST_AUTO_TEST_CASE(a_body_that_multiplies_itself_is_shown_as_the_text_that_it_is) {
  const std::string target = "[x]: http://e.example/" + std::string(1800, 'a') + "\n\n";
  const std::string html = messaging::markdown_html(target + repeated("[x]", 60'000));
  BOOST_TEST(html.size() < kLargestHtml);
  BOOST_TEST(html.substr(0, 5) == "<pre>");
}

BOOST_AUTO_TEST_CASE(a_body_that_nests_without_end_is_shown_as_the_text_that_it_is) {
  const std::string html = messaging::markdown_html(std::string(kLargestBody, '>'));
  BOOST_TEST(html.substr(0, 9) == "<pre>&gt;");
  BOOST_TEST(html.size() < kLargestHtml);
}

BOOST_AUTO_TEST_CASE(links_are_looked_for_until_there_are_enough) {
  const std::string body =
      repeated("https://a.example/ ", 100) + repeated("https://b.example/ ", 60'000);
  BOOST_TEST(messaging::links_in(body, 1).size() == 1U);
  BOOST_TEST(messaging::links_in(body, 20).size() == 2U);
  BOOST_TEST(messaging::links_in(body, 0).empty());
}

BOOST_AUTO_TEST_CASE(entities_are_what_they_stand_for) {
  BOOST_TEST(messaging::markdown_html("&copy; &lt;b&gt;") == "<p>&copy; &lt;b&gt;</p>\n");
  const std::string html = messaging::markdown_html("[a](http://x.example/?a=1&amp;b=2)");
  BOOST_TEST(html.find("href=\"http://x.example/?a=1&amp;b=2\"") != std::string::npos, html);
}

BOOST_AUTO_TEST_CASE(a_draft_names_a_bounded_number_of_roles_and_attachments) {
  const Config::Limits limits = default_config().limits;
  for (const char* key : {"roles", "attachments"}) {
    json::array many(100'000, json::value("user"));
    json::object body{{"tenantId", "acme"}, {"subject", "s"}, {"body", "b"}};
    body["recipients"] = json::array();
    body[key] = std::move(many);
    try {
      messaging::read_draft(body, limits);
      BOOST_ERROR(std::string(key) + " were accepted");
    } catch (const ApiError& error) {
      BOOST_REQUIRE(error.errors().size() == 1U);
      BOOST_TEST(error.errors()[0].field == key);
      BOOST_TEST(error.errors()[0].code == "too_many");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
