#include "api/session_cookie.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(session_cookie)

http::Request request_over(const char* scheme) {
  http::Request request;
  request.scheme = scheme;
  return request;
}

BOOST_AUTO_TEST_CASE(under_tls_it_is_bound_to_the_host_and_to_tls) {
  BOOST_TEST(api::session_cookie(request_over("https"), "t0ken", 60) ==
             "__Host-harbor=t0ken; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
}

// A browser refuses a __Host- cookie without Secure, and keeps no Secure one of plain HTTP.
BOOST_AUTO_TEST_CASE(without_tls_it_has_no_prefix_and_is_not_secure) {
  BOOST_TEST(api::session_cookie(request_over("http"), "t0ken", 60) ==
             "harbor=t0ken; Path=/; HttpOnly; SameSite=Lax; Max-Age=60");
}

BOOST_AUTO_TEST_CASE(it_is_taken_away_under_the_same_name_and_path) {
  BOOST_TEST(api::session_cookie(request_over("https"), "", 0) ==
             "__Host-harbor=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

BOOST_AUTO_TEST_CASE(the_cookie_of_the_other_scheme_is_not_looked_at) {
  http::Request request = request_over("https");
  request.headers["cookie"] = "harbor=planted; __Host-harbor=own";
  BOOST_TEST(request.cookie(api::cookie_name(request)) == "own");
  request.scheme = "http";
  BOOST_TEST(request.cookie(api::cookie_name(request)) == "planted");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
