#include "redis/gcra.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(gcra)

constexpr std::int64_t kNow = 1'800'000'000'000'000;
constexpr std::int64_t kSecond = 1'000'000;
constexpr Rate kFiveAMinute{5, 60'000};

int allowed_at(std::int64_t& arrival, std::int64_t now, int tries) {
  int allowed = 0;
  for (int i = 0; i < tries; ++i) {
    allowed += redis::gcra(arrival, now, kFiveAMinute).allowed ? 1 : 0;
  }
  return allowed;
}

BOOST_AUTO_TEST_CASE(the_last_of_the_limit_passes_and_the_next_is_refused) {
  std::int64_t arrival = 0;
  for (int i = 0; i < 5; ++i) {
    const auto allowance = redis::gcra(arrival, kNow, kFiveAMinute);
    BOOST_TEST(allowance.allowed);
    BOOST_TEST(allowance.limit == 5);
    BOOST_TEST(allowance.remaining == 4 - i);
    BOOST_TEST(allowance.full_in_ms == 12'000 * (i + 1));
    BOOST_TEST(allowance.retry_in_ms == 0);
  }
  const auto refused = redis::gcra(arrival, kNow, kFiveAMinute);
  BOOST_TEST(!refused.allowed);
  BOOST_TEST(refused.remaining == 0);
  BOOST_TEST(refused.retry_in_ms == 12'000);
}

BOOST_AUTO_TEST_CASE(one_comes_back_with_each_part_of_the_period_and_never_more_than_the_limit) {
  std::int64_t arrival = 0;
  BOOST_TEST(allowed_at(arrival, kNow, 9) == 5);
  BOOST_TEST(allowed_at(arrival, kNow + 12 * kSecond - 1, 9) == 0);
  BOOST_TEST(allowed_at(arrival, kNow + 12 * kSecond, 9) == 1);
  BOOST_TEST(allowed_at(arrival, kNow + 3600 * kSecond, 9) == 5);
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_an_hour_blocks_for_one_part_and_not_for_an_hour) {
  std::int64_t arrival = 0;
  allowed_at(arrival, kNow, 5);
  const std::int64_t back = kNow - 3600 * kSecond;
  BOOST_TEST(redis::gcra(arrival, back, kFiveAMinute).retry_in_ms == 12'000);
  BOOST_TEST(allowed_at(arrival, back + 12 * kSecond, 9) == 1);
}

BOOST_AUTO_TEST_CASE(a_limit_that_was_raised_holds_soon_also_for_one_who_had_used_up_the_old) {
  std::int64_t arrival = 0;
  const Rate few{2, 3'600'000};
  const Rate many{1000, 1000};
  for (int i = 0; i < 3; ++i) redis::gcra(arrival, kNow, few);
  BOOST_TEST(!redis::gcra(arrival, kNow, many).allowed);
  BOOST_TEST(redis::gcra(arrival, kNow + 1000, many).allowed);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
