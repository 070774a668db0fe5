// What stands in a request's head: the query (first line of the input) and the Cookie header (the
// rest). Whatever a reader asks for, a fault is a 400 that names the parameter.
#include <algorithm>
#include <boost/json/value.hpp>

#include "../fuzz.h"
#include "core/api_error.h"
#include "core/text.h"
#include "http/request.h"

namespace {

using namespace harbor;
using fuzz::require;

constexpr std::string_view kNames[] = {"tenantId", "limit", "unread", "cursor", "q", ""};

// The answer of `read`, or nothing where it refuses; then it says which parameter.
template <typename Read>
auto read_or_refuse(std::string_view name, const Read& read) -> decltype(read()) {
  try {
    return read();
  } catch (const ApiError& error) {
    require(error.row().status == 400 && error.field() == name, "a fault is a 400 of its name",
            error.what());
    return {};
  }
}

void check_parameter(http::Parameters& query, std::string_view name) {
  const auto bytes = query.bytes(name);
  const auto text = read_or_refuse(name, [&] { return query.text(name); });
  require(!bytes || is_utf8(*bytes) == text.has_value(), "a text is UTF-8");
  require(!text || text == bytes, "a text is its bytes");
  const auto number = read_or_refuse(name, [&] { return query.integer(name); });
  require(!number || std::to_string(*number) == text, "a number reads as it stands");
  const auto flag = read_or_refuse(name, [&] { return query.boolean(name); });
  require(!flag || text == (*flag ? "true" : "false"), "a flag reads as it stands");
}

void check_limit(http::Parameters& query) {
  std::int64_t limit = 50;
  try {
    limit = query.limit(50, 200);
  } catch (const ApiError& error) {
    require(error.row().status == 400 && error.field() == "limit", "a limit is refused by name");
  }
  require(limit >= 1 && limit <= 200, "a limit is within its bounds");
}

void check_query(std::string_view text) {
  try {
    http::Parameters query(text);
    for (const std::string_view name : kNames) check_parameter(query, name);
    check_limit(query);
    query.finish();
  } catch (const ApiError& error) {
    require(error.row().status == 400, "a query's fault is a 400", error.what());
  }
}

std::string percent_encoded(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += '%';
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

void check_round_trip(std::string_view bytes) {
  require(percent_decode(percent_encoded(bytes), true) == bytes, "an encoded text is decoded");
  http::Parameters query("q=" + percent_encoded(bytes) + "&unread=true");
  require(query.bytes("q") == bytes, "any bytes come through a query");
  require(query.boolean("unread") == true, "and what stands beside them");
  query.finish();
}

// RFC 6265 section 5.4: the first of that name.
void check_cookie(std::string_view header) {
  http::Request request;
  request.headers["cookie"] = header;
  const auto value = request.cookie("harbor");
  require(value.find(';') == std::string_view::npos, "a cookie ends at its semicolon", value);
  request.headers["cookie"] = "a=b;  harbor=0123-_xyz ; " + std::string(header);
  require(request.cookie("harbor") == "0123-_xyz", "the first cookie of a name is found");
  require(request.header("referer").empty(), "what is not there is empty");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  const std::string_view query = fuzz::take_until(text, '\n');
  check_query(query);
  check_round_trip(query);
  check_cookie(text);
  return 0;
}
