#include "sse/mailbox.h"

#include <poll.h>

#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

using namespace harbor::sse;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

bool readable(int fd, int timeout_ms) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mailbox)

BOOST_AUTO_TEST_CASE(popped_in_the_order_of_pushing_across_threads) {
  Mailbox<int> box(8);
  std::jthread pusher([&] {
    for (int i = 0; i < 20'000; ++i) box.push(i);
  });
  for (int i = 0; i < 20'000; ++i) {
    const auto got = box.pop_until(steady_clock::now() + 10s);
    BOOST_REQUIRE(got.has_value());
    BOOST_REQUIRE(*got == i);
  }
}

BOOST_AUTO_TEST_CASE(a_loop_that_waits_on_the_descriptor_misses_nothing) {
  Mailbox<int> box(8);
  std::jthread pusher([&] {
    for (int i = 0; i < 20'000; ++i) box.push(i);
  });
  int next = 0;
  while (next < 20'000) {
    BOOST_REQUIRE(readable(box.fd(), 10'000));
    for (const int got : box.take_all()) BOOST_REQUIRE(got == next++);
  }
  BOOST_TEST(!readable(box.fd(), 0));
}

BOOST_AUTO_TEST_CASE(a_full_box_refuses_or_waits) {
  Mailbox<int> box(2);
  BOOST_TEST(box.try_push(1));
  BOOST_TEST(box.try_push(2));
  BOOST_TEST(!box.try_push(3));
  bool pushed = false;
  std::jthread pusher([&] { pushed = box.push(3); });
  BOOST_TEST(box.pop_until(steady_clock::now() + 10s).value() == 1);
  pusher.join();
  BOOST_TEST(pushed);
  BOOST_TEST(box.take_all().size() == 2U);
}

BOOST_AUTO_TEST_CASE(nothing_by_the_deadline_is_nothing) {
  Mailbox<int> box(2);
  BOOST_TEST(!box.pop_until(steady_clock::now() + 5ms).has_value());
}

BOOST_AUTO_TEST_CASE(closing_wakes_all_who_wait_and_keeps_what_is_inside) {
  Mailbox<int> full(1);
  full.push(1);
  Mailbox<int> empty(1);
  bool pushed = true;
  bool popped = true;
  std::jthread pusher([&] { pushed = full.push(2); });
  std::jthread popper([&] { popped = empty.pop_until(steady_clock::now() + 60s).has_value(); });
  full.close();
  empty.close();
  pusher.join();
  popper.join();
  BOOST_TEST(!pushed);
  BOOST_TEST(!popped);
  BOOST_TEST(full.closed());
  BOOST_TEST(!full.try_push(3));
  BOOST_TEST(full.pop_until(steady_clock::now()).value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
