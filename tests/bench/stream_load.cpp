#include "stream_load.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <deque>
#include <memory>
#include <optional>

#include "failure.h"
#include "frames.h"
#include "ledger.h"
#include "loop.h"

namespace harbor::bench {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr std::int64_t kOpenLimit = 60'000 * kMillisecond;
constexpr std::int64_t kTick = 20 * kMillisecond;
constexpr std::int64_t kHeadStart =
    100 * kMillisecond;                              // between the last greeting and the first post
constexpr std::int64_t kQuiet = 200 * kMillisecond;  // in which a second copy would still come
constexpr std::size_t kOpeningAtOnce = 64;
constexpr std::size_t kPostConnections = 64;

/// The N of "<mark>N#"; nothing where the frame does not carry the mark.
std::optional<std::size_t> marked_number(std::string_view frame, std::string_view mark) {
  const auto at = frame.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  frame.remove_prefix(at + mark.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(frame.data(), frame.data() + frame.size(), number);
  const bool ends = end != frame.data() + frame.size() && *end == '#';
  return error == std::errc() && ends ? std::optional(number) : std::nullopt;
}

/// The readers: counts what each of them receives.
class Readers : public Owner {
 public:
  Readers(const StreamPlan& plan, Loop& loop, Ledger& ledger)
      : plan_(plan),
        loop_(loop),
        ledger_(ledger),
        frames_(plan.streams.size()),
        greeted_(plan.streams.size()) {}

  void open_more() {
    while (streams_.size() < plan_.streams.size() && streams_.size() < open_ + kOpeningAtOnce) {
      const std::size_t number = streams_.size();
      streams_.push_back(std::make_unique<Connection>(loop_, plan_.port, *this, number));
      streams_.back()->send(plan_.streams[number]);
    }
  }

  bool all_open() const { return open_ == plan_.streams.size(); }
  std::size_t open() const { return open_; }
  std::size_t other_frames() const { return other_frames_; }

 private:
  void on_bytes(Connection& stream, std::int64_t at_ns) override {
    ResponseReader& answer = stream.answer();
    if (answer.complete() || (answer.status() != 0 && answer.status() != 200)) {
      throw Failure("stream " + std::to_string(stream.number()) + " ended with status " +
                    std::to_string(answer.status()) + ": " + answer.body().substr(0, 400));
    }
    const std::size_t number = stream.number();
    if (plan_.greeting.empty() && answer.status() == 200) greet(number);
    frames_[number].feed(answer.body(), [&](std::string_view frame) {
      const auto post = marked_number(frame, plan_.mark);
      if (post) return ledger_.received(*post, static_cast<std::uint32_t>(number), at_ns);
      ++other_frames_;
      if (frame.find(plan_.greeting) != std::string_view::npos) greet(number);
    });
    answer.body().clear();
  }

  void greet(std::size_t number) {
    if (!greeted_[number]) ++open_;
    greeted_[number] = true;
  }

  const StreamPlan& plan_;
  Loop& loop_;
  Ledger& ledger_;
  std::vector<std::unique_ptr<Connection>> streams_;
  std::vector<FrameReader> frames_;
  std::vector<bool> greeted_;
  std::size_t open_ = 0;
  std::size_t other_frames_ = 0;
};

/// The writers: each post leaves at its time on a free connection. One that finds none waits, and
/// its delay is counted from when it should have left.
class Writers : public Owner {
 public:
  Writers(const StreamPlan& plan, Loop& loop, Ledger& ledger)
      : plan_(plan), loop_(loop), ledger_(ledger) {}

  void start(std::int64_t at_ns) { start_ns_ = at_ns; }

  void post_due() {
    const std::int64_t now = now_ns();
    while (next_ < plan_.posts.size() && due_ns(next_) <= now) {
      Connection* connection = free_connection();
      if (connection == nullptr) return;
      const std::int64_t at = now_ns();
      const std::int64_t late = at - due_ns(next_);
      late_.add(late);
      under_way_[connection->number()] = next_;
      ledger_.posted(next_, late > kMillisecond ? due_ns(next_) : at);
      connection->send(plan_.posts[next_++].request);
    }
  }

  std::int64_t next_due_ns() const {
    const bool blocked = free_.empty() && connections_.size() == kPostConnections;
    return next_ < plan_.posts.size() && !blocked ? due_ns(next_) : INT64_MAX;
  }

  bool all_answered() const { return ledger_.answered_posts() == plan_.posts.size(); }
  const Latencies& late() const { return late_; }

 private:
  std::int64_t due_ns(std::size_t post) const { return start_ns_ + plan_.posts[post].at_ns; }

  Connection* free_connection() {
    if (free_.empty()) {
      const std::size_t number = connections_.size();
      if (number == kPostConnections) return nullptr;
      connections_.push_back(std::make_unique<Connection>(loop_, plan_.port, *this, number));
      under_way_.push_back(0);
      return connections_.back().get();
    }
    Connection* connection = free_.back();
    free_.pop_back();
    return connection;
  }

  void on_bytes(Connection& connection, std::int64_t at_ns) override {
    const ResponseReader& answer = connection.answer();
    if (!answer.complete()) return;
    if (answer.status() != plan_.expect) {
      throw Failure("a post was answered " + std::to_string(answer.status()) + ": " +
                    connection.answer().body().substr(0, 400));
    }
    ledger_.answered(under_way_[connection.number()], at_ns);
    free_.push_back(&connection);
    post_due();
  }

  const StreamPlan& plan_;
  Loop& loop_;
  Ledger& ledger_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<Connection*> free_;
  std::vector<std::size_t> under_way_;  ///< the post of each connection
  std::int64_t start_ns_ = 0;
  std::size_t next_ = 0;
  Latencies late_;
};

class StreamLoad {
 public:
  explicit StreamLoad(const StreamPlan& plan)
      : plan_(plan),
        ledger_(plan.posts, plan.streams.size()),
        readers_(plan, loop_, ledger_),
        writers_(plan, loop_, ledger_) {}

  boost::json::object run() {
    const double open_seconds = open_streams();
    post_all();
    await_deliveries();
    boost::json::object report = ledger_.report();
    report["open_seconds"] = open_seconds;
    report["late_us"] = writers_.late().summary();
    report["other_frames"] = readers_.other_frames();
    if (!ledger_.is_right()) throw Failure("deliveries: " + boost::json::serialize(report));
    return report;
  }

 private:
  double open_streams() {
    const std::int64_t begin = now_ns();
    readers_.open_more();
    run_until([this] { return readers_.all_open(); }, begin + kOpenLimit,
              [this] { readers_.open_more(); });
    if (!readers_.all_open()) {
      throw Failure("only " + std::to_string(readers_.open()) + " streams opened");
    }
    return static_cast<double>(now_ns() - begin) / 1e9;
  }

  void post_all() {
    writers_.start(now_ns() + kHeadStart);
    loop_.wake_at(writers_.next_due_ns());
    const std::int64_t latest = now_ns() + kHeadStart +
                                (plan_.posts.empty() ? 0 : plan_.posts.back().at_ns) +
                                plan_.grace_ns;
    bool late = false;
    loop_.run([&] { return writers_.all_answered() || late; },
              [&] {
                writers_.post_due();
                late = now_ns() > latest;
                loop_.wake_at(std::min(writers_.next_due_ns(), now_ns() + kTick));
              });
    if (!writers_.all_answered()) throw Failure("a post was not answered in time");
  }

  void await_deliveries() {
    run_until([this] { return ledger_.all_received(); }, now_ns() + plan_.grace_ns, [] {});
    run_until([] { return false; }, now_ns() + kQuiet, [] {});
  }

  template <class Done, class OnTick>
  void run_until(Done done, std::int64_t latest_ns, OnTick on_tick) {
    bool late = false;
    loop_.wake_at(0);
    loop_.run([&] { return done() || late; },
              [&] {
                on_tick();
                late = now_ns() > latest_ns;
                loop_.wake_at(now_ns() + kTick);
              });
  }

  const StreamPlan& plan_;
  Loop loop_;
  Ledger ledger_;
  Readers readers_;
  Writers writers_;
};

}  // namespace

boost::json::object run_stream_load(const StreamPlan& plan) { return StreamLoad(plan).run(); }

}  // namespace harbor::bench
