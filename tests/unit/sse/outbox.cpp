#include "sse/outbox.h"

#include <boost/test/unit_test.hpp>
#include <random>

using namespace harbor::sse;

namespace {

std::string take(Outbox& outbox, std::size_t count) {
  std::string taken;
  std::vector<iovec> parts(1000);
  parts.resize(outbox.gather(parts));
  for (const iovec& part : parts)
    taken.append(static_cast<const char*>(part.iov_base), part.iov_len);
  taken.resize(std::min(count, taken.size()));
  outbox.consume(taken.size());
  return taken;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outbox)

BOOST_AUTO_TEST_CASE(what_goes_in_comes_out_in_order_whatever_the_portions) {
  std::mt19937 random(3);
  Outbox outbox;
  std::string in;
  std::string out;
  for (int i = 0; i < 5000; ++i) {
    const std::string bytes(random() % 50, static_cast<char>('a' + i % 26));
    outbox.push(bytes);
    in += bytes;
    if (random() % 3 == 0) out += take(outbox, random() % 200);
    BOOST_REQUIRE(outbox.bytes() == in.size() - out.size());
  }
  out += take(outbox, outbox.bytes());
  while (!outbox.empty()) out += take(outbox, outbox.bytes());
  BOOST_TEST((in == out));
}

BOOST_AUTO_TEST_CASE(gathering_fills_no_more_than_it_is_given) {
  Outbox outbox;
  for (int i = 0; i < 5; ++i) outbox.push(std::string("ab"));
  iovec parts[3];
  BOOST_TEST(outbox.gather(parts) == 3U);
}

BOOST_AUTO_TEST_CASE(what_has_begun_to_leave_is_never_dropped) {
  Outbox outbox;
  outbox.push(std::string("begun"));
  outbox.push(std::string("waiting"));
  take(outbox, 2);
  BOOST_TEST(outbox.drop_unwritten());
  BOOST_TEST(!outbox.drop_unwritten());
  BOOST_TEST(outbox.bytes() == 3U);
  outbox.push(std::string("!"));
  BOOST_TEST(take(outbox, 100) == "gun!");
  BOOST_TEST(outbox.empty());
}

BOOST_AUTO_TEST_CASE(dropping_at_a_boundary_leaves_nothing) {
  Outbox outbox;
  outbox.push(std::string("gone"));
  outbox.push(std::string("waiting"));
  take(outbox, 4);
  BOOST_TEST(outbox.drop_unwritten());
  BOOST_TEST(outbox.empty());
  BOOST_TEST(!outbox.drop_unwritten());
  outbox.push(std::string("next"));
  BOOST_TEST(take(outbox, 100) == "next");
}

BOOST_AUTO_TEST_CASE(dropping_all_but_the_first_keeps_one) {
  Outbox outbox;
  outbox.drop_all_but_first();
  BOOST_TEST(outbox.empty());
  for (const char* text : {"one", "two", "three"}) outbox.push(std::string(text));
  outbox.drop_all_but_first();
  BOOST_TEST(take(outbox, 1) == "o");
  outbox.push(std::string("four"));
  outbox.drop_all_but_first();
  BOOST_TEST(take(outbox, 100) == "ne");
  BOOST_TEST(outbox.empty());
}

BOOST_AUTO_TEST_SUITE_END()
