#include "sse/hub_bench.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <utility>

namespace harbor::sse::test {

std::vector<Frame> Reader::frames() {
  Answer answer = decode_records(std::exchange(bytes, {}));
  ended = ended || answer.ended;
  if (head.empty() && !answer.text.empty()) head = take_head(answer.text);
  return parse_frames(answer.text);
}

std::vector<std::string> Reader::types() {
  std::vector<std::string> types;
  for (const Frame& frame : frames()) types.push_back(frame.type);
  return types;
}

std::vector<std::string> Reader::ids() {
  std::vector<std::string> ids;
  for (const Frame& frame : frames()) {
    if (frame.id && frame.type.starts_with("message:")) ids.push_back(*frame.id);
  }
  return ids;
}

HubBench::HubBench(const std::function<void(Config&)>& adjust) : config(default_config()) {
  if (adjust) adjust(config);
  hub = std::make_unique<Hub>(config, *this);
  hub->at(now_ms);
}

Reader& HubBench::begin_open(const std::string& email, std::optional<std::string> cursor,
                             const std::function<void(Claims&)>& adjust) {
  Claims claims{.email = email,
                .tenant = "acme",
                .session = "7",
                .session_expires_at_ms = 1'900'000'000'000,
                .cursor = std::move(cursor)};
  if (adjust) adjust(claims);
  readers.push_back(std::make_unique<Reader>());
  Reader& reader = *readers.back();
  const auto opened = hub->open(claims, "r1", reader, 1'800'000'000'000);
  if (const auto* stream = std::get_if<Stream*>(&opened)) reader.stream = *stream;
  return reader;
}

Reader& HubBench::open(const std::string& email, std::optional<std::string> cursor,
                       const std::function<void(Claims&)>& adjust) {
  Reader& reader = begin_open(email, std::move(cursor), adjust);
  settle();
  return reader;
}

events::Event& HubBench::append(const std::vector<std::string>& audience,
                                const std::string& payload) {
  events::Event event;
  event.seq = std::ssize(log.events) + 1;
  event.type = "message:new";
  event.message_id = event.seq * 10;
  event.payload = payload;
  event.created_at = "2026-11-22T10:00:00.123Z";
  for (const std::string& email : audience) {
    events::VersionedCounts& counts = log.counts[email];
    ++counts.unread;
    ++counts.unseen;
    counts.version = event.seq;
    event.audience.push_back({email, counts});
  }
  return log.events.emplace_back(std::move(event));
}

events::Event& HubBench::append_for_everyone() {
  events::Event& event = append({});
  event.type = "message:update";
  event.everyone = true;
  return event;
}

void HubBench::revoke(events::Revocation::Kind kind, const std::string& subject) {
  revocations.push_back({std::ssize(revocations) + 1, kind, subject, "acme"});
}

void HubBench::notify() {
  hub->notified("acme", "{\"cursor\":\"" + events::format_cursor(log.head().cursor()) +
                            "\",\"types\":[\"message:new\"]}");
}

void HubBench::settle() {
  for (int round = 0; round < 100'000; ++round) {
    flush();
    if (!requests.empty()) {
      answer_one();
    } else if (hub->next_time_ms() <= now_ms + config.stream.coalesce_ms) {
      advance(std::max<std::int64_t>(1, hub->next_time_ms() - now_ms));
    } else {
      return;
    }
  }
  throw std::runtime_error("the hub never comes to rest");
}

void HubBench::answer_one() {
  const ReaderRequest request = std::move(requests.front());
  requests.pop_front();
  if (std::holds_alternative<Release>(request)) return;
  ReaderResult result = std::holds_alternative<Register>(request)
                            ? answer(std::get<Register>(request))
                            : answer(std::get<ReadPage>(request));
  hub->take(result);
}

ReaderResult HubBench::answer(const Register& request) const {
  Registered result{.stream = request.stream, .tenant = request.tenant, .failed = database_fails};
  if (database_fails) return result;
  for (const auto& revocation : newer_revocations(request.authorised_revocation)) {
    result.revoked |= revocation.concerns(request.email, request.session, request.tenant);
  }
  if (request.tenant == "acme") result.head = log.head();
  const auto counts = log.counts.find(request.email);
  if (counts != log.counts.end()) result.counts = counts->second;
  return result;
}

ReaderResult HubBench::answer(const ReadPage& request) {
  PageRead result{.tenant = request.tenant, .after = request.after, .limit = request.limit};
  result.failed = database_fails;
  if (database_fails) return result;
  events::Page& page = result.page;
  page.revocations = newer_revocations(seen_revocation_);
  if (!page.revocations.empty()) seen_revocation_ = page.revocations.back().id;
  page.head = log.head();
  page.last_seq = request.after.seq;
  page.gap = !page.head->continues(request.after);
  const std::int64_t last = std::min(log.head().head, request.after.seq + request.limit);
  for (std::int64_t seq = request.after.seq; !page.gap && seq < last; ++seq) {
    page.events.push_back(log.events[static_cast<std::size_t>(seq)]);
    page.last_seq = seq + 1;
  }
  return result;
}

std::vector<events::Revocation> HubBench::newer_revocations(std::int64_t after) const {
  std::vector<events::Revocation> newer;
  std::copy_if(revocations.begin(), revocations.end(), std::back_inserter(newer),
               [&](const auto& revocation) { return revocation.id > after; });
  return newer;
}

bool HubBench::ask(ReaderRequest request) {
  if (const auto* page = std::get_if<ReadPage>(&request)) pages_asked.push_back(*page);
  requests.push_back(std::move(request));
  return true;
}

std::size_t HubBench::pages_waiting() const {
  return static_cast<std::size_t>(
      std::count_if(requests.begin(), requests.end(), [](const ReaderRequest& request) {
        return std::holds_alternative<ReadPage>(request);
      }));
}

void HubBench::flush() {
  for (std::size_t i = 0; i < readers.size(); ++i) {
    if (readers[i]->stream != nullptr && std::exchange(readers[i]->woken, false)) {
      write(*readers[i]);
    }
  }
}

void HubBench::write(Reader& reader) {
  Stream& stream = *reader.stream;
  std::size_t written = 0;
  while (!reader.stopped && !stream.outbox.empty()) {
    iovec part{};
    stream.outbox.gather({&part, 1});
    reader.bytes.append(static_cast<const char*>(part.iov_base), part.iov_len);
    stream.outbox.consume(part.iov_len);
    written += part.iov_len;
  }
  hub->written(stream, written);
  const bool closing = stream.state == Stream::State::closing && stream.outbox.empty();
  if (closing || stream.state == Stream::State::dead) cut(reader);
}

void HubBench::advance(std::int64_t milliseconds) {
  now_ms += milliseconds;
  hub->at(now_ms);
  hub->on_time();
  flush();
}

void HubBench::cut(Reader& reader) { hub->close(*std::exchange(reader.stream, nullptr)); }

boost::json::object data_of(const Frame& frame) {
  return boost::json::parse(frame.data).as_object();
}

}  // namespace harbor::sse::test
