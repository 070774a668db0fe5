#include "auth/expire.h"

#include <boost/test/unit_test.hpp>

#include "auth/throttle.h"
#include "core/clock.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(expire)

BOOST_AUTO_TEST_CASE(expired_sessions_go_in_batches_and_others_stay) {
  Database database;
  database.add_tenant("acme");
  database.add_member("acme", "bob@acme.example");
  for (int i = 0; i < 5; ++i) database.sign_in("bob@acme.example");
  database.write([&] {
    db::execute(database.connection, "UPDATE Sessions SET ExpiresAt = ? WHERE Id <= 3",
                rfc3339(now_ms() - 1));
  });
  const auto remove = [&] {
    return database.write([&] { return auth::remove_expired_sessions(database.connection, 2); });
  };
  BOOST_TEST(remove() == 2);
  BOOST_TEST(remove() == 1);
  BOOST_TEST(remove() == 0);
  BOOST_TEST(database.number("SELECT COUNT(*) FROM Sessions WHERE Id > 3") == 2);
}

BOOST_AUTO_TEST_CASE(login_windows_go_when_the_longest_of_them_has_ended) {
  Database database;
  database.config.auth.login_per_account = {3, 1'000};
  database.config.auth.login_per_address = {3, 60'000};
  const auto remove = [&] {
    return database.write([&] {
      return auth::remove_ended_login_windows(database.connection, database.config.auth, 100);
    });
  };
  database.write([&] {
    auth::note_failed_login(database.connection, database.config.auth, "bob@a.example",
                            "192.0.2.1");
    db::execute(database.connection, "UPDATE LoginFailures SET WindowStart = ?", now_ms() - 30'000);
  });
  BOOST_TEST(remove() == 0);
  database.write([&] {
    db::execute(database.connection, "UPDATE LoginFailures SET WindowStart = ?", now_ms() - 60'001);
  });
  BOOST_TEST(remove() == 2);
}

BOOST_AUTO_TEST_CASE(idempotency_keys_are_kept_for_a_day) {
  Database database;
  const auto add = [&](int key, std::int64_t age_ms) {
    db::execute(database.connection,
                "INSERT INTO IdempotencyKeys VALUES ('bob@a.example', 'r', ?, 'h', 201, '', '', ?)",
                std::to_string(key), rfc3339(now_ms() - age_ms));
  };
  database.write([&] {
    for (int key = 0; key < 3; ++key) add(key, 24 * 3'600'000 + 1000);
    add(3, 24 * 3'600'000 - 60'000);
    add(4, 0);
  });
  const auto remove = [&] {
    return database.write(
        [&] { return auth::remove_old_idempotency_keys(database.connection, 2); });
  };
  BOOST_TEST(remove() == 2);
  BOOST_TEST(remove() == 1);
  BOOST_TEST(remove() == 0);
  BOOST_TEST(database.text("SELECT group_concat(IdempotencyKey) FROM IdempotencyKeys") == "3,4");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
