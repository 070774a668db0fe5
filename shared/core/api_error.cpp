#include "core/api_error.h"

#include <stdexcept>

namespace harbor {
namespace {

constexpr ErrorRow kCatalogue[] = {
    {"json_syntax", 400, "The body is not valid JSON"},
    {"json_depth", 400, "The JSON body is nested too deeply"},
    {"json_utf8", 400, "The JSON body is not valid UTF-8"},
    {"json_duplicate_key", 400, "A key stands twice in the JSON body"},
    {"body_incomplete", 400, "The body is shorter than announced"},
    {"unknown_key", 400, "The request has an unknown key"},
    {"missing_key", 400, "The request lacks a key"},
    {"wrong_type", 400, "A value has the wrong type"},
    {"bad_value", 400, "A value cannot be read"},
    {"bad_request", 400, "The request cannot be read"},
    {"not_signed_in", 401, "No valid session"},
    {"wrong_credentials", 401, "The address or the password is wrong"},
    {"token_refused", 401, "The token is not accepted"},
    {"cross_site", 403, "A cross-site request is not accepted"},
    {"not_allowed", 403, "Not allowed"},
    {"read_only", 403, "Messages can only be read at present"},
    {"barred", 403, "An administrator has barred you from writing in this tenant"},
    {"recent_login_required", 403, "A recent sign-in is required"},
    {"not_a_member", 403, "Only members of the tenant may do this"},
    {"not_found", 404, "Not found"},
    {"method_not_allowed", 405, "The route does not have this method"},
    {"already_recalled", 409, "The message was recalled; nothing is left of it"},
    {"already_read", 409, "The message was read, and is then not recalled here"},
    {"recall_window_over", 409, "The message is too old to be recalled"},
    {"not_direct", 409, "Only direct messages are changed here"},
    {"stale", 412, "The message has changed since; read it again"},
    {"too_large", 413, "The body is too large"},
    {"unsupported_media_type", 415, "The body must be application/json"},
    {"invalid", 422, "The request cannot be accepted"},
    {"idempotency_key_reused", 422, "The idempotency key was used with another body"},
    {"too_many_requests", 429, "Too many requests"},
    {"internal", 500, "Something went wrong here"},
    {"busy", 503, "Too busy; nothing was changed"},
    {"outcome_unknown", 503, "The outcome is unknown; repeat with the same Idempotency-Key"},
    {"messaging_off", 503, "Messaging is switched off here"},
    {"unavailable", 503, "A dependency is unavailable"},
};

const ErrorRow& catalogue_row(std::string_view code) {
  for (const ErrorRow& row : kCatalogue) {
    if (row.code == code) return row;
  }
  throw std::logic_error("no such error: " + std::string(code));
}

}  // namespace

std::span<const ErrorRow> error_catalogue() { return kCatalogue; }

ApiError::ApiError(std::string_view code, std::string detail, std::string field)
    : row_(&catalogue_row(code)), detail_(std::move(detail)), field_(std::move(field)) {}

ApiError::ApiError(std::vector<FieldError> errors)
    : row_(&catalogue_row("invalid")), errors_(std::move(errors)) {
  if (!errors_.empty()) field_ = errors_.front().field;
}

ApiError&& ApiError::retry_after(std::int64_t seconds) && {
  retry_after_seconds_ = seconds;
  return std::move(*this);
}

}  // namespace harbor
