// What the hub does when something is too slow, pruned, restored or unreadable.

#include <boost/test/unit_test.hpp>

#include "sse/hub_bench.h"

using namespace harbor::sse;
using namespace harbor::sse::test;
using harbor::Config;
using Texts = std::vector<std::string>;

namespace {

const std::string kAlice = "alice@acme.example";
const std::string kBob = "bob@acme.example";

void slow_reader(Config& config) { config.stream.queue = 4096; }

// Enough of an event that few fill a queue of 4 KiB.
const std::string kLongPayload = "{\"text\":\"" + std::string(900, 'x') + "\"}";

}  // namespace

BOOST_AUTO_TEST_SUITE(hub_trouble)

BOOST_AUTO_TEST_CASE(a_head_read_with_a_page_is_reached_even_if_the_page_was_cut_short) {
  HubBench bench(slow_reader);
  for (int i = 0; i < 10; ++i) bench.append({kAlice}, kLongPayload);
  Reader& alice = bench.begin_open(kAlice, "k3f9.0");
  bench.answer_one();                    // registered: the log is known up to 10
  bench.append({kAlice}, kLongPayload);  // seen by the pages alone
  bench.settle();
  BOOST_TEST(alice.ids().size() == 11U);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_of_live_events_gets_a_resync_and_goes_on) {
  HubBench bench(slow_reader);
  Reader& alice = bench.open(kAlice);
  Reader& bob = bench.open(kBob);
  alice.frames();
  bob.frames();
  alice.stopped = true;
  for (int i = 0; i < 40; ++i) {
    bench.append({kAlice, kBob}, kLongPayload);
    bench.notify();
    bench.settle();
    BOOST_TEST(alice.stream->outbox.bytes() <= 4096U);
  }
  BOOST_TEST(bob.ids().size() == 40U, "a neighbour is not slower");
  alice.stopped = false;
  alice.wake();
  bench.settle();
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  const auto frames = alice.frames();
  BOOST_REQUIRE(frames.size() == 4U);
  BOOST_TEST(frames[0].type == "unread:count", "the first frame of the queue was kept");
  BOOST_TEST(frames[1].type == "resync");
  BOOST_TEST(frames[1].id.value() == "k3f9.40");
  BOOST_TEST(frames[1].data ==
             R"({"cursor":"k3f9.40","reason":"overflow","unread":40,"unseen":40,"version":40})");
  BOOST_TEST(frames[2].type == "unread:count");
  BOOST_TEST(frames[3].id.value() == "k3f9.41");
  BOOST_TEST(bench.hub->counters().overflows == 1);
}

BOOST_AUTO_TEST_CASE(a_long_replay_to_a_slow_reader_waits_for_it_and_is_whole) {
  HubBench bench(slow_reader);
  for (int i = 0; i < 60; ++i) bench.append({kAlice, kBob}, kLongPayload);
  Reader& alice = bench.begin_open(kAlice, "k3f9.0");
  alice.stopped = true;
  bench.settle();
  BOOST_TEST(alice.stream->outbox.bytes() <= 4096U + 2048U);
  Reader& bob = bench.open(kBob, "k3f9.0");
  BOOST_TEST(bob.ids().size() == 60U, "who replays beside it does not wait");
  std::vector<std::string> got;
  for (int i = 0; i < 200 && got.size() < 60; ++i) {
    alice.stopped = false;
    alice.wake();
    bench.flush();
    alice.stopped = true;
    bench.settle();
    for (const std::string& id : alice.ids()) got.push_back(id);
  }
  BOOST_REQUIRE(got.size() == 60U);
  for (std::size_t i = 0; i < got.size(); ++i)
    BOOST_TEST(got[i] == "k3f9." + std::to_string(i + 1));
  BOOST_TEST(bench.hub->counters().overflows == 0);
}

BOOST_AUTO_TEST_CASE(what_is_announced_while_the_only_reader_is_waited_for_comes_when_it_reads_on) {
  HubBench bench(slow_reader);
  for (int i = 0; i < 3; ++i) bench.append({kAlice}, kLongPayload);
  Reader& alice = bench.begin_open(kAlice, "k3f9.0");
  alice.stopped = true;
  bench.settle();
  BOOST_TEST((alice.stream->state == Stream::State::parked));
  const std::size_t pages = bench.pages_asked.size();
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST(bench.pages_asked.size() == pages);
  alice.stopped = false;
  alice.wake();
  bench.settle();
  BOOST_TEST(alice.ids().size() == 4U);
}

BOOST_AUTO_TEST_CASE(an_event_larger_than_the_queue_still_passes) {
  HubBench bench(slow_reader);
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice}, "{\"text\":\"" + std::string(100'000, 'x') + "\"}");
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_closed_at_the_deadline) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.stopped = true;
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  bench.advance(bench.config.stream.write_deadline_ms - 10);
  BOOST_TEST(alice.stream != nullptr);
  bench.advance(10);
  BOOST_TEST(alice.stream == nullptr);
  BOOST_TEST(bench.hub->counters().stuck == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_closed_however_often_its_queue_overflows) {
  HubBench bench(slow_reader);
  Reader& alice = bench.open(kAlice);
  alice.stopped = true;
  for (int i = 0; i < 40; ++i) {
    bench.append({kAlice}, kLongPayload);
    bench.notify();
    bench.settle();
    bench.advance(bench.config.stream.write_deadline_ms / 20);
  }
  BOOST_TEST(alice.stream == nullptr);
}

BOOST_AUTO_TEST_CASE(progress_moves_the_write_deadline) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  alice.stopped = true;
  for (int i = 0; i < 5; ++i) {
    bench.append({kAlice});
    bench.notify();
    bench.settle();
    bench.advance(bench.config.stream.write_deadline_ms / 2);
    alice.stopped = false;
    alice.wake();
    bench.flush();
    alice.stopped = true;
  }
  BOOST_TEST(alice.stream != nullptr);
  BOOST_TEST(alice.ids().size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_pruned_place_under_a_live_feed_is_a_resync) {
  HubBench bench;
  bench.append({kAlice});
  Reader& alice = bench.open(kAlice);
  alice.frames();
  for (int i = 0; i < 4; ++i) bench.append({kAlice});
  bench.log.floor = 3;  // pruned past the stream before it could read
  bench.notify();
  bench.settle();
  const auto frames = alice.frames();
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(frames[0].type == "resync");
  BOOST_TEST(frames[0].id.value() == "k3f9.5");
  BOOST_TEST(data_of(frames[0]).at("reason").as_string() == "gap");
}

BOOST_AUTO_TEST_CASE(a_restored_database_is_a_resync_in_the_new_epoch) {
  HubBench bench;
  for (int i = 0; i < 3; ++i) bench.append({kAlice});
  Reader& alice = bench.open(kAlice);
  Reader& late = bench.open(kBob, "k3f9.1");
  alice.frames();
  late.frames();
  bench.log.epoch = "new1";
  bench.log.events.resize(1);
  bench.notify();
  bench.settle();
  for (Reader* reader : {&alice, &late}) {
    const auto frames = reader->frames();
    BOOST_REQUIRE(frames.size() == 1U);
    BOOST_TEST(frames[0].type == "resync");
    BOOST_TEST(frames[0].id.value() == "new1.1");
  }
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"new1.2"}));
}

BOOST_AUTO_TEST_CASE(a_hole_in_the_log_is_never_passed_over) {
  HubBench bench;
  bench.append({kAlice});
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice});
  bench.notify();
  PageRead page{.tenant = "acme", .after = {"k3f9", 1}, .limit = 10};
  page.page.head = bench.log.head();
  page.page.events = {bench.log.events[1]};
  page.page.events[0].seq = 3;
  page.page.last_seq = 3;
  ReaderResult result = page;
  bench.hub->take(result);
  bench.requests.clear();
  bench.flush();
  BOOST_TEST((alice.stream->state == Stream::State::resyncing));
}

BOOST_AUTO_TEST_CASE(a_failed_read_is_tried_again_later_and_streams_stay) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.append({kAlice});
  bench.database_fails = true;
  bench.notify();
  bench.settle();
  BOOST_TEST(alice.frames().empty());
  for (int i = 0; i < 10; ++i) {
    bench.advance(1000);
    bench.settle();
  }
  BOOST_TEST(bench.pages_asked.size() < 15U, "the pauses grow");
  bench.database_fails = false;
  bench.advance(5000);
  bench.settle();
  BOOST_TEST((alice.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_SUITE_END()
