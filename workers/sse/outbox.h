#pragma once
// What waits to be written to one connection: buffers, some shared with other streams, in order.
// Only whole buffers can be dropped: what has begun to leave must be finished, or the reader
// would find one record inside another.

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace harbor::sse {

using Buffer = std::shared_ptr<const std::string>;

inline Buffer make_buffer(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

class Outbox {
 public:
  void push(Buffer buffer);
  void push(std::string bytes) { push(make_buffer(std::move(bytes))); }

  bool empty() const { return bytes_ == 0; }
  std::size_t bytes() const { return bytes_; }

  /// Fills `into` with what comes next; how many entries were used.
  std::size_t gather(std::span<iovec> into) const;

  /// The first `count` bytes have left. Precondition: count <= bytes().
  void consume(std::size_t count);

  /// Forgets every buffer of which no byte has left. False if there was none.
  bool drop_unwritten();

  /// Forgets every buffer but the next to leave, be it begun or not.
  void drop_all_but_first();

 private:
  void keep(std::size_t count);

  // A vector with a moving start: an idle stream then holds no memory for its queue.
  std::vector<Buffer> buffers_;
  std::size_t first_ = 0;
  std::size_t written_ = 0;  ///< of buffers_[first_]
  std::size_t bytes_ = 0;
};

}  // namespace harbor::sse
