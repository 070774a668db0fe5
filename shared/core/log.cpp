#include "core/log.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "core/clock.h"

namespace harbor {
namespace {

struct Identity {
  std::string part = "harbor";
  LogLevel lowest = LogLevel::info;
  // journald reads a "<priority>" prefix where systemd connected the stream.
  bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
};

Identity& identity() {
  static Identity self;
  return self;
}

struct LevelName {
  const char* name;
  const char* priority;  // syslog's, RFC 5424 section 6.2.1
};

LevelName level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return {"debug", "<7>"};
    case LogLevel::info: return {"info", "<6>"};
    case LogLevel::warning: return {"warning", "<4>"};
    case LogLevel::error: return {"error", "<3>"};
  }
  return {"error", "<3>"};
}

bool is_plain(std::string_view value) {
  for (const char c : value) {
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return false;
  }
  return !value.empty();
}

void append_escaped(std::string& line, char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    line += '\\';
    line += c;
  } else if (byte < 0x20 || byte == 0x7f) {
    char text[8];
    std::snprintf(text, sizeof text, "\\x%02x", byte);
    line += text;
  } else {
    line += c;
  }
}

void write_line(LogLevel level, std::string_view message, LogFields fields) {
  const Identity& self = identity();
  if (level < self.lowest) return;
  const auto [name, priority] = level_name(level);
  std::string line = self.journal ? priority : "ts=" + now_rfc3339() + " ";
  line += "level=";
  line += name;
  line += " part=" + self.part + " pid=" + std::to_string(::getpid());
  line += " msg=" + log_quoted(message);
  for (const LogField& field : fields) line += " " + field.key + "=" + log_quoted(field.value);
  line += '\n';
  // A full or closed stderr must not stop the product: the line is then lost.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void log_as(std::string_view part, LogLevel lowest) {
  identity().part = part;
  identity().lowest = lowest;
}

std::string log_quoted(std::string_view value) {
  if (is_plain(value)) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) append_escaped(quoted, c);
  return quoted + '"';
}

void log_debug(std::string_view message, LogFields fields) {
  write_line(LogLevel::debug, message, fields);
}
void log_info(std::string_view message, LogFields fields) {
  write_line(LogLevel::info, message, fields);
}
void log_warning(std::string_view message, LogFields fields) {
  write_line(LogLevel::warning, message, fields);
}
void log_error(std::string_view message, LogFields fields) {
  write_line(LogLevel::error, message, fields);
}

}  // namespace harbor
