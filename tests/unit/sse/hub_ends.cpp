// How streams are refused and how they end: revocation, limits, age, drain.

#include <boost/test/unit_test.hpp>

#include "sse/hub_bench.h"

using namespace harbor::sse;
using namespace harbor::sse::test;
using harbor::Config;
using Kind = harbor::events::Revocation::Kind;
using Texts = std::vector<std::string>;

namespace {

const std::string kAlice = "alice@acme.example";
const std::string kBob = "bob@acme.example";

void check_bye(Reader& reader, std::string_view reason, bool long_retry) {
  const auto frames = reader.frames();
  BOOST_REQUIRE(frames.size() == 1U);
  BOOST_TEST(frames[0].type == "bye");
  BOOST_TEST(std::string_view(data_of(frames[0]).at("reason").as_string()) == reason);
  const std::int64_t after = data_of(frames[0]).at("reconnectAfterMs").as_int64();
  BOOST_TEST(frames[0].retry.value() == after, "retry comes before the bye, of the same value");
  BOOST_TEST((after >= 600'000) == long_retry);
  BOOST_TEST(reader.ended);
  BOOST_TEST(reader.stream == nullptr);
}

void check_refused(Reader& reader, std::string_view status, std::string_view code) {
  BOOST_CHECK_THROW(reader.frames(), std::runtime_error);
  BOOST_TEST(reader.head.starts_with("Status: " + std::string(status)));
  BOOST_TEST(reader.ended);
  BOOST_TEST(reader.stream == nullptr);
  BOOST_TEST(!code.empty());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hub_ends)

BOOST_AUTO_TEST_CASE(a_revocation_ends_a_stream_before_the_event_after_it) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  Reader& bob = bench.open(kBob, std::nullopt, [](Claims& claims) { claims.session = "8"; });
  alice.frames();
  bob.frames();
  bench.revoke(Kind::member, kAlice);
  bench.append({kAlice, kBob});
  bench.notify();
  bench.settle();
  check_bye(alice, "revoked", true);
  BOOST_TEST((bob.ids() == Texts{"k3f9.1"}));
}

BOOST_AUTO_TEST_CASE(each_kind_of_revocation_ends_whom_it_names) {
  for (const auto kind : {Kind::session, Kind::user, Kind::member}) {
    HubBench bench;
    Reader& alice = bench.open(kAlice);
    Reader& again = bench.open(kAlice, std::nullopt, [](Claims& claims) { claims.session = "9"; });
    Reader& bob = bench.open(kBob, std::nullopt, [](Claims& claims) { claims.session = "8"; });
    alice.frames();
    again.frames();
    bench.revoke(kind, kind == Kind::session ? "7" : kAlice);
    ReaderResult tail = TailRead{bench.revocations, {}};
    bench.hub->take(tail);
    bench.settle();
    check_bye(alice, "revoked", true);
    BOOST_TEST((again.stream == nullptr) == (kind != Kind::session));
    BOOST_TEST(bob.stream != nullptr);
  }
}

BOOST_AUTO_TEST_CASE(a_revocation_drops_what_was_not_yet_written) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  alice.stopped = true;
  for (int i = 0; i < 3; ++i) bench.append({kAlice});
  bench.notify();
  bench.settle();
  BOOST_TEST(!alice.stream->outbox.empty());
  bench.revoke(Kind::user, kAlice);
  bench.append({kBob});
  bench.notify();
  bench.settle();
  alice.stopped = false;
  alice.wake();
  bench.settle();
  check_bye(alice, "revoked", true);
}

BOOST_AUTO_TEST_CASE(of_a_record_half_written_the_rest_still_leaves_before_the_bye) {
  HubBench bench;
  Reader& alice = bench.open(kAlice);
  alice.frames();
  alice.stopped = true;
  for (int i = 0; i < 3; ++i) bench.append({kAlice});
  bench.notify();
  bench.settle();
  iovec part{};
  alice.stream->outbox.gather({&part, 1});
  alice.bytes.assign(static_cast<const char*>(part.iov_base), 10);
  alice.stream->outbox.consume(10);
  bench.revoke(Kind::user, kAlice);
  bench.append({kBob});
  bench.notify();
  bench.settle();
  alice.stopped = false;
  alice.wake();
  bench.settle();
  BOOST_TEST((alice.types() == Texts{"unread:count", "bye"}));
}

BOOST_AUTO_TEST_CASE(an_ending_stream_is_still_revoked) {
  HubBench bench([](Config& config) { config.stream.per_user = 1; });
  Reader& first = bench.open(kAlice);
  first.frames();
  first.stopped = true;
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  bench.open(kAlice);  // the first is now told that it is replaced, behind its event
  bench.revoke(Kind::user, kAlice);
  bench.append({kBob});
  bench.notify();
  bench.settle();
  first.stopped = false;
  first.wake();
  bench.settle();
  check_bye(first, "revoked", true);
}

BOOST_AUTO_TEST_CASE(a_revocation_between_authorisation_and_registration_is_a_403) {
  HubBench bench;
  bench.revoke(Kind::user, kAlice);
  Reader& alice = bench.open(kAlice, std::nullopt, [](Claims& claims) { claims.revocation = 0; });
  check_refused(alice, "403 Forbidden", "revoked");
}

BOOST_AUTO_TEST_CASE(a_revocation_that_finds_the_greeting_unwritten_is_a_403_too) {
  HubBench bench;
  Reader& other = bench.open(kBob);
  Reader& alice = bench.begin_open(kAlice);
  alice.stopped = true;
  bench.settle();  // registered and greeted: nothing was revoked then
  bench.revoke(Kind::user, kAlice);
  bench.append({kAlice});
  bench.notify();
  bench.settle();
  alice.stopped = false;
  alice.wake();
  bench.settle();
  check_refused(alice, "403 Forbidden", "revoked");
  BOOST_TEST(other.stream != nullptr);
}

BOOST_AUTO_TEST_CASE(who_was_authorised_after_a_revocation_is_not_ended_by_it) {
  HubBench bench;
  bench.revoke(Kind::user, kAlice);  // for example her password changed; then she signed in anew
  Reader& alice = bench.open(kAlice, std::nullopt, [](Claims& claims) { claims.revocation = 1; });
  bench.append({kAlice});
  bench.notify();  // this page is the first to bring the revocation
  bench.settle();
  BOOST_TEST(alice.stream != nullptr);
  BOOST_TEST((alice.types() == Texts{"hello", "unread:count", "message:new"}));
}

BOOST_AUTO_TEST_CASE(a_further_stream_of_a_person_replaces_the_oldest) {
  HubBench bench([](Config& config) { config.stream.per_user = 2; });
  Reader& first = bench.open(kAlice);
  Reader& second = bench.open(kAlice);
  Reader& of_bob = bench.open(kBob);
  first.frames();
  bench.open(kAlice);
  check_bye(first, "replaced", true);
  BOOST_TEST(second.stream != nullptr);
  BOOST_TEST(of_bob.stream != nullptr);
}

BOOST_AUTO_TEST_CASE(caps_refuse_before_anything_is_read) {
  struct Row {
    std::string_view what;
    std::function<void(Config&)> adjust;
  };
  const Row rows[] = {
      {"tenant", [](Config& config) { config.stream.per_tenant = 2; }},
      {"worker", [](Config& config) { config.stream.per_worker = 2; }},
      {"rate",
       [](Config& config) {
         config.stream.connects = {2, 1000};
       }},
  };
  for (const Row& row : rows) {
    HubBench bench(row.adjust);
    bench.begin_open(kAlice);
    bench.begin_open(kBob);
    BOOST_TEST(bench.begin_open(kBob).stream == nullptr, row.what);
    BOOST_TEST(bench.requests.size() == 2U);
    BOOST_TEST(bench.hub->counters().refused == 1);
  }
}

BOOST_AUTO_TEST_CASE(the_connect_rate_recovers) {
  HubBench bench([](Config& config) { config.stream.connects = {2, 1000}; });
  bench.begin_open(kAlice);
  bench.begin_open(kAlice);
  BOOST_TEST(bench.begin_open(kAlice).stream == nullptr);
  bench.advance(500);
  BOOST_TEST(bench.begin_open(kAlice).stream != nullptr);
  BOOST_TEST(bench.begin_open(kAlice).stream == nullptr);
}

BOOST_AUTO_TEST_CASE(an_unknown_tenant_is_a_404_and_leaves_nothing) {
  HubBench bench;
  Reader& alice =
      bench.open(kAlice, std::nullopt, [](Claims& claims) { claims.tenant = "nowhere"; });
  check_refused(alice, "404 Not Found", "not_found");
  BOOST_TEST(bench.held.empty());
}

BOOST_AUTO_TEST_CASE(an_unreadable_database_is_a_503) {
  HubBench bench;
  bench.database_fails = true;
  Reader& alice = bench.open(kAlice);
  check_refused(alice, "503 Service Unavailable", "unavailable");
}

BOOST_AUTO_TEST_CASE(a_stream_ends_at_its_age_to_be_opened_again) {
  HubBench bench([](Config& config) {
    config.stream.age = {1000, 2000};
    config.stream.heartbeat_ms = 100'000;
  });
  Reader& alice = bench.open(kAlice);
  alice.frames();
  bench.advance(990);
  BOOST_TEST(alice.stream != nullptr);
  bench.advance(1010);
  check_bye(alice, "drain", false);
}

BOOST_AUTO_TEST_CASE(a_stream_ends_when_its_session_does) {
  HubBench bench;
  Reader& alice = bench.open(kAlice, std::nullopt, [](Claims& claims) {
    claims.session_expires_at_ms = 1'800'000'000'000 + 5000;
  });
  alice.frames();
  bench.advance(5000);
  check_bye(alice, "expired", false);
}

BOOST_AUTO_TEST_CASE(a_drain_ends_all_streams_within_its_time_and_opens_none) {
  HubBench bench([](Config& config) { config.stream.drain_ms = 1000; });
  std::vector<Reader*> open;
  for (int i = 0; i < 10; ++i) open.push_back(&bench.open("p" + std::to_string(i) + "@a.example"));
  for (Reader* reader : open) reader->frames();
  Reader& waiting = bench.begin_open(kAlice);
  bench.hub->drain();
  BOOST_TEST(bench.begin_open(kBob).stream == nullptr);
  bench.advance(1000);
  for (Reader* reader : open) check_bye(*reader, "drain", false);
  BOOST_TEST((waiting.types() == Texts{"bye"}), "also one that was not yet greeted");
  BOOST_TEST(waiting.head.find("text/event-stream") != std::string::npos);
  BOOST_TEST(bench.hub->streams() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
