#pragma once
// What the client is to do, read from a JSON document. Requests are given whole, as they go over
// the wire: who asks what of which product is the driver's business.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::bench {

/// {"port", "expect", "clients", "warmup", "seconds", "requests": ["POST …"]}
struct RequestPlan {
  int port = 0;
  int expect = 0;              ///< the status of every answer
  std::size_t clients = 0;     ///< each has one request under way at any time
  std::int64_t warmup_ns = 0;  ///< in which nothing is counted
  std::int64_t measured_ns = 0;
  std::vector<std::string> requests;  ///< client i begins with the i-th and goes round
};

/// One paced POST: {"at", "request", "audience": [stream…]}
struct Post {
  std::int64_t at_ns = 0;  ///< after the start
  std::string request;
  std::vector<std::uint32_t> audience;  ///< the streams that must receive it, each once
};

/// {"port", "expect", "streams": ["GET …"], "greeting", "mark", "grace", "posts": [Post…]}
///
/// A frame that carries `mark` followed by N and '#' is the delivery of the N-th post.
struct StreamPlan {
  int port = 0;
  int expect = 0;                    ///< the status of every POST's answer
  std::vector<std::string> streams;  ///< requests that open them
  std::string greeting;              ///< a stream is open once it has sent this; empty: with 200
  std::string mark;
  std::int64_t grace_ns = 0;  ///< how long after the last answer a delivery may come
  std::vector<Post> posts;    ///< by rising time
};

/// Throw Failure naming what is wrong.
RequestPlan read_request_plan(std::string_view json);
StreamPlan read_stream_plan(std::string_view json);

}  // namespace harbor::bench
