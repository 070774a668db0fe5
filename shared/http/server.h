#pragma once
// The acceptor and the threads of a REST worker. One thread accepts; each connection is one
// request (no FastCGI keep-alive) and is served by one of the pool.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
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

  /// True while connections wait and no request has ended for so long that only a restart helps.
  bool is_stuck() const;

 private:
  void accept_connections();
  bool wait_for_connection() const;
  void enqueue(UniqueFd connection);
  void serve_requests();
  void count_request();

  const UniqueFd listener_;
  const Config::Http config_;
  const Handler handler_;
  const UniqueFd stop_;
  const UniqueFd retired_;
  const UniqueFd incoming_;  ///< epoll of the listener and of `stop_`
  const std::int64_t retire_at_;
  std::atomic<std::int64_t> served_{0};
  std::atomic<std::int64_t> last_end_ms_;

  mutable std::mutex mutex_;
  std::condition_variable work_came_;   ///< for the pool
  std::condition_variable work_ended_;  ///< for the acceptor and for drain: one left the queue or ended
  std::deque<UniqueFd> waiting_;
  std::size_t in_work_ = 0;
  bool accepting_ = true;

  std::thread acceptor_;
  std::vector<std::thread> pool_;
};

}  // namespace harbor::http
