#pragma once
// Group commit: one thread per process writes. Work that comes while a commit is under way waits
// for the next one and shares its fsync; nothing is delayed to make a batch larger. Each piece of
// work runs in a savepoint, so that a bad one fails alone.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <vector>

#include "core/config.h"
#include "db/database.h"

namespace harbor::db {

/// The work was not done and will not be: the deadline passed in the queue, the lock was not to
/// be had, or the transaction was rolled back. Safe to repeat.
class NotDone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The work was begun and nobody knows whether it is on disk. Safe to repeat only by an
/// idempotency key.
class OutcomeUnknown : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Writer {
 public:
  /// Opens its own connection. `largest_batch`: pieces of work that share a commit at most.
  Writer(const Config::Database& config, std::size_t largest_batch);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Waits for work whose caller gave up at its deadline; what comes meanwhile is NotDone.
  /// Precondition: nobody waits in run().
  ~Writer();

  /// Runs `work(Connection&)` within a writing transaction on the writer's thread and returns its
  /// result after the commit is durable. Rethrows what it threw (nothing of it is then stored).
  /// `work` may outlive the call when the deadline passes: it owns everything it touches.
  template <class Work>
  auto run(Work work, std::int64_t deadline_steady_ms) {
    using Result = std::invoke_result_t<Work&, Connection&>;
    if constexpr (std::is_void_v<Result>) {
      wait(enqueue(std::move(work)), deadline_steady_ms);
    } else {
      auto result = std::make_shared<std::optional<Result>>();
      wait(enqueue([work = std::move(work), result](Connection& connection) mutable {
             result->emplace(work(connection));
           }),
           deadline_steady_ms);
      return std::move(**result);
    }
  }

  /// Pieces of work that wait for a commit to come.
  std::size_t waiting() const;

 private:
  enum class State { queued, running, done, cancelled };

  struct Job {
    std::function<void(Connection&)> work;
    State state = State::queued;
    std::exception_ptr failure;
    std::condition_variable finished;
  };
  using JobPtr = std::shared_ptr<Job>;
  using Batch = std::vector<JobPtr>;

  JobPtr enqueue(std::function<void(Connection&)> work);
  void wait(const JobPtr& job, std::int64_t deadline_steady_ms);

  void write_batches();
  Batch next_batch();
  void write(Batch& batch);
  void begin(Batch& batch);
  void run_parts(Batch& batch);
  void run_part(Job& job);
  void finish(Batch& batch, const std::function<std::exception_ptr()>& common_failure);

  Connection connection_;
  const std::size_t largest_batch_;
  mutable std::mutex mutex_;
  std::condition_variable work_came_;
  std::deque<JobPtr> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace harbor::db
