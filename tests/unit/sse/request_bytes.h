#pragma once
// What nginx sends, made by hand.

#include <fastcgi.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harbor::sse::test {

using Params = std::vector<std::pair<std::string, std::string>>;

inline std::string record(int type, std::string_view content, int id = 1) {
  const std::size_t padding = (8 - content.size() % 8) % 8;
  std::string bytes;
  for (const std::size_t byte :
       {std::size_t{FCGI_VERSION_1}, static_cast<std::size_t>(type),
        static_cast<std::size_t>(id) >> 8, static_cast<std::size_t>(id) & 0xff, content.size() >> 8,
        content.size() & 0xff, padding, std::size_t{0}}) {
    bytes += static_cast<char>(byte);
  }
  return bytes + std::string(content) + std::string(padding, '\0');
}

inline std::string begin_request(int role = FCGI_RESPONDER) {
  const std::string body{'\0', static_cast<char>(role), '\0', '\0', '\0', '\0', '\0', '\0'};
  return record(FCGI_BEGIN_REQUEST, body);
}

inline void append_length(std::string& bytes, std::size_t length) {
  if (length < 0x80) {
    bytes += static_cast<char>(length);
    return;
  }
  for (const int shift : {24, 16, 8, 0}) {
    const std::size_t top = shift == 24 ? 0x80 : 0;
    bytes += static_cast<char>((length >> shift & 0xff) | top);
  }
}

inline std::string param_bytes(const Params& params) {
  std::string bytes;
  for (const auto& [name, value] : params) {
    append_length(bytes, name.size());
    append_length(bytes, value.size());
    bytes += name + value;
  }
  return bytes;
}

inline std::string request_bytes(const Params& params, std::string_view body = {}) {
  std::string bytes = begin_request();
  if (!params.empty()) bytes += record(FCGI_PARAMS, param_bytes(params));
  bytes += record(FCGI_PARAMS, "");
  if (!body.empty()) bytes += record(FCGI_STDIN, body);
  return bytes + record(FCGI_STDIN, "");
}

}  // namespace harbor::sse::test
