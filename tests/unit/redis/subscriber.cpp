#include "redis/subscriber.h"

#include <poll.h>
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>

#include "core/service.h"
#include "support.h"

using harbor::UniqueFd;
using harbor::redis::Subscriber;
using Messages = std::vector<std::pair<std::string, std::string>>;

namespace {

/// A Redis that says what the test makes it say, and the loop around the subscriber.
struct Bench {
  harbor::test::TemporaryFolder folder;
  std::string path = folder.file("redis.sock");
  UniqueFd listener;
  UniqueFd peer;
  Messages messages;
  std::vector<std::string> subscribed;
  int watched = -1;
  int watches = 0;
  std::int64_t now_ms = 1000;
  Subscriber subscriber{
      {.socket = path, .retry_ms = 500, .timeout_ms = 250, .ping_every_ms = 5000},
      {.watch =
           [this](int fd, bool) {
             watched = fd;
             ++watches;
           },
       .forget = [this](int) { watched = -1; },
       .message = [this](std::string_view channel,
                         std::string_view payload) { messages.emplace_back(channel, payload); },
       .subscribed = [this](std::string_view channel) { subscribed.emplace_back(channel); }}};

  void listen() { listener = harbor::listening_socket(path); }

  /// Time passes; the subscriber does what it has planned.
  void pass(std::int64_t milliseconds) {
    now_ms += milliseconds;
    subscriber.on_time(now_ms);
  }

  void accept() {
    peer.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    BOOST_REQUIRE(static_cast<bool>(peer));
  }

  void say(std::string_view bytes) {
    BOOST_REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(bytes.size()));
    subscriber.on_ready(now_ms);
  }

  std::string heard() const {
    char bytes[65'536];
    const auto got = ::recv(peer.get(), bytes, sizeof bytes, 0);
    return got > 0 ? std::string(bytes, static_cast<std::size_t>(got)) : std::string();
  }

  void connect() {
    listen();
    pass(0);
    accept();
    heard();
    say("+PONG\r\n");
    BOOST_REQUIRE(subscriber.healthy());
  }
};

constexpr std::string_view kSubscribeA = "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\na\r\n";
constexpr std::string_view kPing = "*1\r\n$4\r\nPING\r\n";

std::string message(std::string_view channel, std::string_view payload) {
  return "*3\r\n$7\r\nmessage\r\n$" + std::to_string(channel.size()) + "\r\n" +
         std::string(channel) + "\r\n$" + std::to_string(payload.size()) + "\r\n" +
         std::string(payload) + "\r\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(subscriber)

BOOST_AUTO_TEST_CASE(channels_are_subscribed_as_they_come_and_go) {
  Bench bench;
  bench.connect();
  bench.subscriber.subscribe("a");
  BOOST_TEST(bench.heard() == kSubscribeA);
  bench.subscriber.subscribe("a");
  BOOST_TEST(bench.heard().empty());
  bench.subscriber.unsubscribe("a");
  BOOST_TEST(bench.heard() == "*2\r\n$11\r\nUNSUBSCRIBE\r\n$1\r\na\r\n");
  bench.subscriber.unsubscribe("a");
  BOOST_TEST(bench.heard().empty());
}

BOOST_AUTO_TEST_CASE(messages_arrive_however_they_are_split) {
  Bench bench;
  bench.connect();
  const std::string bytes = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n" + message("a", "one") +
                            message("a", "two\r\nlines");
  for (const char byte : bytes) bench.say({&byte, 1});
  BOOST_TEST((bench.messages == Messages{{"a", "one"}, {"a", "two\r\nlines"}}));
}

BOOST_AUTO_TEST_CASE(a_confirmed_subscription_is_told_and_again_on_a_new_connection) {
  const std::string confirmed = "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n";
  Bench bench;
  bench.connect();
  bench.subscriber.subscribe("a");
  BOOST_TEST(bench.subscribed.empty(), "asked for is not confirmed");
  bench.say(confirmed);
  BOOST_TEST(bench.subscribed.size() == 1U);
  bench.peer.reset();
  bench.subscriber.on_ready(bench.now_ms);
  bench.pass(500);
  bench.accept();
  bench.say(confirmed);
  BOOST_TEST((bench.subscribed == std::vector<std::string>{"a", "a"}));
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_made_again_with_all_channels_in_one_go) {
  Bench bench;
  bench.connect();
  bench.subscriber.subscribe("a");
  bench.subscriber.subscribe("b");
  bench.peer.reset();
  bench.subscriber.on_ready(bench.now_ms);
  BOOST_TEST(!bench.subscriber.healthy());
  BOOST_TEST(bench.watched == -1);
  bench.subscriber.unsubscribe("b");
  bench.subscriber.subscribe("c");
  bench.pass(499);
  BOOST_TEST(bench.watched == -1);
  bench.pass(1);
  bench.accept();
  BOOST_TEST(bench.heard() == std::string(kSubscribeA) + "*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nc\r\n" +
                                  std::string(kPing));
  bench.say("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  BOOST_TEST(bench.subscriber.healthy());
}

BOOST_AUTO_TEST_CASE(nobody_there_is_tried_again_after_a_pause) {
  Bench bench;
  bench.pass(0);
  BOOST_TEST(bench.watched == -1);
  BOOST_TEST(bench.subscriber.next_time_ms() == bench.now_ms + 500);
  bench.listen();
  bench.pass(500);
  BOOST_TEST(bench.watched != -1);
}

BOOST_AUTO_TEST_CASE(a_redis_that_does_not_answer_is_left) {
  Bench bench;
  bench.connect();
  bench.pass(5000);
  BOOST_TEST(bench.heard() == kPing);
  bench.pass(249);
  BOOST_TEST(bench.subscriber.healthy());
  bench.pass(1);
  BOOST_TEST(!bench.subscriber.healthy());
  BOOST_TEST(bench.watched == -1);
  bench.pass(500);
  BOOST_TEST(bench.watched != -1, "a frozen one still lets us connect");
  bench.pass(250);
  BOOST_TEST(bench.watched == -1);
}

BOOST_AUTO_TEST_CASE(an_answered_ping_keeps_the_connection) {
  Bench bench;
  bench.connect();
  for (int i = 0; i < 3; ++i) {
    bench.pass(5000);
    BOOST_TEST(bench.heard() == kPing);
    bench.say("*2\r\n$4\r\npong\r\n$0\r\n\r\n");
  }
  BOOST_TEST(bench.subscriber.healthy());
}

BOOST_AUTO_TEST_CASE(what_is_no_reply_ends_the_connection_and_nothing_else) {
  for (const std::string& bytes : {std::string("garbage\r\n"), std::string("*-5\r\n"),
                                   "$2000000\r\n" + std::string(1'500'000, 'x')}) {
    Bench bench;
    bench.connect();
    std::string_view rest = bytes;
    while (!rest.empty() && bench.watched != -1) {
      const std::string_view piece = rest.substr(0, 50'000);
      rest.remove_prefix(piece.size());
      bench.say(piece);
    }
    BOOST_TEST(bench.watched == -1, bytes.substr(0, 20));
  }
}

BOOST_AUTO_TEST_CASE(replies_of_other_kinds_are_ignored) {
  Bench bench;
  bench.connect();
  bench.say("-ERR no\r\n:5\r\n$-1\r\n*-1\r\n*0\r\n*1\r\n$1\r\nx\r\n*3\r\n:1\r\n:2\r\n:3\r\n"
            "*3\r\n$7\r\nmessage\r\n:1\r\n*0\r\n");
  BOOST_TEST(bench.watched != -1);
  BOOST_TEST((bench.messages == Messages{{"", ""}}));
}

BOOST_AUTO_TEST_CASE(ten_thousand_channels_are_more_than_a_socket_takes_at_once) {
  Bench bench;
  for (int i = 0; i < 10'000; ++i) {
    bench.subscriber.subscribe("harbor:tenant:" + std::to_string(i));
  }
  bench.listen();
  bench.pass(0);
  bench.accept();
  std::string all;
  for (int i = 0; i < 1000 && !all.ends_with(kPing); ++i) {
    all += bench.heard();
    bench.subscriber.on_ready(bench.now_ms);
  }
  BOOST_TEST(all.ends_with(kPing));
  BOOST_TEST(bench.watches >= 3, "writability was waited for, and no longer at the end");
}

BOOST_AUTO_TEST_SUITE_END()
