#pragma once
// One HTTP request as FastCGI brought it, independent of the library that parsed it.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace harbor::http {

struct Request {
  std::string method;  ///< "GET"; HEAD is handled as GET
  std::string path;    ///< raw, without the query
  std::string query;   ///< raw, without '?'
  std::string body;
  std::string content_type;  ///< media type only, lower-case
  std::string request_id;    ///< nginx's
  std::string remote_address;
  std::string scheme;                                       ///< "http" or "https"
  bool body_too_large = false;                              ///< `body` is then empty
  bool body_incomplete = false;                             ///< shorter than CONTENT_LENGTH
  std::map<std::string, std::string, std::less<>> headers;  ///< by lower-case name

  /// Empty where there is none.
  std::string_view header(std::string_view lower_case_name) const;
  /// A cookie's value; empty where there is none (RFC 6265 section 5.4).
  std::string_view cookie(std::string_view name) const;
};

/// The query's parameters (application/x-www-form-urlencoded), read like a JSON body's keys:
/// each asked for by name, none twice, none unknown. Errors are 400 naming the parameter.
class Parameters {
 public:
  /// Throws ApiError bad_request on a name that cannot be read or a parameter that stands twice.
  explicit Parameters(std::string_view query);

  /// Throws bad_value where it is not UTF-8 in percent-encoding.
  std::optional<std::string> text(std::string_view name);
  /// The value whatever its bytes: for what has an answer of its own to the unreadable.
  std::optional<std::string> bytes(std::string_view name);
  std::string required_text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<bool> boolean(std::string_view name);

  /// Between 1 and `most`; `fallback` where absent.
  std::int64_t limit(std::int64_t fallback, std::int64_t most);

  /// Throws unknown_key for what nobody asked for.
  void finish() const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> taken_;
};

}  // namespace harbor::http
