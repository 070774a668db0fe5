#include "sse/sse_format.h"

#include <boost/test/unit_test.hpp>

#include "sse/event_stream.h"

using namespace harbor;
using namespace harbor::sse;
using namespace harbor::sse::test;

namespace {

Frame only(const std::string& text) {
  const auto frames = parse_frames(text);
  BOOST_REQUIRE(frames.size() == 1U);
  return frames[0];
}

events::VersionedCounts counts(std::int64_t unread, std::int64_t unseen, std::int64_t version) {
  events::VersionedCounts counts;
  counts.unread = unread;
  counts.unseen = unseen;
  counts.version = version;
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sse_format)

BOOST_AUTO_TEST_CASE(frames_are_to_the_byte_what_the_contracts_say) {
  BOOST_TEST(heartbeat_frame("k3f9", 1042) ==
             "id: k3f9.1042\nevent: heartbeat\ndata: {\"cursor\":\"k3f9.1042\"}\n\n");
  BOOST_TEST(bye_frame(ByeReason::drain, 2741) ==
             "retry: 2741\nevent: bye\ndata: {\"reason\":\"drain\",\"reconnectAfterMs\":2741}\n\n");
  BOOST_TEST(count_frame("acme", {5, 2}, 1043) ==
             "event: unread:count\n"
             "data: {\"tenantId\":\"acme\",\"unread\":5,\"unseen\":2,\"version\":1043}\n\n");
  BOOST_TEST(resync_frame("k3f9", 7, ResyncReason::gap, counts(1, 0, 6)) ==
             "id: k3f9.7\nevent: resync\ndata: {\"cursor\":\"k3f9.7\",\"reason\":\"gap\","
             "\"unread\":1,\"unseen\":0,\"version\":6}\n\n");
}

BOOST_AUTO_TEST_CASE(hello_carries_the_verdict_and_the_counts) {
  const Frame frame = only(retry_field(2741) + hello_frame({.epoch = "k3f9",
                                                            .seq = 1042,
                                                            .behind = 3,
                                                            .gap = false,
                                                            .counts = counts(4, 1, 1040),
                                                            .heartbeat_ms = 25'000,
                                                            .session_expires_at = "2026"}));
  BOOST_TEST(frame.retry.value() == 2741);
  BOOST_TEST(frame.id.value() == "k3f9.1042");
  BOOST_TEST(frame.data ==
             R"({"epoch":"k3f9","cursor":"k3f9.1042","behind":3,"gap":false,"unread":4,)"
             R"("unseen":1,"version":1040,"heartbeatSeconds":25,"sessionExpiresAt":"2026"})");
}

BOOST_AUTO_TEST_CASE(heartbeats_of_parts_of_a_second_are_said_exactly) {
  const std::pair<std::int64_t, std::string> rows[] = {
      {25'000, "25"}, {500, "0.5"}, {1250, "1.25"}, {1005, "1.005"}, {20, "0.02"}};
  for (const auto& [milliseconds, text] : rows) {
    const std::string frame = hello_frame({.epoch = "k3f9", .heartbeat_ms = milliseconds});
    BOOST_TEST(frame.find("\"heartbeatSeconds\":" + text + ",") != std::string::npos, frame);
  }
}

BOOST_AUTO_TEST_CASE(an_event_is_one_data_line_with_its_id) {
  const events::Event event{.seq = 1043,
                            .type = "message:new",
                            .message_id = 77,
                            .audience = {},
                            .payload = R"({"subject":"a\nb"})",
                            .created_at = "2026-11-22T10:00:00.123Z"};
  BOOST_TEST(event_frame("acme", "k3f9", event) ==
             "id: k3f9.1043\nevent: message:new\n"
             "data: {\"type\":\"message:new\",\"data\":{\"messageId\":77,\"tenantId\":\"acme\","
             "\"timestamp\":\"2026-11-22T10:00:00.123Z\",\"payload\":{\"subject\":\"a\\nb\"}}}"
             "\n\n");
}

BOOST_AUTO_TEST_CASE(a_raw_line_break_in_a_payload_forges_no_field) {
  events::Event event;
  event.seq = 1;
  event.type = "message:new";
  event.payload = "{\n\n}\r\nid: forged\nevent: bye";
  const Frame frame = only(event_frame("acme", "k3f9", event));
  BOOST_TEST(frame.id.value() == "k3f9.1");
  BOOST_TEST(frame.type == "message:new");
}

BOOST_AUTO_TEST_CASE(refusals_are_problems_with_their_status) {
  const std::string answer = refusal_answer(Refusal::capacity, "abc123");
  BOOST_TEST(answer.starts_with("Status: 503 Service Unavailable\r\n"));
  BOOST_TEST(answer.find("Retry-After: 5\r\n") != std::string::npos);
  BOOST_TEST(answer.ends_with(
      "\r\n\r\n{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
      "\"detail\":\"No further stream can be opened at the moment.\",\"code\":\"capacity\","
      "\"requestId\":\"abc123\"}\n"));
  BOOST_TEST(refusal_answer(Refusal::revoked, "a\"b").find("requestId") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
