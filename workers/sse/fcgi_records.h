#pragma once
// FastCGI 1.0 as a responder behind nginx needs it: a reader of one request, fed with bytes as
// they come, and writers of the answer's records. Pure: no descriptor, no clock, no exception on
// input.
//
// nginx sends one request per connection, id 1: BEGIN_REQUEST (role responder), PARAMS until an
// empty one, STDIN until an empty one. Whatever else comes (another id or role, management
// records, another version, more than the limits allow) is an error that ends the connection.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace harbor::sse {

/// Bounds on one request. A stream has no body to speak of.
struct RequestLimits {
  std::size_t params_bytes = 65'535;  ///< names, values and their lengths together
  std::size_t params_count = 256;
  std::size_t body_bytes = 65'536;  ///< STDIN, which is read and dropped
};

enum class RequestError {
  none,
  bad_version,        ///< not version 1
  bad_request_id,     ///< an id other than 1, also 0 (management)
  bad_role,           ///< not a responder
  bad_begin,          ///< BEGIN_REQUEST of another size
  unexpected_record,  ///< a type that may not come now, or not at all
  params_too_large,
  too_many_params,
  bad_params,  ///< lengths that lead beyond the end
  body_too_large,
  aborted,      ///< ABORT_REQUEST
  bytes_after,  ///< something after the end of the request
};

/// For log lines.
std::string_view describe(RequestError error);

class RequestParser {
 public:
  enum class State { reading, complete, failed };

  explicit RequestParser(RequestLimits limits = {}) : limits_(limits) {}
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Takes the next bytes, in pieces of any size. Once complete or failed it stays so, except
  /// that bytes after the end make a complete request a failed one.
  State feed(std::span<const std::uint8_t> bytes);

  State state() const { return state_; }
  RequestError error() const { return error_; }

  /// The value of a parameter, empty where there is none; the first of that name counts. Valid
  /// while the parser lives and is not fed. Precondition: complete.
  std::string_view param(std::string_view name) const;

 private:
  using Bytes = std::span<const std::uint8_t>;
  enum class Expect { begin, params, body };

  State fail(RequestError error);
  void take_header(Bytes& bytes);
  void take_content(Bytes& bytes);
  void take_padding(Bytes& bytes);
  void start_record();
  void start_params(std::size_t length);
  void start_body(std::size_t length);
  void end_record();
  void end_params();
  bool split_params();

  RequestLimits limits_;
  State state_ = State::reading;
  RequestError error_ = RequestError::none;
  Expect expect_ = Expect::begin;
  std::uint8_t header_[8] = {};
  std::size_t header_got_ = 0;
  std::size_t content_left_ = 0;
  std::size_t padding_left_ = 0;
  std::string begin_;
  std::size_t body_bytes_ = 0;
  std::string params_;
  std::vector<std::pair<std::string_view, std::string_view>> named_;
};

/// `payload` as STDOUT records of request 1, each padded to a multiple of 8 bytes; more than one
/// record where the payload exceeds what one can hold. Empty payload: no record.
std::string stdout_records(std::string_view payload);

/// The records that end request 1: the empty STDOUT, and END_REQUEST (complete, status 0).
std::string end_records();

}  // namespace harbor::sse
