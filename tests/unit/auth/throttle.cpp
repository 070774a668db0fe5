#include "auth/throttle.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(throttle)

struct Logins : Database {
  Logins() {
    config.auth.login_per_account = {3, 60'000};
    config.auth.login_per_address = {5, 60'000};
  }
  void fail(std::string_view email, std::string_view address) {
    write([&] { auth::note_failed_login(connection, config.auth, email, address); });
  }
  // Seconds to wait; 0 where a login is allowed.
  std::int64_t wait_for(std::string_view email, std::string_view address) {
    try {
      auth::require_login_allowed(connection, config.auth, email, address);
    } catch (const ApiError& error) {
      BOOST_TEST(error.row().code == "too_many_requests");
      return error.retry_after_seconds();
    }
    return 0;
  }
  void move_windows(std::int64_t by_ms) {
    write([&] {
      db::execute(connection, "UPDATE LoginFailures SET WindowStart = WindowStart + ?", by_ms);
    });
  }
};

BOOST_AUTO_TEST_CASE(an_account_is_barred_after_its_failures_from_any_address) {
  Logins logins;
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(logins.wait_for("bob@a.example", "192.0.2.1") == 0);
    logins.fail("bob@a.example", "192.0.2." + std::to_string(i));
  }
  const std::int64_t seconds = logins.wait_for("bob@a.example", "192.0.2.99");
  BOOST_TEST(seconds > 0);
  BOOST_TEST(seconds <= 60);
  BOOST_TEST(logins.wait_for("eve@a.example", "192.0.2.99") == 0);
}

BOOST_AUTO_TEST_CASE(an_address_is_barred_after_its_failures_for_any_account) {
  Logins logins;
  for (int i = 0; i < 5; ++i) logins.fail("p" + std::to_string(i) + "@a.example", "192.0.2.1");
  BOOST_TEST(logins.wait_for("new@a.example", "192.0.2.1") > 0);
  BOOST_TEST(logins.wait_for("new@a.example", "192.0.2.2") == 0);
}

BOOST_AUTO_TEST_CASE(an_ipv6_address_is_its_network_of_64_bits) {
  Logins logins;
  for (int i = 0; i < 5; ++i) {
    logins.fail("p" + std::to_string(i) + "@a.example", "2001:db8:1:2::" + std::to_string(i));
  }
  BOOST_TEST(logins.wait_for("new@a.example", "2001:db8:1:2:ffff::1") > 0);
  BOOST_TEST(logins.wait_for("new@a.example", "2001:DB8:1:2::9") > 0);
  BOOST_TEST(logins.wait_for("new@a.example", "2001:db8:1:3::1") == 0);
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_in_ipv6_form_is_the_ipv4_address) {
  Logins logins;
  for (int i = 0; i < 5; ++i) {
    logins.fail("p" + std::to_string(i) + "@a.example", i % 2 ? "192.0.2.1" : "::ffff:192.0.2.1");
  }
  BOOST_TEST(logins.wait_for("new@a.example", "192.0.2.1") > 0);
  BOOST_TEST(logins.wait_for("new@a.example", "::ffff:192.0.2.1") > 0);
  BOOST_TEST(logins.wait_for("new@a.example", "::ffff:192.0.2.2") == 0);
}

BOOST_AUTO_TEST_CASE(a_window_that_ended_counts_anew) {
  Logins logins;
  for (int i = 0; i < 3; ++i) logins.fail("bob@a.example", "192.0.2.1");
  logins.move_windows(-60'001);
  BOOST_TEST(logins.wait_for("bob@a.example", "192.0.2.1") == 0);
  logins.fail("bob@a.example", "192.0.2.1");
  BOOST_TEST(logins.number("SELECT Failures FROM LoginFailures WHERE Subject LIKE 'account:%'") ==
             1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_bars_for_one_window_at_most) {
  Logins logins;
  for (int i = 0; i < 3; ++i) logins.fail("bob@a.example", "192.0.2.1");
  logins.move_windows(3'600'000);
  BOOST_TEST(logins.wait_for("bob@a.example", "192.0.2.1") <= 60);
  logins.fail("bob@a.example", "192.0.2.1");
  BOOST_TEST(logins.wait_for("bob@a.example", "192.0.2.1") == 0);
}

BOOST_AUTO_TEST_CASE(an_account_cannot_be_named_like_an_address) {
  Logins logins;
  for (int i = 0; i < 5; ++i) logins.fail("x", "address:bob@a.example");
  BOOST_TEST(logins.wait_for("bob@a.example", "192.0.2.1") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
