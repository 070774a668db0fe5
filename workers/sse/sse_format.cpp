#include "sse/sse_format.h"

#include <algorithm>

namespace harbor::sse {
namespace {

struct RefusalRow {
  Refusal refusal;
  int status;
  std::string_view title;
  std::string_view code;
  std::string_view detail;
};

constexpr RefusalRow kRefusals[] = {
    {Refusal::bad_request, 500, "Internal Server Error", "stream_not_authorised",
     "The stream came here without being authorised."},
    {Refusal::revoked, 403, "Forbidden", "revoked", "The right to this stream was taken away."},
    {Refusal::unknown_tenant, 404, "Not Found", "not_found", "There is no such tenant."},
    {Refusal::bad_method, 405, "Method Not Allowed", "method_not_allowed",
     "A stream is opened by GET."},
    {Refusal::capacity, 503, "Service Unavailable", "capacity",
     "No further stream can be opened at the moment."},
    {Refusal::unavailable, 503, "Service Unavailable", "unavailable",
     "The event log cannot be read at the moment."},
};

const RefusalRow& row_of(Refusal refusal) {
  return *std::find_if(std::begin(kRefusals), std::end(kRefusals),
                       [&](const RefusalRow& row) { return row.refusal == refusal; });
}

bool is_plain_id(std::string_view id) {
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  return id.size() <= 64 && std::all_of(id.begin(), id.end(), plain);
}

void append_number(std::string& out, std::string_view key, std::int64_t number) {
  out += ",\"";
  out += key;
  out += "\":" + std::to_string(number);
}

std::string cursor_text(std::string_view epoch, std::int64_t seq) {
  return events::format_cursor(epoch, seq);
}

// Seconds as JSON writes them: 25, or 0.25 where it is not a whole number.
std::string seconds_text(std::int64_t milliseconds) {
  std::string text = std::to_string(milliseconds / 1000);
  std::int64_t rest = milliseconds % 1000;
  if (rest == 0) return text;
  std::string digits = std::to_string(1000 + rest).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + "." + digits;
}

// One data field per line: a line break within `data` would otherwise start a field of its own.
void append_data(std::string& out, std::string_view data) {
  while (true) {
    const auto end = data.find_first_of("\r\n");
    out += "data: ";
    out += data.substr(0, end);
    out += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
}

std::string frame(std::string_view type, std::string_view data, std::string_view id = {}) {
  std::string out;
  out.reserve(32 + type.size() + data.size() + id.size());
  if (!id.empty()) {
    out += "id: ";
    out += id;
    out += '\n';
  }
  out += "event: ";
  out += type;
  out += '\n';
  append_data(out, data);
  return out + '\n';
}

void append_counts(std::string& out, const events::VersionedCounts& counts) {
  append_number(out, "unread", counts.unread);
  append_number(out, "unseen", counts.unseen);
  append_number(out, "version", counts.version);
}

}  // namespace

std::string stream_head() {
  return "Content-Type: text/event-stream; charset=utf-8\r\n"
         "Cache-Control: no-store\r\n"
         "X-Accel-Buffering: no\r\n"
         "\r\n";
}

std::string_view describe(Refusal refusal) { return row_of(refusal).code; }

std::string refusal_answer(Refusal refusal, std::string_view request_id) {
  const RefusalRow& row = row_of(refusal);
  const std::string status = std::to_string(row.status);
  std::string answer = "Status: " + status + " " + std::string(row.title) +
                       "\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n";
  if (row.status == 503) answer += "Retry-After: 5\r\n";
  if (row.status == 405) answer += "Allow: GET, HEAD\r\n";
  answer += "\r\n{\"type\":\"about:blank\",\"title\":\"" + std::string(row.title) +
            "\",\"status\":" + status + ",\"detail\":\"" + std::string(row.detail) +
            "\",\"code\":\"" + std::string(row.code) + "\"";
  if (!request_id.empty() && is_plain_id(request_id)) {
    answer += ",\"requestId\":\"" + std::string(request_id) + "\"";
  }
  return answer + "}\n";
}

std::string retry_field(std::int64_t retry_ms) {
  return "retry: " + std::to_string(std::max<std::int64_t>(retry_ms, 0)) + "\n";
}

std::string hello_frame(const Hello& hello) {
  const std::string cursor = cursor_text(hello.epoch, hello.seq);
  std::string data =
      "{\"epoch\":\"" + std::string(hello.epoch) + "\",\"cursor\":\"" + cursor + "\"";
  append_number(data, "behind", hello.behind);
  data += hello.gap ? ",\"gap\":true" : ",\"gap\":false";
  append_counts(data, hello.counts);
  data += ",\"heartbeatSeconds\":" + seconds_text(hello.heartbeat_ms);
  data += ",\"sessionExpiresAt\":\"" + std::string(hello.session_expires_at) + "\"}";
  return frame("hello", data, cursor);
}

std::string event_frame(std::string_view tenant, std::string_view epoch,
                        const events::Event& event) {
  return frame(event.type, events::event_json(tenant, event), cursor_text(epoch, event.seq));
}

std::string count_frame(std::string_view tenant, const events::Counts& counts,
                        std::int64_t version) {
  std::string data = "{\"tenantId\":\"" + std::string(tenant) + "\"";
  append_number(data, "unread", counts.unread);
  append_number(data, "unseen", counts.unseen);
  append_number(data, "version", version);
  return frame("unread:count", data + "}");
}

std::string heartbeat_frame(std::string_view epoch, std::int64_t seq) {
  const std::string cursor = cursor_text(epoch, seq);
  return frame("heartbeat", "{\"cursor\":\"" + cursor + "\"}", cursor);
}

std::string resync_frame(std::string_view epoch, std::int64_t seq, ResyncReason reason,
                         const events::VersionedCounts& counts) {
  const std::string cursor = cursor_text(epoch, seq);
  std::string data = "{\"cursor\":\"" + cursor + "\",\"reason\":\"";
  data += reason == ResyncReason::overflow ? "overflow" : "gap";
  data += '"';
  append_counts(data, counts);
  return frame("resync", data + "}", cursor);
}

std::string_view describe(ByeReason reason) {
  switch (reason) {
    case ByeReason::drain: return "drain";
    case ByeReason::expired: return "expired";
    case ByeReason::revoked: return "revoked";
    case ByeReason::replaced: return "replaced";
  }
  return "drain";
}

std::string bye_frame(ByeReason reason, std::int64_t reconnect_after_ms) {
  const std::string data = "{\"reason\":\"" + std::string(describe(reason)) +
                           "\",\"reconnectAfterMs\":" + std::to_string(reconnect_after_ms) + "}";
  return retry_field(reconnect_after_ms) + frame("bye", data);
}

}  // namespace harbor::sse
