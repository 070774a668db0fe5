#pragma once
// What the worker has done since it started.

#include <cstdint>

namespace harbor::sse {

struct Counters {
  std::int64_t opened = 0;
  std::int64_t refused = 0;
  std::int64_t closed = 0;
  std::int64_t replaced = 0;
  std::int64_t revoked = 0;
  std::int64_t overflows = 0;
  std::int64_t resyncs = 0;
  std::int64_t stuck = 0;   ///< closed by the write deadline
  std::int64_t pages = 0;   ///< read
  std::int64_t events = 0;  ///< encoded
  std::int64_t frames = 0;  ///< events queued to streams
  std::int64_t heartbeats = 0;
  std::int64_t bytes = 0;  ///< written
  std::int64_t read_failures = 0;
};

}  // namespace harbor::sse
