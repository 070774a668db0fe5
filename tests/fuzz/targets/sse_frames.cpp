// What the sse worker writes, whatever goes into it: the frames of a stream, in FastCGI records,
// read back by the strict reader of tests/unit/sse/event_stream.h, are what went in.
//
// The input is text, a frame a line, its fields parted by '|' and percent-escaped:
//   event|type|seq|message id|milliseconds|payload     count|unread|unseen|version
//   hello|seq|behind|gap|unread|unseen|version|heartbeat|milliseconds
//   heartbeat|seq     resync|seq|gap|unread|unseen|version     bye|reason|milliseconds
// A line `epoch|…` or `tenant|…` names another for what follows.
#include <boost/json/parse.hpp>

#include "../fuzz.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/text.h"
#include "events/cursor.h"
#include "sse/event_stream.h"
#include "sse/fcgi_records.h"
#include "sse/sse_format.h"

namespace {

using namespace harbor;
using fuzz::number_of;
using fuzz::require;
using sse::test::Frame;

// Every type that is logged; an Event has no other (events/append.h).
constexpr std::string_view kTypes[] = {"message:new",     "message:update",    "message:read",
                                       "message:delete",  "message:recall",    "message:archive",
                                       "tenant:settings", "message:link:added"};
constexpr std::int64_t kLatestTime = 253'402'300'799'999;  // of the year 9999

// The fields of a line, empty where there are no more.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}
  std::string_view word() { return fuzz::take_until(rest_, '|'); }
  std::int64_t number() { return number_of(word()); }
  /// Within what a sequence, a time span or a count can be.
  std::int64_t natural() { return number() & std::numeric_limits<std::int64_t>::max(); }
  std::string text() { return fuzz::unescaped(word()); }

 private:
  std::string_view rest_;
};

// Each line break of the data ends a line of the frame, and comes back as a line feed.
std::string with_line_feeds(std::string text) {
  for (char& c : text) {
    if (c == '\r') c = '\n';
  }
  return text;
}

std::int64_t number_in(const json::value& data, std::string_view key) {
  return data.at({key.data(), key.size()}).to_number<std::int64_t>();
}

std::string_view text_in(const json::value& data, std::string_view key) {
  const auto& text = data.at({key.data(), key.size()}).as_string();
  return {text.data(), text.size()};
}

json::value data_of(const Frame& frame) {
  auto parsed = parse_json(frame.data, 64);
  require(parsed.has_value(), "a frame's data is JSON", frame.data);
  return *std::move(parsed);
}

class Scenario {
 public:
  void add(std::string_view text);
  void check() const;

 private:
  // What one frame must be: type and id, and what its data must say.
  struct Expected {
    std::string text;  // the frame as it was written
    std::string type;
    std::optional<std::string> id;
    std::optional<std::int64_t> retry;
    std::function<void(const Frame&)> check_data;
  };

  void add_event(Line line);
  void add_count(Line line);
  void add_hello(Line line);
  void add_heartbeat(Line line);
  void add_resync(Line line);
  void add_bye(Line line);
  std::string cursor(std::int64_t seq) const { return events::format_cursor(epoch_, seq); }

  std::string epoch_ = "k3f9";
  std::string tenant_ = "acme";
  std::vector<Expected> expected_;
};

void Scenario::add(std::string_view text) {
  Line line(text);
  const std::string_view kind = line.word();
  if (kind == "event") return add_event(line);
  if (kind == "count") return add_count(line);
  if (kind == "hello") return add_hello(line);
  if (kind == "heartbeat") return add_heartbeat(line);
  if (kind == "resync") return add_resync(line);
  if (kind == "bye") return add_bye(line);
  const std::string name = line.text();
  if (kind == "epoch" && events::parse_cursor(name + ".0")) epoch_ = name;
  if (kind == "tenant" && is_tenant_id(name)) tenant_ = name;
}

void Scenario::add_event(Line line) {
  events::Event event;
  event.type = kTypes[static_cast<std::size_t>(line.natural()) % std::size(kTypes)];
  event.seq = line.natural();
  event.message_id = line.natural();
  event.created_at = rfc3339(line.natural() % kLatestTime);
  event.payload = line.text();
  // A payload that is no JSON is not to be met in a log; as bytes it comes through all the same.
  const auto payload = parse_json(event.payload, 32);
  const auto check = [event, payload, tenant = tenant_](const Frame& frame) {
    require(frame.data == with_line_feeds(events::event_json(tenant, event)),
            "an event's data comes back", frame.data);
    if (payload.has_error()) return;
    const json::value whole = data_of(frame);
    const json::value& data = whole.at("data");
    require(text_in(whole, "type") == event.type && text_in(data, "tenantId") == tenant &&
                text_in(data, "timestamp") == event.created_at &&
                number_in(data, "messageId") == event.message_id && data.at("payload") == *payload,
            "an event says what it was", frame.data);
  };
  expected_.push_back(
      {sse::event_frame(tenant_, epoch_, event), event.type, cursor(event.seq), {}, check});
}

void Scenario::add_count(Line line) {
  const events::Counts counts{line.number(), line.number()};
  const std::int64_t version = line.number();
  const auto check = [counts, version, tenant = tenant_](const Frame& frame) {
    const json::value data = data_of(frame);
    require(text_in(data, "tenantId") == tenant && number_in(data, "unread") == counts.unread &&
                number_in(data, "unseen") == counts.unseen && number_in(data, "version") == version,
            "counts come back", frame.data);
  };
  expected_.push_back({sse::count_frame(tenant_, counts, version), "unread:count", {}, {}, check});
}

void check_counts(const json::value& data, const events::VersionedCounts& counts) {
  require(number_in(data, "unread") == counts.unread &&
              number_in(data, "unseen") == counts.unseen &&
              number_in(data, "version") == counts.version,
          "counts come back");
}

events::VersionedCounts versioned_counts(Line& line) {
  events::VersionedCounts counts;
  counts.unread = line.number();
  counts.unseen = line.number();
  counts.version = line.number();
  return counts;
}

void Scenario::add_hello(Line line) {
  sse::Hello hello;
  hello.epoch = epoch_;
  hello.seq = line.natural();
  hello.behind = line.natural();
  hello.gap = line.word() == "gap";
  hello.counts = versioned_counts(line);
  hello.heartbeat_ms = line.natural();
  const std::string expires = rfc3339(line.natural() % kLatestTime);
  hello.session_expires_at = expires;
  const auto check = [hello, expires, epoch = epoch_](const Frame& frame) {
    const json::value data = data_of(frame);
    check_counts(data, hello.counts);
    require(text_in(data, "epoch") == epoch && text_in(data, "cursor") == frame.id &&
                number_in(data, "behind") == hello.behind && data.at("gap") == hello.gap &&
                text_in(data, "sessionExpiresAt") == expires,
            "hello comes back", frame.data);
    const auto whole_seconds = static_cast<double>(hello.heartbeat_ms) / 1000;
    const double seconds = data.at("heartbeatSeconds").to_number<double>();
    require(std::abs(seconds - whole_seconds) <= whole_seconds * 1e-9, "in seconds", frame.data);
  };
  expected_.push_back({sse::hello_frame(hello), "hello", cursor(hello.seq), {}, check});
}

void Scenario::add_heartbeat(Line line) {
  const std::int64_t seq = line.natural();
  const auto check = [](const Frame& frame) {
    require(text_in(data_of(frame), "cursor") == frame.id, "a heartbeat's cursor is its id",
            frame.data);
  };
  expected_.push_back({sse::heartbeat_frame(epoch_, seq), "heartbeat", cursor(seq), {}, check});
}

void Scenario::add_resync(Line line) {
  const std::int64_t seq = line.natural();
  const bool gap = line.word() == "gap";
  const auto reason = gap ? sse::ResyncReason::gap : sse::ResyncReason::overflow;
  const auto counts = versioned_counts(line);
  const auto check = [counts, gap](const Frame& frame) {
    const json::value data = data_of(frame);
    check_counts(data, counts);
    require(text_in(data, "cursor") == frame.id &&
                text_in(data, "reason") == (gap ? "gap" : "overflow"),
            "resync comes back", frame.data);
  };
  expected_.push_back(
      {sse::resync_frame(epoch_, seq, reason, counts), "resync", cursor(seq), {}, check});
}

void Scenario::add_bye(Line line) {
  using enum sse::ByeReason;
  constexpr sse::ByeReason kReasons[] = {drain, expired, revoked, replaced};
  const auto reason = kReasons[static_cast<std::size_t>(line.natural()) % std::size(kReasons)];
  const std::int64_t after_ms = line.natural();
  const auto check = [reason, after_ms](const Frame& frame) {
    const json::value data = data_of(frame);
    require(text_in(data, "reason") == sse::describe(reason) &&
                number_in(data, "reconnectAfterMs") == after_ms,
            "bye comes back", frame.data);
  };
  expected_.push_back({sse::bye_frame(reason, after_ms), "bye", {}, after_ms, check});
}

void Scenario::check() const {
  std::string stream;
  for (const Expected& one : expected_) stream += one.text;
  const auto answer = sse::test::decode_records(sse::stdout_records(stream));
  require(answer.text == stream, "records hold what was put into them");
  const auto frames = sse::test::parse_frames(stream);
  require(frames.size() == expected_.size(), "as many frames come back", stream);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Expected& want = expected_[i];
    require(frames[i].type == want.type && frames[i].id == want.id && frames[i].retry == want.retry,
            "type, id and retry come back", want.text);
    want.check_data(frames[i]);
  }
}

// A problem stands where a stream would be, and holds an id that came from elsewhere.
void check_refusals(std::string_view request_id) {
  using enum sse::Refusal;
  for (const auto refusal :
       {bad_request, revoked, unknown_tenant, bad_method, capacity, unavailable}) {
    std::string answer = sse::refusal_answer(refusal, request_id);
    const std::string head = sse::test::take_head(answer);
    require(head.starts_with("Status: ") && head.find("problem+json") != std::string::npos,
            "a refusal has a status and is a problem", head);
    const auto problem = parse_json(answer, 4);
    require(problem.has_value(), "a refusal's body is JSON", answer);
    require(head.find(std::to_string(number_in(*problem, "status"))) == 8, "of that status",
            answer);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  check_refusals(text.substr(0, 80));
  Scenario scenario;
  while (!text.empty()) scenario.add(fuzz::take_until(text, '\n'));
  scenario.check();
  return 0;
}
