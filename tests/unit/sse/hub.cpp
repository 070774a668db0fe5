#include "sse/hub.h"

#include <boost/test/unit_test.hpp>

#include "sse/hub_bench.h"

using namespace harbor::sse;
using namespace harbor::sse::test;
using harbor::Config;
using Texts = std::vector<std::string>;

namespace {

const std::string kAlice = "alice@acme.example";
const std::string kBob = "bob@acme.example";

}  // namespace

BOOST_AUTO_TEST_SUITE(hub)

BOOST_AUTO_TEST_CASE(a_fresh_stream_is_greeted_at_the_head) {
  HubBench bench;
  bench.append({kAlice, kBob});
  Reader& alice = bench.open(kAlice);
  const auto frames = alice.frames();
  BOOST_TEST(alice.head.find("Content-Type: text/event-stream; charset=utf-8\r\n") == 0U);
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(frames[0].type == "hello");
  BOOST_TEST(frames[0].id.value() == "k3f9.1");
  BOOST_TEST((frames[0].retry.value() >= 1000 && frames[0].retry.value() <= 5000));
  BOOST_TEST(frames[0].data ==
             R"({"epoch":"k3f9","cursor":"k3f9.1","behind":0,"gap":false,"unread":1,"unseen":1,)"
             R"("version":1,"heartbeatSeconds":25,"sessionExpiresAt":"2030-03-17T17:46:40.000Z"})");
  BOOST_TEST(bench.held.contains("acme"));
}

BOOST_AUTO_TEST_CASE(an_event_reaches_exactly_its_audience_with_the_count_before_it) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  Reader& bob = bench.open(kBob);
  alice.frames();
  bob.frames();
  bench.append({kAlice}, R"({"subject":"hi"})");
  bench.notify();
  bench.settle();
  const auto frames = alice.frames();
  BOOST_REQUIRE(frames.size() == 2U);
  BOOST_TEST(frames[0].type == "unread:count");
  BOOST_TEST(!frames[0].id.has_value());
  BOOST_TEST(frames[0].data == R"({"tenantId":"acme","unread":1,"unseen":1,"version":1})");
  BOOST_TEST(frames[1].type == "message:new");
  BOOST_TEST(frames[1].id.value() == "k3f9.1");
  BOOST_TEST(frames[1].data ==
             R"({"type":"message:new","data":{"messageId":10,"tenantId":"acme",)"
             R"("timestamp":"2026-11-22T10:00:00.123Z","payload":{"subject":"hi"}}})");
  BOOST_TEST(bob.frames().empty());
}

BOOST_AUTO_TEST_CASE(replay_goes_on_from_the_cursor_without_counts_and_becomes_live) {
  HubBench bench;
  for (int i = 0; i < 5; ++i) bench.append({i % 2 == 0 ? kAlice : kBob});
  Reader& alice = bench.open(kAlice, "k3f9.1");
  auto frames = alice.frames();
  BOOST_REQUIRE(frames.size() == 3U);
  BOOST_TEST(frames[0].id.value() == "k3f9.1");
  BOOST_TEST(data_of(frames[0]).at("behind").as_int64() == 4);
  BOOST_TEST(frames[1].id.value() == "k3f9.3");
  BOOST_TEST(frames[2].id.value() == "k3f9.5");
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.types() == Texts{"unread:count", "message:new"}));
}

BOOST_AUTO_TEST_CASE(a_cursor_that_cannot_be_continued_is_a_gap_and_never_a_loop) {
  for (const std::string cursor : {"k3f9.1", "other.4", "k3f9.99", "garbage", "", "k3f9.-1",
                                   "k3f9.18446744073709551616", "\xff\x00\xfe"}) {
    HubBench bench;
    for (int i = 0; i < 4; ++i) bench.append({kAlice});
    bench.log.floor = 2;
    Reader& alice = bench.open(kAlice, cursor);
    const auto frames = alice.frames();
    BOOST_REQUIRE(frames.size() == 1U);
    BOOST_TEST(frames[0].id.value() == "k3f9.4");
    BOOST_TEST(data_of(frames[0]).at("gap").as_bool());
    BOOST_TEST(data_of(frames[0]).at("behind").as_int64() == 0);
  }
}

BOOST_AUTO_TEST_CASE(the_floor_itself_can_still_be_continued) {
  HubBench bench;
  for (int i = 0; i < 4; ++i) bench.append({kAlice});
  bench.log.floor = 2;
  BOOST_TEST((bench.open(kAlice, "k3f9.2").ids() == Texts{"k3f9.3", "k3f9.4"}));
}

BOOST_AUTO_TEST_CASE(streams_at_one_place_share_their_pages) {
  HubBench bench;
  for (int i = 0; i < 3; ++i) bench.append({kAlice, kBob});
  Reader& one = bench.begin_open(kAlice, "k3f9.0");
  Reader& two = bench.begin_open(kBob, "k3f9.0");
  Reader& three = bench.begin_open(kBob, "k3f9.2");
  bench.settle();
  BOOST_TEST(bench.pages_asked.size() == 2U, "one page from 0 for two streams, one from 2");
  BOOST_TEST((one.ids() == Texts{"k3f9.1", "k3f9.2", "k3f9.3"}));
  BOOST_TEST((two.ids() == Texts{"k3f9.1", "k3f9.2", "k3f9.3"}));
  BOOST_TEST((three.ids() == Texts{"k3f9.3"}));
  bench.append({kAlice, kBob});
  bench.notify();
  bench.settle();
  BOOST_TEST(bench.pages_asked.size() == 3U, "once caught up, one feed serves all");
}

BOOST_AUTO_TEST_CASE(feeds_that_meet_while_a_page_is_under_way_lose_and_repeat_nothing) {
  HubBench bench;
  bench.append({kAlice, kBob});
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice, kBob});
  bench.notify();  // a page after 1 is under way
  Reader& bob = bench.begin_open(kBob);
  bench.answer_one();  // alice's feed comes to 2
  bench.answer_one();  // bob starts at 2
  bench.append({kAlice, kBob});
  bench.notify();
  bench.append({kAlice, kBob});
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.2", "k3f9.3", "k3f9.4"}));
  BOOST_TEST((bob.ids() == Texts{"k3f9.3", "k3f9.4"}));
}

BOOST_AUTO_TEST_CASE(a_burst_is_read_in_few_pages_and_delivered_in_order) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  for (int i = 0; i < 200; ++i) {
    bench.append({kAlice});
    bench.notify();
  }
  bench.settle();
  const auto ids = alice.ids();
  BOOST_REQUIRE(ids.size() == 200U);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    BOOST_TEST(ids[i] == "k3f9." + std::to_string(i + 1));
  }
  BOOST_TEST(bench.pages_asked.size() <= 4U);
}

BOOST_AUTO_TEST_CASE(a_second_page_waits_for_the_pause_and_an_idle_feed_does_not) {
  HubBench bench([](Config& config) { config.stream.coalesce_ms = 5; });
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice});
  bench.notify();
  BOOST_TEST(bench.pages_waiting() == 1U, "an idle feed reads at once");
  bench.answer_one();
  bench.append({kAlice});
  bench.notify();
  BOOST_TEST(bench.pages_waiting() == 0U);
  bench.advance(4);
  BOOST_TEST(bench.pages_waiting() == 0U);
  bench.advance(1);
  BOOST_TEST(bench.pages_waiting() == 1U);
}

BOOST_AUTO_TEST_CASE(an_event_for_everyone_reaches_those_who_were_members_by_then) {
  HubBench bench;
  bench.append_for_everyone();
  bench.append_for_everyone();
  Reader& old = bench.open(kAlice, "k3f9.0", [](Claims& claims) { claims.joined = 1; });
  Reader& young = bench.open(kBob, "k3f9.0", [](Claims& claims) { claims.joined = 2; });
  BOOST_TEST((old.ids() == Texts{"k3f9.1", "k3f9.2"}));
  BOOST_TEST((young.ids() == Texts{"k3f9.2"}));
}

BOOST_AUTO_TEST_CASE(a_person_named_twice_in_an_audience_hears_once) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice, kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(a_lost_notification_is_healed_by_watching_the_log) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice});
  ReaderResult tail = TailRead{{}, {{"acme", bench.log.head()}}};
  bench.hub->take(tail);
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(what_was_read_for_a_stream_that_is_gone_is_news_to_the_others) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  Reader& vanishing = bench.begin_open(kBob);
  bench.append({kAlice});
  bench.cut(vanishing);
  bench.settle();  // its registration is answered with a head that nobody announces again
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(a_head_read_with_a_page_is_news_even_if_its_feed_is_gone) {
  HubBench bench;
  bench.append({kAlice});
  Reader& alice = bench.open(kAlice);
  alice.frames();
  Reader& behind = bench.begin_open(kBob, "k3f9.0");
  bench.answer_one();
  BOOST_REQUIRE(bench.pages_waiting() == 1U);
  bench.cut(behind);
  bench.append({kAlice});
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.2"}));
}

BOOST_AUTO_TEST_CASE(notifications_that_make_no_sense_do_no_harm) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  for (const std::string_view text : {"", "{", "null", "[]", "{\"cursor\":1}", "{\"cursor\":\"x\"}",
                                      "\xff\xfe", "{\"cursor\":\"k3f9.99999999999999999999\"}"}) {
    bench.hub->notified("acme", text);
  }
  BOOST_TEST(bench.requests.empty());
  bench.hub->notified("acme", R"({"cursor":"k3f9.5000"})");
  bench.hub->notified("acme", R"({"cursor":"zzzz.1"})");
  bench.hub->notified("nobody", R"({"cursor":"k3f9.5000"})");
  bench.settle();
  BOOST_TEST(bench.pages_asked.size() <= 2U, "a head that is not there is not asked for for ever");
  BOOST_TEST(alice.frames().empty());
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(heartbeats_carry_a_cursor_that_is_wholly_queued) {
  HubBench bench([](Config& config) { config.stream.heartbeat_ms = 1000; });
  Reader& bob = bench.open(kBob);
  bob.frames();
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  bench.advance(1000);
  auto frames = bob.frames();
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST((frames[0] == Frame{"heartbeat", R"({"cursor":"k3f9.1"})", "k3f9.1"}));
  bench.append({kBob});
  bench.notify();  // known, but not yet read
  bench.advance(1000);
  frames = bob.frames();
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(frames[0].id.value() == "k3f9.1");
}

BOOST_AUTO_TEST_CASE(a_gone_stream_leaves_nothing_behind) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  bench.append({kAlice});
  bench.notify();
  bench.cut(alice);
  Reader& gone_early = bench.begin_open(kBob);
  bench.cut(gone_early);
  bench.settle();
  BOOST_TEST(bench.hub->streams() == 0U);
  BOOST_TEST(bench.held.empty());
  BOOST_TEST((bench.hub->next_time_ms() == kNever));
}

BOOST_AUTO_TEST_CASE(what_was_announced_before_the_subscription_was_confirmed_is_looked_for) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice});  // and nobody heard of it
  bench.settle();
  BOOST_TEST(alice.ids().empty());
  bench.hub->subscribed("acme");
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
  const std::size_t pages = bench.pages_asked.size();
  bench.hub->subscribed("acme");
  bench.hub->subscribed("elsewhere");
  bench.settle();
  BOOST_TEST(bench.pages_asked.size() == pages + 1, "one look, which finds nothing");
}

BOOST_AUTO_TEST_CASE(what_is_announced_while_a_look_is_under_way_is_not_forgotten) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.hub->subscribed("acme");  // asks for a page of which nothing is known
  BOOST_REQUIRE(bench.pages_waiting() == 1U);
  PageRead early{.tenant = "acme", .after = {"k3f9", 0}};
  early.page.head = bench.log.head();  // read, and on its way
  bench.requests.clear();
  bench.append({kAlice});
  bench.notify();
  ReaderResult result = early;
  bench.hub->take(result);
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(what_is_announced_before_the_first_snapshot_is_taken_in_is_not_forgotten) {
  for (const bool heard : {true, false}) {
    HubBench bench;
    Reader& alice = bench.begin_open(kAlice);
    Registered snapshot{.stream = alice.stream->id, .tenant = "acme"};
    snapshot.head = bench.log.head();  // read, and on its way
    bench.requests.clear();
    bench.append({kAlice});
    if (heard) bench.notify();
    if (!heard) bench.hub->subscribed("acme");
    ReaderResult result = snapshot;
    bench.hub->take(result);
    bench.settle();
    BOOST_TEST((alice.types() == Texts{"hello", "unread:count", "message:new"}), heard);
  }
}

BOOST_AUTO_TEST_SUITE_END()
