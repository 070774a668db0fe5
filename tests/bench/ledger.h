#pragma once
// Who must receive what, and who has: every delivery is counted, and a measurement with one
// missing, doubled or at the wrong reader is none. Pure.

#include <boost/json/object.hpp>
#include <cstdint>
#include <vector>

#include "latency.h"
#include "plan.h"

namespace harbor::bench {

class Ledger {
 public:
  Ledger(const std::vector<Post>& posts, std::size_t streams);

  /// The post leaves; its delays are counted from here.
  void posted(std::size_t post, std::int64_t at_ns) { posted_at_[post] = at_ns; }
  void answered(std::size_t post, std::int64_t at_ns);
  void received(std::size_t post, std::uint32_t stream, std::int64_t at_ns);

  std::size_t answered_posts() const { return answers_.count(); }
  bool all_received() const { return outstanding_ == 0; }

  /// {"posts", "deliveries", "missing", "doubled", "stray", "answer_us", "delay_us", "last_us"}:
  /// POST → its answer, POST → each delivery, POST → the last of its deliveries.
  boost::json::object report() const;
  bool is_right() const { return outstanding_ == 0 && doubled_ == 0 && stray_ == 0; }

 private:
  enum class Mark : std::uint8_t { not_for_it, awaited, received };

  Mark& mark(std::size_t post, std::uint32_t stream) { return marks_[post * streams_ + stream]; }

  const std::size_t streams_;
  std::vector<Mark> marks_;  ///< posts × streams
  std::vector<std::int64_t> posted_at_;
  std::vector<std::int64_t> last_at_;
  std::size_t outstanding_ = 0;
  std::size_t doubled_ = 0;
  std::size_t stray_ = 0;
  Latencies answers_;
  Latencies delays_;
};

}  // namespace harbor::bench
