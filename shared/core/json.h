#pragma once
// JSON as Harbor takes it: RFC 8259, UTF-8 only, bounded depth, no duplicate keys, no number beyond
// a double. The parser is Boost.JSON; the rules it does not have are checked here.

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace harbor {

namespace json = boost::json;

/// Why a text is not acceptable JSON. `code` is stable: json_syntax, json_depth, json_utf8,
/// json_duplicate_key.
struct JsonFault {
  std::string_view code;
  std::string detail;
};

/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const JsonFault& fault, const boost::source_location&);

/// A whole document, nested at most `depth` deep. Never throws on input, whatever the bytes.
boost::system::result<json::value, JsonFault> parse_json(std::string_view text, std::size_t depth);

}  // namespace harbor
