#pragma once
// What a handler answers.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/api_error.h"
#include "core/json.h"

namespace harbor::http {

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  Reply&& with(std::string name, std::string value) &&;
};

Reply json_reply(const json::object& object, int status = 200);

/// 204.
Reply no_content();

/// RFC 9457, with Retry-After where the error has one (and always for a 503).
Reply problem_reply(const ApiError& error, std::string_view request_id);

/// The reason phrase of RFC 9110 for the statuses that Harbor sends.
std::string_view reason_phrase(int status);

}  // namespace harbor::http
