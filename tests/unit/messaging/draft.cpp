#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "core/clock.h"
#include "messaging/send.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(draft)

using messaging::Draft;

json::value text(std::string_view value) {
  return json::value(json::string(value.data(), value.size()));
}

json::object good() {
  return {{"tenantId", "acme"},
          {"subject", "Hello"},
          {"body", "Text"},
          {"recipients", {"bob@a.example"}}};
}

json::object with(std::string_view key, json::value value) {
  json::object body = good();
  body[{key.data(), key.size()}] = std::move(value);
  return body;
}

Draft read(const json::object& body) {
  return messaging::read_draft(body, default_config().limits);
}

// "code field" of the refusal, of all its rows; empty where it is a draft.
std::string fault_of(const json::object& body) {
  try {
    read(body);
  } catch (const ApiError& error) {
    std::string text(error.row().code);
    if (!error.field().empty()) text += " " + error.field();
    for (const FieldError& row : error.errors())
      text += " " + row.field + "=" + std::string(row.code);
    return text;
  }
  return {};
}

BOOST_AUTO_TEST_CASE(a_draft_is_read_with_its_defaults) {
  const Draft draft = read(good());
  BOOST_TEST(draft.tenant == "acme");
  BOOST_TEST(draft.subject == "Hello");
  BOOST_TEST(draft.body == "Text");
  BOOST_TEST(draft.priority == "normal");
  BOOST_TEST(!draft.expires_at.has_value());
  BOOST_TEST(!draft.reply_to.has_value());
  BOOST_TEST(draft.links.empty());
}

BOOST_AUTO_TEST_CASE(controls_in_a_subject_become_one_space) {
  BOOST_TEST(read(with("subject", " a\r\n\tb\u0085 ")).subject == "a b");
}

BOOST_AUTO_TEST_CASE(what_is_missing_of_another_type_or_unknown_is_400_with_its_name) {
  for (const char* key : {"tenantId", "subject", "body", "recipients"}) {
    json::object body = good();
    body.erase(key);
    BOOST_TEST(fault_of(body) == "missing_key " + std::string(key));
    BOOST_TEST(fault_of(with(key, 7)) == "wrong_type " + std::string(key));
  }
  BOOST_TEST(fault_of(with("recipients", {1})) == "wrong_type recipients[0]");
  BOOST_TEST(fault_of(with("replyToMessageId", "7")) == "wrong_type replyToMessageId");
  BOOST_TEST(fault_of(with("replyToMessageId", 7.5)) == "wrong_type replyToMessageId");
  BOOST_TEST(fault_of(with("colour", "red")) == "unknown_key colour");
}

struct Rule {
  const char* key;
  json::value value;
  const char* fault;
};

BOOST_AUTO_TEST_CASE(a_broken_rule_is_named_with_its_field) {
  const std::string far = rfc3339(now_ms() + 31LL * 86'400'000);
  const Rule rules[] = {
      {"subject", "", "subject=required"},
      {"subject", " \r\n ", "subject=required"},
      {"subject", text(std::string(201, 'x')), "subject=too_long"},
      {"body", "", "body=required"},
      {"body", text(std::string(65'537, 'x')), "body=too_long"},
      {"body", text({"a\0b", 3}), "body=control_character"},
      {"messageType", "broadcast", "messageType=not_supported"},
      {"messageType", "letter", "messageType=not_supported"},
      {"priority", "soon", "priority=not_supported"},
      {"expiresAt", "tomorrow", "expiresAt=not_a_time"},
      {"expiresAt", "2020-01-01T00:00:00Z", "expiresAt=in_the_past"},
      {"expiresAt", text(far), "expiresAt=too_far"},
      {"links", {"https://a.example/", "ftp://a.example/"}, "links[1]=not_a_web_link"},
      {"links", {"javascript:alert(1)"}, "links[0]=not_a_web_link"},
      {"links", json::array(21, "https://a.example/"), "links=too_many"},
      {"recipients", json::array(101, "bob@a.example"), "recipients=too_many"},
      {"attachments",
       {{{"mediaId", 7}, {"attachmentType", "upload"}}},
       "attachments[0].mediaId=unknown_media"},
  };
  for (const Rule& rule : rules) {
    const std::string fault = fault_of(with(rule.key, rule.value));
    BOOST_TEST_CONTEXT(rule.key << " gave " << fault) {
      BOOST_TEST(fault.find(rule.fault) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_bounds_themselves_are_taken) {
  BOOST_TEST(fault_of(with("subject", text(std::string(200, 'x')))) == "");
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\u00fc";
  BOOST_TEST(fault_of(with("subject", text(wide))) == "");
  BOOST_TEST(fault_of(with("body", text(std::string(65'536, 'x')))) == "");
  BOOST_TEST(fault_of(with("recipients", json::array(100, "bob@a.example"))) == "");
  BOOST_TEST(fault_of(with("expiresAt", text(rfc3339(now_ms() + 3'600'000)))) == "");
}

BOOST_AUTO_TEST_CASE(every_broken_rule_is_told_at_once) {
  json::object body = with("subject", "");
  body["priority"] = "soon";
  const std::string fault = fault_of(body);
  BOOST_TEST(fault.find("subject=required") != std::string::npos);
  BOOST_TEST(fault.find("priority=not_supported") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(links_of_the_body_join_those_that_were_stated) {
  json::object body = with("links", {"https://stated.example/"});
  body["body"] =
      "See <https://found.example/x> and https://stated.example/ and ftp://none.example/";
  const Draft draft = read(body);
  BOOST_TEST_REQUIRE(draft.links.size() == 2U);
  BOOST_TEST(draft.links[0].url == "https://stated.example/");
  BOOST_TEST(draft.links[1].url == "https://found.example/x");
  BOOST_TEST(draft.links[1].domain == "found.example");
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_enough_beside_a_link) {
  json::object body = with("body", "");
  body["links"] = {"https://a.example/"};
  BOOST_TEST(fault_of(body) == "");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
