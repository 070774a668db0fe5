#include "ledger.h"

#include <algorithm>

namespace harbor::bench {

Ledger::Ledger(const std::vector<Post>& posts, std::size_t streams)
    : streams_(streams),
      marks_(posts.size() * streams, Mark::not_for_it),
      posted_at_(posts.size()),
      last_at_(posts.size()) {
  for (std::size_t post = 0; post < posts.size(); ++post) {
    for (const std::uint32_t stream : posts[post].audience) mark(post, stream) = Mark::awaited;
  }
  outstanding_ = static_cast<std::size_t>(std::count(marks_.begin(), marks_.end(), Mark::awaited));
}

void Ledger::answered(std::size_t post, std::int64_t at_ns) {
  answers_.add(at_ns - posted_at_[post]);
}

void Ledger::received(std::size_t post, std::uint32_t stream, std::int64_t at_ns) {
  // One that was not sent yet is somebody else's who uses the same mark.
  if (post >= posted_at_.size() || posted_at_[post] == 0) {
    ++stray_;
    return;
  }
  Mark& known = mark(post, stream);
  if (known == Mark::not_for_it) ++stray_;
  if (known == Mark::received) ++doubled_;
  if (known != Mark::awaited) return;
  known = Mark::received;
  --outstanding_;
  delays_.add(at_ns - posted_at_[post]);
  last_at_[post] = std::max(last_at_[post], at_ns);
}

boost::json::object Ledger::report() const {
  Latencies last;
  for (std::size_t post = 0; post < last_at_.size(); ++post) {
    if (last_at_[post] != 0) last.add(last_at_[post] - posted_at_[post]);
  }
  return {{"posts", answers_.count()},
          {"deliveries", delays_.count()},
          {"missing", outstanding_},
          {"doubled", doubled_},
          {"stray", stray_},
          {"answer_us", answers_.summary()},
          {"delay_us", delays_.summary()},
          {"last_us", last.summary()}};
}

}  // namespace harbor::bench
