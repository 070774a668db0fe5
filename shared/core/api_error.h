#pragma once
// What a client must hear: a row of the error catalogue, with what is particular to the case.
// Thrown anywhere below a handler, caught once in dispatch, answered as RFC 9457.

#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace harbor {

/// One kind of error: the stable code, its status and its title. The README lists them.
struct ErrorRow {
  std::string_view code;
  int status;
  std::string_view title;
};

std::span<const ErrorRow> error_catalogue();

/// One field of a 422: where, and which rule.
struct FieldError {
  std::string field;  ///< "recipients[2]"
  std::string_view code;
};

class ApiError : public std::exception {
 public:
  /// `code` is a row of the catalogue. `detail` is for the client: it never tells one who may not
  /// see a thing from a thing that is not there.
  explicit ApiError(std::string_view code, std::string detail = {}, std::string field = {});

  /// 422 with one row per field.
  explicit ApiError(std::vector<FieldError> errors);

  ApiError&& retry_after(std::int64_t seconds) &&;

  const ErrorRow& row() const { return *row_; }
  const std::string& detail() const { return detail_; }
  const std::string& field() const { return field_; }
  const std::vector<FieldError>& errors() const { return errors_; }
  std::int64_t retry_after_seconds() const { return retry_after_seconds_; }
  const char* what() const noexcept override { return row_->code.data(); }

 private:
  const ErrorRow* row_;
  std::string detail_;
  std::string field_;
  std::vector<FieldError> errors_;
  std::int64_t retry_after_seconds_ = 0;
};

}  // namespace harbor
