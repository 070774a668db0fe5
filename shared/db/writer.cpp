#include "db/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/clock.h"
#include "core/log.h"
#include "core/mutant.h"
#include "db/transaction.h"

namespace harbor::db {
namespace {

// What became of a batch, told to each of its parts by an exception of its own: they are rethrown
// in as many threads.
template <class Error>
std::function<std::exception_ptr()> each_hears(const std::string& why) {
  return [why] { return std::make_exception_ptr(Error(why)); };
}

}  // namespace

Writer::Writer(const Config::Database& config, std::size_t largest_batch)
    : connection_(config.path, Mode::read_write, config.busy_timeout_ms),
      largest_batch_(largest_batch),
      thread_([this] { write_batches(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_came_.notify_all();
  thread_.join();
}

std::size_t Writer::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

Writer::JobPtr Writer::enqueue(std::function<void(Connection&)> work) {
  auto job = std::make_shared<Job>();
  job->work = std::move(work);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw NotDone("the worker is stopping");
    queue_.push_back(job);
  }
  work_came_.notify_one();
  return job;
}

void Writer::wait(const JobPtr& job, std::int64_t deadline_steady_ms) {
  std::unique_lock lock(mutex_);
  const auto left = std::chrono::milliseconds(deadline_steady_ms - steady_ms());
  const bool done = job->finished.wait_for(lock, left, [&] { return job->state == State::done; });
  if (!done) {
    if (job->state != State::queued) throw OutcomeUnknown("the deadline passed in the commit");
    job->state = State::cancelled;
    std::erase(queue_, job);
    throw NotDone("the deadline passed in the writer's queue");
  }
  // Taken along: the exception lives and ends in the thread that it is for.
  if (auto failure = std::exchange(job->failure, nullptr)) {
    lock.unlock();
    std::rethrow_exception(std::move(failure));
  }
}

void Writer::write_batches() {
  for (;;) {
    Batch batch = next_batch();
    if (batch.empty()) return;
    write(batch);
  }
}

Writer::Batch Writer::next_batch() {
  std::unique_lock lock(mutex_);
  work_came_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  Batch batch;
  while (!queue_.empty() && batch.size() < largest_batch_) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Writer::write(Batch& batch) {
  bool committing = false;
  try {
    WriteTransaction transaction(connection_);
    if (!connection_.is_at_its_path()) throw NotDone("the database file was moved or replaced");
    begin(batch);
    run_parts(batch);
    if (!connection_.in_transaction()) throw NotDone("the transaction was rolled back");
    if (mutant("answer_before_commit")) finish(batch, nullptr);
    committing = true;
    transaction.commit();
  } catch (const std::exception& error) {
    log_error("a batch was not written", {{"works", batch.size()}, {"error", error.what()}});
    // A commit that failed may have reached the disk all the same (fsync's error is no promise).
    return finish(batch, committing ? each_hears<OutcomeUnknown>(error.what())
                                    : each_hears<NotDone>(error.what()));
  }
  // Only now that the turn is given up: another process writes while this one's waiters wake.
  finish(batch, nullptr);
}

// What gave up while the turn was waited for is not begun, and knows it.
void Writer::begin(Batch& batch) {
  const std::lock_guard lock(mutex_);
  std::erase_if(batch, [](const JobPtr& job) { return job->state == State::cancelled; });
  for (const JobPtr& job : batch) job->state = State::running;
}

void Writer::run_parts(Batch& batch) {
  for (const JobPtr& job : batch) {
    run_part(*job);
    // Some errors (full disk, I/O) make SQLite roll back everything: the batch is over.
    if (!connection_.in_transaction()) return;
  }
}

void Writer::run_part(Job& job) {
  try {
    Savepoint part(connection_);
    job.work(connection_);
    part.release();
  } catch (...) {
    job.failure = std::current_exception();
  }
}

void Writer::finish(Batch& batch, const std::function<std::exception_ptr()>& common_failure) {
  {
    const std::lock_guard lock(mutex_);
    for (const JobPtr& job : batch) {
      // A part's own refusal stands whatever became of its neighbours.
      if (common_failure && !job->failure) job->failure = common_failure();
      job->state = State::done;
    }
  }
  // Without the lock, which each of them takes as it wakes.
  for (const JobPtr& job : batch) job->finished.notify_one();
}

}  // namespace harbor::db
