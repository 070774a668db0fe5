#include "request_load.h"

#include <memory>

#include "failure.h"
#include "latency.h"
#include "loop.h"

namespace harbor::bench {
namespace {

constexpr std::int64_t kExtension = 100'000'000;
constexpr std::int64_t kPatience = 15'000'000'000;

class RequestLoad : public Owner {
 public:
  explicit RequestLoad(const RequestPlan& plan)
      : plan_(plan), asked_at_(plan.clients), next_(plan.clients) {
    for (std::size_t client = 0; client < plan.clients; ++client) {
      next_[client] = client % plan.requests.size();
      clients_.push_back(std::make_unique<Connection>(loop_, plan.port, *this, client));
    }
  }

  boost::json::object run() {
    measure_from_ = now_ns() + plan_.warmup_ns;
    measure_until_ = measure_from_ + plan_.measured_ns;
    for (const auto& client : clients_) ask(*client);
    loop_.wake_at(measure_until_);
    loop_.run([this] { return over_; }, [this] { end_or_extend(); });
    if (latencies_.count() == 0) throw Failure("no answer came");
    const double seconds = static_cast<double>(measure_until_ - measure_from_) / 1e9;
    return {{"requests", latencies_.count()},
            {"seconds", seconds},
            {"rate", static_cast<double>(latencies_.count()) / seconds},
            {"latency_us", latencies_.summary()},
            {"answered", answered_}};
  }

 private:
  void ask(Connection& client) {
    std::size_t& next = next_[client.number()];
    asked_at_[client.number()] = now_ns();
    client.send(plan_.requests[next]);
    next = (next + 1) % plan_.requests.size();
  }

  // A machine that is too busy for a single answer gives a low figure, not none.
  void end_or_extend() {
    over_ =
        latencies_.count() > 0 || measure_until_ > measure_from_ + plan_.measured_ns + kPatience;
    if (over_) return;
    measure_until_ += kExtension;
    loop_.wake_at(measure_until_);
  }

  void on_bytes(Connection& client, std::int64_t at_ns) override {
    ResponseReader& answer = client.answer();
    if (!answer.complete()) return;
    if (answer.status() != plan_.expect) {
      throw Failure("answered " + std::to_string(answer.status()) + ": " +
                    answer.body().substr(0, 400));
    }
    ++answered_;
    if (at_ns >= measure_from_ && at_ns < measure_until_) {
      latencies_.add(at_ns - asked_at_[client.number()]);
    }
    ask(client);
  }

  const RequestPlan& plan_;
  Loop loop_;
  std::vector<std::unique_ptr<Connection>> clients_;
  std::vector<std::int64_t> asked_at_;
  std::vector<std::size_t> next_;  ///< the request that each client asks next
  std::int64_t measure_from_ = 0;
  std::int64_t measure_until_ = 0;
  Latencies latencies_;
  std::size_t answered_ = 0;
  bool over_ = false;
};

}  // namespace

boost::json::object run_request_load(const RequestPlan& plan) { return RequestLoad(plan).run(); }

}  // namespace harbor::bench
