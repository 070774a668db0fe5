#include "auth/password.h"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/clock.h"
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

// Verifies one password over and over; each takes the hash's full cost.
class Busy {
 public:
  Busy(auth::PasswordHasher& hasher, const std::string& hash)
      : thread_([&hasher, hash](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            try {
              hasher.verify(hash, "guess");
            } catch (const ApiError&) {
            }
          }
        }) {}

 private:
  std::jthread thread_;
};

bool is_busy(auth::PasswordHasher& hasher, const std::string& hash) {
  try {
    hasher.verify(hash, "guess");
  } catch (const ApiError& error) {
    BOOST_TEST(error.row().code == "busy");
    BOOST_TEST(error.retry_after_seconds() == 2);
    return true;
  }
  return false;
}

bool becomes_busy(auth::PasswordHasher& hasher, const std::string& hash) {
  const std::int64_t deadline_ms = steady_ms() + 30'000;
  while (!is_busy(hasher, hash)) {
    if (steady_ms() > deadline_ms) return false;
  }
  return true;
}

struct Costly {
  Config::Auth settings = test_config("").auth;
  std::string slow, quick;

  Costly() {
    quick = auth::PasswordHasher(settings).hash("harbor-demo");
    Config::Auth dear = settings;
    dear.argon2_memory = 16 << 20;
    dear.argon2_passes = 4;
    slow = auth::PasswordHasher(dear).hash("harbor-demo");
    settings.hash_concurrency = 2;
    settings.hash_queue = 0;
  }
};

BOOST_AUTO_TEST_CASE(no_more_are_hashed_at_once_than_configured) {
  const Costly costly;
  auth::PasswordHasher hasher(costly.settings);
  {
    const Busy one(hasher, costly.slow);
    for (int i = 0; i < 200; ++i) BOOST_TEST(!is_busy(hasher, costly.quick));
    const Busy other(hasher, costly.slow);
    BOOST_TEST(becomes_busy(hasher, costly.quick));
  }
  BOOST_TEST(!is_busy(hasher, costly.quick));
}

BOOST_AUTO_TEST_CASE(no_wait_for_a_turn_is_longer_than_configured) {
  Costly costly;
  costly.settings.hash_concurrency = 1;
  costly.settings.hash_queue = 100;
  costly.settings.hash_wait_ms = 0;
  auth::PasswordHasher hasher(costly.settings);
  const Busy one(hasher, costly.slow);
  BOOST_TEST(becomes_busy(hasher, costly.quick));
}

BOOST_AUTO_TEST_CASE(a_bounded_number_waits_for_a_turn) {
  Costly costly;
  costly.settings.hash_concurrency = 1;
  costly.settings.hash_queue = 1;
  costly.settings.hash_wait_ms = 60'000;
  auth::PasswordHasher hasher(costly.settings);
  const Busy hashing(hasher, costly.slow);
  const Busy waiting(hasher, costly.slow);
  BOOST_TEST(becomes_busy(hasher, costly.quick));
}

// The quickest of many runs: other programs on the machine only ever make one slower.
BOOST_AUTO_TEST_CASE(an_unknown_account_takes_as_long_as_a_known_one) {
  Config::Auth settings = test_config("").auth;
  settings.argon2_memory = 2 << 20;
  settings.argon2_passes = 2;
  auth::PasswordHasher hasher(settings);
  const std::string hash = hasher.hash("harbor-demo");
  std::int64_t known_us = INT64_MAX, unknown_us = INT64_MAX;
  const auto time = [&](std::string_view stored, std::int64_t& best_us) {
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(!hasher.verify(stored, "guess"));
    const auto taken = std::chrono::steady_clock::now() - start;
    best_us = std::min<std::int64_t>(
        best_us, std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
  };
  for (int i = 0; i < 40; ++i) {
    time(hash, known_us);
    time("", unknown_us);
  }
  BOOST_TEST_CONTEXT("known " << known_us << " us, unknown " << unknown_us << " us") {
    BOOST_TEST(unknown_us * 3 > known_us * 2);
    BOOST_TEST(known_us * 3 > unknown_us * 2);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
