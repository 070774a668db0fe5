#include "core/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

namespace harbor {
namespace {

using boost::json::error_code;
using boost::json::string_view;

// A handler for Boost's SAX parser with the rules that the parser does not have. It keeps nothing
// but the keys of the open objects.
class FurtherRules {
 public:
  constexpr static std::size_t max_object_size = std::size_t(-1);
  constexpr static std::size_t max_array_size = std::size_t(-1);
  constexpr static std::size_t max_key_size = std::size_t(-1);
  constexpr static std::size_t max_string_size = std::size_t(-1);

  /// Set where parsing ended with an error.
  const JsonFault& fault() const { return fault_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    open_.pop_back();
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code& error) {
    key_.append(part.data(), part.size());
    if (open_.back().insert(key_).second) {
      key_.clear();
      return true;
    }
    return refuse({"json_duplicate_key", "the key " + key_ + " stands twice"}, error);
  }
  bool on_string_part(string_view, std::size_t, error_code&) { return true; }
  bool on_string(string_view, std::size_t, error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return true; }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return true; }
  // The parser makes an infinity of it, which could not be written as JSON again.
  bool on_double(double number, string_view, error_code& error) {
    if (std::isfinite(number)) return true;
    return refuse({"json_syntax", "a number is too large"}, error);
  }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool refuse(JsonFault fault, error_code& error) {
    fault_ = std::move(fault);
    error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    return false;
  }

  std::vector<std::set<std::string>> open_;
  std::string key_;
  JsonFault fault_;
};

JsonFault fault_of(const error_code& error) {
  if (error == boost::json::error::too_deep) return {"json_depth", "nested too deeply"};
  if (error == boost::json::error::illegal_leading_surrogate ||
      error == boost::json::error::illegal_trailing_surrogate ||
      error == boost::json::error::expected_utf16_escape) {
    return {"json_utf8", "a string is not valid Unicode"};
  }
  return {"json_syntax", error.message()};
}

}  // namespace

void throw_exception_from_error(const JsonFault& fault, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked JSON: " + fault.detail);
}

boost::system::result<json::value, JsonFault> parse_json(std::string_view text, std::size_t depth) {
  json::parse_options options;
  options.max_depth = depth;
  error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return fault_of(error);

  json::basic_parser<FurtherRules> rules(options);
  rules.write_some(false, text.data(), text.size(), error);
  if (error) return rules.handler().fault();
  return value;
}

}  // namespace harbor
