#pragma once
// A question to a worker over its own socket, as nginx asks it: FastCGI 1.0, one request without
// a body on one connection. For harborctl, which wants to hear from a worker itself.

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harbor::http {

using FastcgiParams = std::vector<std::pair<std::string_view, std::string_view>>;

struct FastcgiAnswer {
  int status = 200;  ///< of the CGI header Status
  std::string body;
};

/// Why there is no answer, for people.
struct NoAnswer {
  std::string why;
};

/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const NoAnswer& none, const boost::source_location&);

/// The request's bytes. Precondition: the params fit into one record (65,535 bytes).
std::string fastcgi_question(const FastcgiParams& params);

/// Reads what a worker answered, from its first byte to its last. Never throws on input.
boost::system::result<FastcgiAnswer, NoAnswer> read_fastcgi_answer(std::string_view bytes);

/// Connects to the unix socket, asks, and waits for the whole answer, at most `timeout_ms`. An
/// answer is at most 1 MiB.
boost::system::result<FastcgiAnswer, NoAnswer>
ask_fastcgi(const std::string& socket, const FastcgiParams& params, std::int64_t timeout_ms);

}  // namespace harbor::http
