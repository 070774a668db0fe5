#include "messaging/markdown.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(markdown)

using messaging::links_in;
using messaging::markdown_html;
using messaging::WebLink;

constexpr const char* kLinkTail = "\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">";

struct Rendering {
  const char* body;
  std::string html;
};

BOOST_AUTO_TEST_CASE(markdown_becomes_plain_safe_html) {
  const Rendering renderings[] = {
      {"", ""},
      {"Hello *you*", "<p>Hello <em>you</em></p>\n"},
      {"# Title", "<h1>Title</h1>\n"},
      {"a < b & c", "<p>a &lt; b &amp; c</p>\n"},
      {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
      {"<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"},
      {"[go](https://a.example/x)",
       std::string("<p><a href=\"https://a.example/x") + kLinkTail + "go</a></p>\n"},
      {"[go](javascript:alert(1))", "<p>go</p>\n"},
      {"[go](JaVaScRiPt:alert(1))", "<p>go</p>\n"},
      {"[go](data:text/html,x)", "<p>go</p>\n"},
      {"[go](https://user:word@a.example/)", "<p>go</p>\n"},
      {"[go](/here)", "<p>go</p>\n"},
      {"![alt](https://a.example/i.png)",
       std::string("<p><a href=\"https://a.example/i.png") + kLinkTail + "alt</a></p>\n"},
      {"`<b>`", "<p><code>&lt;b&gt;</code></p>\n"},
  };
  for (const Rendering& rendering : renderings) {
    BOOST_TEST_CONTEXT(rendering.body) {
      BOOST_TEST(markdown_html(rendering.body) == rendering.html);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_attribute_can_be_left) {
  for (const char* body :
       {"[a](https://a.example/\"onmouseover=alert(1))", "[a](<https://a.example/\"x\">)",
        "[a](https://a.example/ \"title\" onclick=\"x\")", "https://a.example/\"onclick=alert(1)",
        "[a](https://a.example/&quot;onclick=x)"}) {
    const std::string html = markdown_html(body);
    BOOST_TEST_CONTEXT(body << " gave " << html) {
      // Every attribute is one of ours: href, rel and target, and no quote ends one early.
      const auto open = html.find("<a ");
      if (open == std::string::npos) continue;
      const std::string tag = html.substr(open, html.find('>', open) - open);
      BOOST_TEST(std::count(tag.begin(), tag.end(), '"') == 6);
    }
  }
}

BOOST_AUTO_TEST_CASE(links_are_found_once_in_order_and_within_the_bound) {
  const std::string body =
      "https://b.example/ then [x](http://a.example/) and https://b.example/ and"
      " ftp://c.example/ `https://code.example/` mailto:x@y.example <https://d.example/?a=1&b=2>";
  const auto links = links_in(body, 20);
  BOOST_TEST(links == (std::vector<std::string>{"https://b.example/", "http://a.example/",
                                                "https://d.example/?a=1&b=2"}),
             boost::test_tools::per_element());
  BOOST_TEST(links_in(body, 1).size() == 1U);
  BOOST_TEST(links_in(body, 0).empty());
}

BOOST_AUTO_TEST_CASE(only_web_links_are_links) {
  WebLink link;
  BOOST_TEST(messaging::read_web_link("HTTPS://A.Example/Path?q#f", link));
  BOOST_TEST(link.domain == "a.example");
  for (const std::string& text :
       {std::string(), std::string("a.example"), std::string("//a.example/"),
        std::string("ftp://a.example/"), std::string("javascript:alert(1)"),
        std::string("https://"), std::string("https://a@b.example/"),
        std::string("https://a.example/ x"), std::string("https://a.example\\@b.example/"),
        std::string("https://a.example/\n"), std::string("https://a.example/\0", 19),
        std::string("\x01https://a.example/"), "https://a.example/" + std::string(2048, 'x')}) {
    BOOST_TEST_CONTEXT(text.substr(0, 60)) { BOOST_TEST(!messaging::read_web_link(text, link)); }
  }
}

BOOST_AUTO_TEST_CASE(a_deep_or_hostile_body_is_rendered_in_the_end) {
  for (const std::string& body :
       {std::string(60'000, '>'), std::string(60'000, '*'), std::string(60'000, '['),
        std::string(60'000, '`'), std::string(60'000, '_')}) {
    BOOST_TEST(!markdown_html(body).empty());
  }
}

// Found by tests/fuzz: md4c ends emphasis that it never began where an asterisk stands in a target.
BOOST_AUTO_TEST_CASE(spans_that_cross_are_closed_in_order) {
  BOOST_TEST(markdown_html("[](*,x)a*") == "<p>a</p>\n");
  BOOST_TEST(markdown_html("[b](https://a.example/*c)d*") ==
             "<p><a href=\"https://a.example/*c\" rel=\"noopener noreferrer nofollow ugc\" "
             "target=\"_blank\">b</a>d</p>\n");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
