#include "http/reply.h"

#include <boost/json/serialize.hpp>

namespace harbor::http {
namespace {

constexpr std::int64_t kRetryUnavailableSeconds = 2;

json::array field_errors(const ApiError& error) {
  json::array list;
  for (const FieldError& field : error.errors()) {
    list.push_back(json::object{{"field", field.field}, {"code", field.code}});
  }
  return list;
}

}  // namespace

Reply&& Reply::with(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Reply json_reply(const json::object& object, int status) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          json::serialize(object)};
}

Reply no_content() { return {204, {{"Cache-Control", "no-store"}}, {}}; }

Reply problem_reply(const ApiError& error, std::string_view request_id) {
  const ErrorRow& row = error.row();
  json::object problem{
      {"type", "about:blank"}, {"title", row.title},
      {"status", row.status},  {"detail", error.detail().empty() ? row.title : error.detail()},
      {"code", row.code},      {"requestId", request_id}};
  if (!error.field().empty()) problem["field"] = error.field();
  if (!error.errors().empty()) problem["errors"] = field_errors(error);
  Reply reply = json_reply(problem, row.status);
  reply.headers.front().second = "application/problem+json";
  std::int64_t wait = error.retry_after_seconds();
  if (wait == 0 && row.status == 503) wait = kRetryUnavailableSeconds;
  if (wait > 0) reply.headers.emplace_back("Retry-After", std::to_string(wait));
  return reply;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

}  // namespace harbor::http
