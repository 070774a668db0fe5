// A line of an import, whatever its bytes: it is refused with a reason, or what is read obeys the
// limits and is the same when it is exported and read again.
#include "../fuzz.h"
#include "core/clock.h"
#include "core/text.h"
#include "messaging/archive.h"

namespace {

using namespace harbor;
using fuzz::require;
using messaging::ArchivedMessage;

bool is_same(const ArchivedMessage& one, const ArchivedMessage& other) {
  return one.id == other.id && one.in_reply_to == other.in_reply_to && one.date == other.date &&
         one.from == other.from && one.from_name == other.from_name && one.to == other.to &&
         one.subject == other.subject && one.body == other.body;
}

void check_taken(const ArchivedMessage& message, const Config::Limits& limits) {
  require(!message.id.empty(), "a message has an id");
  require(parse_rfc3339(message.date).has_value(), "a date is one", message.date);
  require(normal_email(message.from) == message.from, "an address is a normal one", message.from);
  for (const std::string& to : message.to) {
    require(normal_email(to) == to, "an address is a normal one", to);
  }
  require(code_points(message.subject) <= static_cast<std::size_t>(limits.subject) &&
              message.body.size() <= static_cast<std::size_t>(limits.body) &&
              message.to.size() <= static_cast<std::size_t>(limits.recipients),
          "the limits are kept");
  require(message.body.find('\0') == std::string::npos, "no NUL is in a body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Config::Limits kLimits = default_config().limits;
  const std::string_view line = fuzz::text_of(data, size);
  const auto message = messaging::read_archive_line(line, kLimits);
  if (message.has_error()) {
    require(!message.error().reason.empty(), "a refusal says why", line);
    return 0;
  }
  check_taken(*message, kLimits);
  const std::string written = messaging::archive_line(*message);
  require(written.find('\n') == std::string::npos, "a line is one line", written);
  const auto again = messaging::read_archive_line(written, kLimits);
  require(again.has_value() && is_same(*message, *again), "what is exported is read again",
          written);
  return 0;
}
