#include "api/answers.h"

namespace harbor::api {

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

json::value number_text(const std::optional<std::int64_t>& number) {
  return number ? json::value(std::to_string(*number)) : json::value(nullptr);
}

std::string head_cursor(const Context& context) {
  return events::format_cursor(events::read_head(*context.view, context.standing.tenant)->cursor());
}

messaging::Viewer viewer_of(const Context& context) {
  return {context.caller.email, context.standing.is_admin,
          context.settings.limits.recipients_shown};
}

}  // namespace harbor::api
