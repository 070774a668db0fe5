#include "documents/described_routes.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

namespace harbor::documents::test {
BOOST_AUTO_TEST_SUITE(described_routes)

using api::Authority;
using api::Route;
using api::TenantIn;

constexpr Route kRoutes[] = {
    {"POST", "/api/auth/login", Authority::open, TenantIn::nowhere, nullptr},
    {"GET", "/api/things/{id}", Authority::session, TenantIn::nowhere, nullptr},
    {"DELETE", "/api/things/{id}", Authority::session, TenantIn::nowhere, nullptr},
};

constexpr char kDocument[] = R"(
openapi: 3.1.0
paths:
  /api/auth/login:
    summary: not an operation
    post: {security: []}
  /api/things/{id}:
    parameters: []
    get: {security: [{cookie: []}]}
    delete: {}
)";

std::string without(std::string_view part) {
  std::string text(kDocument);
  return text.erase(text.find(part), part.size());
}

std::string with(std::string_view more) { return kDocument + std::string(more); }

void differ(const std::string& document, const std::vector<std::string>& want) {
  const auto got = route_differences(kRoutes, document);
  BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), want.begin(), want.end());
}

BOOST_AUTO_TEST_CASE(a_table_and_its_document_agree) { differ(kDocument, {}); }

BOOST_AUTO_TEST_CASE(a_route_without_description_is_named) {
  differ(without("    delete: {}\n"), {"DELETE /api/things/{id} is a route without a description"});
}

BOOST_AUTO_TEST_CASE(a_description_without_route_is_named) {
  differ(with("    patch: {}\n"), {"PATCH /api/things/{id} is described and is no route"});
  differ(with("  /api/others: {get: {}, post: {}}\n"),
         {"GET /api/others is described and is no route",
          "POST /api/others is described and is no route"});
}

BOOST_AUTO_TEST_CASE(another_name_in_a_path_is_another_path) {
  auto text = with("");
  text.replace(text.find("{id}"), 4, "{thing}");
  BOOST_TEST(route_differences(kRoutes, text).size() == 4U);
}

BOOST_AUTO_TEST_CASE(who_may_ask_is_compared) {
  differ(without(" {security: []}"),
         {"POST /api/auth/login is open to anyone, but is described without `security: []`"});
  auto text = with("");
  text.replace(text.find("delete: {}"), 10, "delete: {security: []}");
  differ(text, {"DELETE /api/things/{id} needs a session, but is described with `security: []`"});
}

BOOST_AUTO_TEST_CASE(what_is_no_document_is_refused) {
  for (const char* text : {"", "[]", "openapi: 3.1.0", "paths: 7"}) {
    BOOST_CHECK_THROW(route_differences(kRoutes, text), std::runtime_error);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::documents::test
