#pragma once
// The reader thread: the only one in this program that touches the database. It answers requests
// one by one and looks at the log's tail between them, so that nothing depends on Redis.
//
// A read that fails is answered as failed, logged, and tried again by whoever wants it; the
// database file may be locked, missing or replaced meanwhile. It is opened anew then.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "core/config.h"
#include "db/database.h"
#include "sse/mailbox.h"
#include "sse/reader_messages.h"

namespace harbor::sse {

class LogReader {
 public:
  /// Starts the thread. Opens the database first and throws DatabaseError if it cannot be read:
  /// a program that starts without one is misconfigured.
  explicit LogReader(const Config& config);
  LogReader(const LogReader&) = delete;
  LogReader& operator=(const LogReader&) = delete;
  ~LogReader();

  /// Never blocks; false if too many requests wait already.
  bool ask(ReaderRequest request) { return requests_.try_push(std::move(request)); }

  /// Readable when results may wait.
  int fd() const { return results_.fd(); }
  std::deque<ReaderResult> take_results() { return results_.take_all(); }

  /// steady_ms() of the last sign of life of the thread.
  std::int64_t last_beat_ms() const { return beat_.load(std::memory_order_relaxed); }

 private:
  void run();
  void answer(Register& request);
  void answer(ReadPage& request);
  void answer(Release& request);
  void watch(bool with_heads);
  TailRead read_tail(db::Connection& connection, bool with_heads);

  template <class Work>
  bool attempt(std::string_view doing, Work work);
  db::Connection& connection();
  void open();
  void close_if_replaced();
  void note_head(const std::string& tenant, const events::Head& head);
  void note_revocations(const std::vector<events::Revocation>& revocations);
  void log_failure(std::string_view doing, std::string_view what);

  const std::string path_;
  const std::int64_t busy_timeout_ms_;
  const std::int64_t tail_watch_ms_;

  std::unique_ptr<db::Connection> connection_;
  std::int64_t data_version_ = -1;
  bool heads_behind_ = false;  ///< revocations were read since the heads were, and not they
  std::int64_t seen_revocation_ = 0;
  std::unordered_map<std::string, events::Cursor> held_;  ///< tenant → head that the loop knows
  bool failing_ = false;
  std::int64_t failure_logged_ms_ = 0;
  std::int64_t reopen_not_before_ms_ = 0;

  std::atomic<std::int64_t> beat_{0};
  Mailbox<ReaderRequest> requests_;
  Mailbox<ReaderResult> results_;
  std::thread thread_;  // last: everything above is there when it starts
};

}  // namespace harbor::sse
