#pragma once
// The threads of a REST worker. Each accepts by itself and serves one connection at a time, which
// is one request (no FastCGI keep-alive). What finds no thread waits in the kernel's queue, where
// the other workers find it too.
//
// The kernel wakes one thread for a connection, and one of the worker that waited first while it
// has one to spare. So a quiet site's requests meet in one worker, and share its commits.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/config.h"
#include "core/unique_fd.h"
#include "http/reply.h"
#include "http/request.h"

namespace harbor::http {

class Server {
 public:
  using Handler = std::function<Reply(const Request&)>;

  /// Starts at once. `listener` is non-blocking and may be shared with other processes.
  Server(UniqueFd listener, const Config::Http& config, Handler handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Stops accepting, then waits for what was accepted, at most `http.drain`. False where
  /// requests are still in work after that.
  bool drain();

  /// Readable once the worker has served its `http.retire_after` requests (with a jitter).
  int retired_fd() const { return retired_.get(); }

  /// True while all threads are in work and none has begun or ended a request for so long that
  /// only a restart helps.
  bool is_stuck() const;

 private:
  void serve_connections();
  bool wait_for_connection() const;
  UniqueFd accept_connection();
  void serve(UniqueFd connection);
  void note_work(std::int64_t more);

  const UniqueFd listener_;
  const Config::Http config_;
  const Handler handler_;
  const UniqueFd stop_;
  const UniqueFd retired_;
  const UniqueFd incoming_;  ///< epoll of the listener and of `stop_`
  const std::int64_t retire_at_;
  std::atomic<std::int64_t> served_{0};

  mutable std::mutex mutex_;
  std::condition_variable thread_ended_;
  std::int64_t running_;      ///< threads
  std::int64_t in_work_ = 0;  ///< of them, serving a connection
  std::int64_t last_change_ms_;

  std::vector<std::thread> pool_;
};

}  // namespace harbor::http
