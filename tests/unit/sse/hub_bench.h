#pragma once
// A hub with everything around it in the test's hand: the log it reads, the clock, and readers
// who take what they are given when the test says so.

#include <boost/json/object.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sse/event_stream.h"
#include "sse/hub.h"

namespace harbor::sse::test {

/// One reader: what its stream has written, and what has become of it.
class Reader final : public Outlet {
 public:
  void wake() override { woken = true; }

  /// All frames written since the last call. Throws if the bytes are not well-formed.
  std::vector<Frame> frames();
  std::vector<std::string> types();
  std::vector<std::string> ids();

  std::string head;          ///< HTTP's
  std::string bytes;         ///< written and not yet parsed, from the start of a record
  Stream* stream = nullptr;  ///< null once it is over
  bool woken = false;
  bool stopped = false;  ///< takes nothing
  bool ended = false;    ///< END_REQUEST came
};

/// One tenant's log.
struct FakeLog {
  std::string epoch = "k3f9";
  std::int64_t floor = 0;
  std::vector<events::Event> events;  ///< all there ever were; seq is index + 1
  std::map<std::string, events::VersionedCounts> counts;

  events::Head head() const { return {epoch, std::ssize(events), floor}; }
};

class HubBench final : public Port {
 public:
  explicit HubBench(const std::function<void(Config&)>& adjust = {});

  /// Opens a stream and lets it be registered.
  Reader& open(const std::string& email, std::optional<std::string> cursor = std::nullopt,
               const std::function<void(Claims&)>& adjust = {});
  /// Opens it without answering its registration.
  Reader& begin_open(const std::string& email, std::optional<std::string> cursor = std::nullopt,
                     const std::function<void(Claims&)>& adjust = {});

  /// Appends an event to the log; nobody is told.
  events::Event& append(const std::vector<std::string>& audience,
                        const std::string& payload = "{}");
  events::Event& append_for_everyone();
  void revoke(events::Revocation::Kind kind, const std::string& subject);

  /// Redis says that the log has its present head.
  void notify();
  /// Answers requests, moves the clock over pauses and writes, until nothing is left to do.
  void settle();
  /// Answers the oldest request only.
  void answer_one();
  /// What the outlets write at the end of a turn.
  void flush();
  void advance(std::int64_t milliseconds);
  void cut(Reader& reader);
  std::size_t pages_waiting() const;

  bool ask(ReaderRequest request) override;
  void hold(const std::string& tenant) override { held.insert(tenant); }
  void release(const std::string& tenant) override { held.erase(tenant); }

  FakeLog log;
  std::vector<events::Revocation> revocations;
  std::deque<ReaderRequest> requests;
  std::vector<ReadPage> pages_asked;
  std::set<std::string> held;
  bool database_fails = false;
  std::int64_t now_ms = 1'000'000;
  Config config;
  std::unique_ptr<Hub> hub;
  std::vector<std::unique_ptr<Reader>> readers;

 private:
  ReaderResult answer(const Register& request) const;
  ReaderResult answer(const ReadPage& request);
  std::vector<events::Revocation> newer_revocations(std::int64_t after) const;
  void write(Reader& reader);

  std::int64_t seen_revocation_ = 0;
};

/// `data` of a frame as a JSON object.
boost::json::object data_of(const Frame& frame);

}  // namespace harbor::sse::test
