#include "auth/password.h"

#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

#include "support.h"

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(password)

BOOST_AUTO_TEST_CASE(only_the_same_password_verifies) {
  auth::PasswordHasher hasher(test_config("").auth);
  const std::string hash = hasher.hash("harbor-demo");
  BOOST_TEST(hash.starts_with("$argon2id$v=19$"));
  BOOST_TEST(hasher.verify(hash, "harbor-demo"));
  for (const std::string& other :
       {""s, "harbor-dem"s, "harbor-demo "s, "Harbor-demo"s, "harbor-demo\0"s}) {
    BOOST_TEST(!hasher.verify(hash, other));
  }
  BOOST_TEST(hasher.hash("harbor-demo") != hash);
}

BOOST_AUTO_TEST_CASE(the_bounds_of_length_are_hashed_whole) {
  auth::PasswordHasher hasher(test_config("").auth);
  const std::string longest(auth::kLongestPassword, 'x');
  BOOST_TEST(hasher.verify(hasher.hash(longest), longest));
  BOOST_TEST(!hasher.verify(hasher.hash(longest), longest.substr(1)));
}

BOOST_AUTO_TEST_CASE(nothing_verifies_against_no_hash_or_a_broken_one) {
  auth::PasswordHasher hasher(test_config("").auth);
  BOOST_TEST(!hasher.verify("", ""));
  BOOST_TEST(!hasher.verify("", "harbor-demo"));
  BOOST_TEST(!hasher.verify("$argon2id$", "harbor-demo"));
  BOOST_TEST(!hasher.verify("harbor-demo", "harbor-demo"));
}

BOOST_AUTO_TEST_CASE(a_hash_carries_its_cost_so_that_a_change_of_settings_locks_nobody_out) {
  Config::Auth settings = test_config("").auth;
  const std::string hash = auth::PasswordHasher(settings).hash("harbor-demo");
  settings.argon2_memory *= 4;
  settings.argon2_passes = 3;
  BOOST_TEST(auth::PasswordHasher(settings).verify(hash, "harbor-demo"));
}

BOOST_AUTO_TEST_CASE(many_threads_take_turns) {
  Config::Auth settings = test_config("").auth;
  settings.hash_concurrency = 2;
  auth::PasswordHasher hasher(settings);
  const std::string hash = hasher.hash("harbor-demo");
  std::atomic<int> verified{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { verified += hasher.verify(hash, "harbor-demo") ? 1 : 0; });
  }
  threads.clear();
  BOOST_TEST(verified == 8);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
