#pragma once
// The text of a stream: HTTP's head and the frames of CONTRACTS "Stream", in the event stream
// format (HTML standard, section 9.2.5). Pure. Every frame ends with its empty line.

#include <cstdint>
#include <string>
#include <string_view>

#include "events/log.h"

namespace harbor::sse {

/// The CGI head of a stream's answer.
std::string stream_head();

/// What is answered instead of a stream: one row per refusal.
enum class Refusal { bad_request, revoked, unknown_tenant, bad_method, capacity, unavailable };

/// Head and problem+json body (RFC 9457). `request_id` is written where it is plain ASCII.
std::string refusal_answer(Refusal refusal, std::string_view request_id);

/// For log lines: "revoked", "capacity", …
std::string_view describe(Refusal refusal);

/// `retry:` alone, as the first field of the next frame or, with an empty line, on its own.
std::string retry_field(std::int64_t retry_ms);

struct Hello {
  std::string_view epoch;
  std::int64_t seq = 0;  ///< where the stream goes on from
  std::int64_t behind = 0;
  bool gap = false;
  events::VersionedCounts counts = {};
  std::int64_t heartbeat_ms = 0;
  std::string_view session_expires_at = {};  ///< RFC 3339
};
std::string hello_frame(const Hello& hello);

std::string event_frame(std::string_view tenant, std::string_view epoch,
                        const events::Event& event);

/// Without id: comes right before its event.
std::string count_frame(std::string_view tenant, const events::Counts& counts,
                        std::int64_t version);

std::string heartbeat_frame(std::string_view epoch, std::int64_t seq);

enum class ResyncReason { overflow, gap };
std::string resync_frame(std::string_view epoch, std::int64_t seq, ResyncReason reason,
                         const events::VersionedCounts& counts);

enum class ByeReason { drain, expired, revoked, replaced };
std::string_view describe(ByeReason reason);

/// With `retry:` of the same value before it.
std::string bye_frame(ByeReason reason, std::int64_t reconnect_after_ms);

}  // namespace harbor::sse
