#include "sse/outbox.h"

#include <cassert>

namespace harbor::sse {

void Outbox::push(Buffer buffer) {
  if (buffer->empty()) return;
  bytes_ += buffer->size();
  buffers_.push_back(std::move(buffer));
}

std::size_t Outbox::gather(std::span<iovec> into) const {
  std::size_t count = 0;
  std::size_t skip = written_;
  for (std::size_t i = first_; i < buffers_.size() && count < into.size(); ++i) {
    const std::string& bytes = *buffers_[i];
    // writev(2) only reads; its interface predates const.
    into[count].iov_base = const_cast<char*>(bytes.data() + skip);
    into[count].iov_len = bytes.size() - skip;
    skip = 0;
    ++count;
  }
  return count;
}

void Outbox::consume(std::size_t count) {
  assert(count <= bytes_);
  bytes_ -= count;
  written_ += count;
  while (first_ < buffers_.size() && written_ >= buffers_[first_]->size()) {
    written_ -= buffers_[first_]->size();
    buffers_[first_++].reset();
  }
  if (bytes_ == 0) {
    buffers_ = {};
    first_ = 0;
  } else if (first_ >= 64 && first_ * 2 >= buffers_.size()) {
    buffers_.erase(buffers_.begin(), buffers_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

bool Outbox::drop_unwritten() {
  const std::size_t begun = written_ > 0 ? 1 : 0;
  if (first_ + begun == buffers_.size()) return false;
  keep(begun);
  return true;
}

void Outbox::drop_all_but_first() {
  if (first_ < buffers_.size()) keep(1);
}

// The next `count` buffers, 0 or 1; nothing of the rest has left.
void Outbox::keep(std::size_t count) {
  buffers_.resize(first_ + count);
  bytes_ = count == 0 ? 0 : buffers_[first_]->size() - written_;
  if (bytes_ > 0) return;
  buffers_ = {};
  first_ = 0;
}

}  // namespace harbor::sse
