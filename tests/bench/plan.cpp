#include "plan.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include "failure.h"

namespace harbor::bench {
namespace {

namespace json = boost::json;

json::object parse(std::string_view text) {
  boost::system::error_code error;
  json::value document = json::parse({text.data(), text.size()}, error);
  if (error || !document.is_object()) throw Failure("the plan is not a JSON object");
  return std::move(document.get_object());
}

template <class T>
T get(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) throw Failure("the plan has no " + std::string(name));
  return json::value_to<T>(*value);
}

std::int64_t nanoseconds(const json::object& object, std::string_view name) {
  return static_cast<std::int64_t>(get<double>(object, name) * 1e9);
}

Post read_post(const json::object& object, std::size_t streams) {
  Post post{.at_ns = nanoseconds(object, "at"),
            .request = get<std::string>(object, "request"),
            .audience = get<std::vector<std::uint32_t>>(object, "audience")};
  const bool known = std::all_of(post.audience.begin(), post.audience.end(),
                                 [&](std::uint32_t stream) { return stream < streams; });
  if (!known) throw Failure("the plan names a stream that it does not open");
  return post;
}

}  // namespace

RequestPlan read_request_plan(std::string_view text) {
  const json::object plan = parse(text);
  RequestPlan result{.port = get<int>(plan, "port"),
                     .expect = get<int>(plan, "expect"),
                     .clients = get<std::size_t>(plan, "clients"),
                     .warmup_ns = nanoseconds(plan, "warmup"),
                     .measured_ns = nanoseconds(plan, "seconds"),
                     .requests = get<std::vector<std::string>>(plan, "requests")};
  if (result.requests.empty() || result.clients == 0) throw Failure("the plan has nothing to ask");
  return result;
}

StreamPlan read_stream_plan(std::string_view text) {
  const json::object plan = parse(text);
  StreamPlan result{.port = get<int>(plan, "port"),
                    .expect = get<int>(plan, "expect"),
                    .streams = get<std::vector<std::string>>(plan, "streams"),
                    .greeting = get<std::string>(plan, "greeting"),
                    .mark = get<std::string>(plan, "mark"),
                    .grace_ns = nanoseconds(plan, "grace"),
                    .posts = {}};
  if (result.mark.empty()) throw Failure("the plan has no mark to know its posts by");
  for (const json::value& post : plan.at("posts").as_array()) {
    result.posts.push_back(read_post(post.as_object(), result.streams.size()));
  }
  return result;
}

}  // namespace harbor::bench
