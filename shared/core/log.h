#pragma once
// One line per fact, key=value, to standard error (journald's way in).
//   log_info("stream closed", {{"user", email}, {"reason", "slow"}});
//   → ts=… level=info part=sse pid=812 msg="stream closed" user=bob@acme.example reason=slow
// Never a body, a token or a password. Lines are written with one write(2): they do not mix.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace harbor {

struct LogField {
  std::string key;
  std::string value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}
  template <class N>
  requires(std::is_arithmetic_v<N> && !std::is_same_v<N, bool>) LogField(std::string_view k, N v)
      : key(k), value(std::to_string(v)) {}
};

using LogFields = std::initializer_list<LogField>;

enum class LogLevel { debug, info, warning, error };

/// Names the program in every line; once, at start, before threads.
void log_as(std::string_view part, LogLevel lowest = LogLevel::info);

void log_debug(std::string_view message, LogFields fields = {});
void log_info(std::string_view message, LogFields fields = {});
void log_warning(std::string_view message, LogFields fields = {});
void log_error(std::string_view message, LogFields fields = {});

/// `value` as it stands in a log line: bare where it is plain, else quoted with \-escapes.
std::string log_quoted(std::string_view value);

}  // namespace harbor
