#include "redis/publisher.h"

#include <poll.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "core/clock.h"
#include "core/service.h"
#include "support.h"

using harbor::UniqueFd;
using harbor::redis::Publisher;

namespace {

constexpr int kLongestMs = 20'000;

bool is_readable(const UniqueFd& fd, int timeout_ms) {
  pollfd wanted{fd.get(), POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1;
}

/// A Redis that says what the test makes it say, and a publisher before it.
struct Bench {
  harbor::test::TemporaryFolder folder;
  harbor::Config::Redis config;
  UniqueFd listener;
  UniqueFd peer;
  std::string heard;
  std::unique_ptr<Publisher> publisher;

  explicit Bench(const std::function<void(harbor::Config::Redis&)>& adjust = {}) {
    std::signal(SIGPIPE, SIG_IGN);  // as every program of ours does (core/service.h)
    config = harbor::default_config().redis;
    config.socket = folder.file("redis.sock");
    config.timeout_ms = kLongestMs;
    config.retry_ms = kLongestMs;  // nothing is tried again but where the test means it
    if (adjust) adjust(config);
    listener = harbor::listening_socket(config.socket);
    publisher = std::make_unique<Publisher>(config);
    accept();
    expect("*1\r\n$4\r\nPING\r\n");
  }
  ~Bench() {
    listener.reset();  // so that whoever waits for an answer ends
    peer.reset();
  }

  void accept() {
    BOOST_REQUIRE(is_readable(listener, kLongestMs));
    peer.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    BOOST_REQUIRE(static_cast<bool>(peer));
    heard.clear();
  }

  void say(std::string_view bytes) const {
    BOOST_REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(bytes.size()));
  }

  /// The next bytes are these.
  void expect(std::string_view bytes) {
    while (heard.size() < bytes.size()) {
      BOOST_REQUIRE_MESSAGE(is_readable(peer, kLongestMs), "want " << bytes << ", got " << heard);
      char buffer[4096];
      const auto got = ::recv(peer.get(), buffer, sizeof buffer, 0);
      BOOST_REQUIRE(got > 0);
      heard.append(buffer, static_cast<std::size_t>(got));
    }
    BOOST_TEST(heard.substr(0, bytes.size()) == bytes);
    heard.erase(0, bytes.size());
  }

  bool is_silent() const { return heard.empty() && !is_readable(peer, 50); }

  void announce(const std::string& tenant, std::int64_t seq, const std::string& type) const {
    publisher->announce({tenant, {"k3f9", seq}, {type}});
  }
};

std::string publish(const std::string& tenant, const std::string& text) {
  const std::string channel = "harbor:tenant:" + tenant;
  return "*3\r\n$7\r\nPUBLISH\r\n$" + std::to_string(channel.size()) + "\r\n" + channel + "\r\n$" +
         std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(publisher)

BOOST_AUTO_TEST_CASE(an_announcement_is_the_newest_cursor_and_the_types) {
  Bench bench;
  bench.say("+PONG\r\n");
  bench.announce("acme", 1043, "message:new");
  bench.expect(publish("acme", R"({"cursor":"k3f9.1043","types":["message:new"]})"));
  BOOST_TEST(bench.publisher->is_reachable());
  bench.say(":1\r\n");
  BOOST_TEST(bench.is_silent());
}

BOOST_AUTO_TEST_CASE(what_waits_for_one_tenant_is_one_announcement) {
  Bench bench;
  for (const std::int64_t seq : {1, 3, 2}) bench.announce("acme", seq, "message:new");
  bench.announce("acme", 4, "message:read");
  bench.announce("globex", 9, "message:new");
  bench.say("+PONG\r\n");
  bench.expect(publish("acme", R"({"cursor":"k3f9.4","types":["message:new","message:read"]})"));
  bench.say(":1\r\n");
  bench.expect(publish("globex", R"({"cursor":"k3f9.9","types":["message:new"]})"));
  bench.say(":0\r\n");
  BOOST_TEST(bench.is_silent());
}

BOOST_AUTO_TEST_CASE(another_life_of_the_database_replaces_a_cursor_that_waits) {
  Bench bench;
  bench.announce("acme", 100, "message:new");
  bench.publisher->announce({"acme", {"new1", 2}, {"message:new"}});
  bench.say("+PONG\r\n");
  bench.expect(publish("acme", R"({"cursor":"new1.2","types":["message:new"]})"));
}

BOOST_AUTO_TEST_CASE(no_more_tenants_wait_than_the_configuration_says) {
  Bench bench([](harbor::Config::Redis& config) { config.queue = 2; });
  for (const char* tenant : {"a", "b", "c", "d"}) bench.announce(tenant, 1, "message:new");
  bench.announce("b", 2, "message:new");
  bench.say("+PONG\r\n");
  bench.expect(publish("a", R"({"cursor":"k3f9.1","types":["message:new"]})"));
  bench.say(":1\r\n");
  bench.expect(publish("b", R"({"cursor":"k3f9.2","types":["message:new"]})"));
  bench.say(":1\r\n");
  BOOST_TEST(bench.is_silent());
}

BOOST_AUTO_TEST_CASE(a_redis_that_was_restarted_is_found_by_the_next_announcement) {
  Bench bench;
  bench.say("+PONG\r\n");
  bench.announce("acme", 1, "message:new");
  bench.expect(publish("acme", R"({"cursor":"k3f9.1","types":["message:new"]})"));
  bench.say(":1\r\n");
  bench.peer.reset();
  bench.announce("acme", 2, "message:new");
  bench.accept();
  bench.expect(publish("acme", R"({"cursor":"k3f9.2","types":["message:new"]})"));
  bench.say(":1\r\n");
  BOOST_TEST(bench.publisher->is_reachable());
}

BOOST_AUTO_TEST_CASE(a_redis_that_hangs_up_again_and_again_is_left_alone_for_a_while) {
  Bench bench;
  bench.peer.reset();
  bench.accept();
  bench.peer.reset();
  BOOST_TEST(!is_readable(bench.listener, 100), "no third try");
  BOOST_TEST(!bench.publisher->is_reachable());
}

BOOST_AUTO_TEST_CASE(a_redis_that_does_not_answer_is_left_alone_for_a_while) {
  Bench bench([](harbor::Config::Redis& config) { config.timeout_ms = 50; });
  char byte = 0;
  BOOST_TEST(::recv(bench.peer.get(), &byte, 1, 0) == 0, "it hangs up at its timeout");
  BOOST_TEST(!bench.publisher->is_reachable());
  for (std::int64_t seq = 1; seq < 1000; ++seq) bench.announce("acme", seq, "message:new");
  BOOST_TEST(!is_readable(bench.listener, 100), "no try before the pause is over");
}

BOOST_AUTO_TEST_CASE(a_redis_that_is_back_is_noticed_although_nothing_is_announced) {
  Bench bench([](harbor::Config::Redis& config) { config.retry_ms = 20; });
  bench.peer.reset();
  bench.accept();
  bench.expect("*1\r\n$4\r\nPING\r\n");
  bench.say("+PONG\r\n");
  const std::int64_t end = harbor::steady_ms() + kLongestMs;
  while (!bench.publisher->is_reachable() && harbor::steady_ms() < end) {
  }
  BOOST_TEST(bench.publisher->is_reachable());
}

BOOST_AUTO_TEST_CASE(it_ends_at_once_although_redis_is_silent) {
  Bench bench([](harbor::Config::Redis& config) { config.timeout_ms = 100; });
  const std::int64_t begin = harbor::steady_ms();
  bench.publisher.reset();
  BOOST_TEST(harbor::steady_ms() - begin < kLongestMs / 2, "and not after the retry's pause");
}

BOOST_AUTO_TEST_SUITE_END()
