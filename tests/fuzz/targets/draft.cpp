// The body of POST send, from its bytes to the draft: it is refused with 400 or 422 naming what is
// at fault, or everything in it is within the limits.
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "../fuzz.h"
#include "core/api_error.h"
#include "core/config.h"
#include "core/json.h"
#include "core/text.h"
#include "messaging/send.h"

namespace {

using namespace harbor;
using fuzz::require;
using messaging::Draft;

const Config& config() {
  static const Config defaults = default_config();
  return defaults;
}

template <typename T>
bool is_at_most(const T& size, std::int64_t limit) {
  return size <= static_cast<std::size_t>(limit);
}

void check_link(const messaging::WebLink& link) {
  messaging::WebLink again;
  require(messaging::read_web_link(link.url, again) && again.url == link.url &&
              again.domain == link.domain,
          "a link is read as it was kept", link.url);
  require(link.url.starts_with("http://") || link.url.starts_with("https://"),
          "a link is http or https", link.url);
}

void check_taken(const Draft& draft) {
  const Config::Limits& limits = config().limits;
  require(!draft.subject.empty() && is_at_most(code_points(draft.subject), limits.subject) &&
              trim(without_controls(draft.subject)) == draft.subject,
          "a subject is a bounded line", draft.subject);
  require(is_at_most(draft.body.size(), limits.body) && draft.body.find('\0') == std::string::npos,
          "a body is bounded");
  require(is_utf8(draft.subject) && is_utf8(draft.body), "texts are UTF-8");
  require(is_at_most(draft.recipients.size(), limits.recipients), "recipients are bounded");
  require(is_at_most(draft.roles.size(), limits.roles), "roles are bounded");
  require(is_at_most(draft.links.size(), limits.links), "links are bounded");
  require(messaging::is_priority(draft.priority), "a priority is one", draft.priority);
  std::for_each(draft.links.begin(), draft.links.end(), check_link);
}

void check_refused(const ApiError& error) {
  const int status = error.row().status;
  require(status == 400 || status == 422, "a refusal is the client's fault", error.what());
  require(status != 422 || !error.errors().empty(), "a 422 names its fields", error.what());
  for (const FieldError& field : error.errors()) {
    require(!field.field.empty() && !field.code.empty(), "a field error is whole");
  }
}

bool is_same(const Draft& one, const Draft& other) {
  const auto same_link = [](const auto& a, const auto& b) { return a.url == b.url; };
  return one.tenant == other.tenant && one.subject == other.subject && one.body == other.body &&
         one.recipients == other.recipients && one.roles == other.roles &&
         one.priority == other.priority && one.expires_at == other.expires_at &&
         one.reply_to == other.reply_to &&
         std::equal(one.links.begin(), one.links.end(), other.links.begin(), other.links.end(),
                    same_link);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto body = parse_json(text, static_cast<std::size_t>(config().http.json_depth));
  if (body.has_error()) return 0;
  try {
    const Draft draft = messaging::read_draft(*body, config().limits);
    check_taken(draft);
    const auto again = parse_json(json::serialize(*body), 64);
    require(is_same(draft, messaging::read_draft(*again, config().limits)),
            "the same body is the same draft", text);
  } catch (const ApiError& error) {
    check_refused(error);
  }
  return 0;
}
