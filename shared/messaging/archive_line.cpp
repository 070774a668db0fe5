// One line of an archive, from and to text. What needs the database is archive.cpp.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <stdexcept>

#include "core/api_error.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/text.h"
#include "messaging/archive.h"

namespace harbor::messaging {
namespace {

constexpr std::size_t kDepth = 8;
constexpr std::size_t kLongestId = 1000;   // RFC 5322 section 2.1.1 bounds a header line by 998
constexpr std::size_t kLongestName = 200;  // characters, as harborctl's
constexpr std::size_t kDateLength = 24;    // of rfc3339(): years 0000 to 9999

[[noreturn]] void refuse(const std::string& reason) { throw ArchiveFault{reason}; }

std::string checked_id(std::string text) {
  if (text.empty()) refuse("messageId is empty");
  if (text.size() > kLongestId) refuse("messageId is longer than 1000 bytes");
  return text;
}

std::string checked_date(const std::string& text) {
  const auto time = parse_rfc3339(text);
  if (!time) refuse("date is not an RFC 3339 time: " + text.substr(0, 60));
  std::string date = rfc3339(*time);
  if (date.size() != kDateLength || date.front() == '-') refuse("date is out of range: " + text);
  return date;
}

std::string checked_address(const std::string& text, const std::string& field) {
  auto email = normal_email(text);
  if (!email) refuse(field + " is no e-mail address: " + without_controls(text.substr(0, 60)));
  return *std::move(email);
}

std::string plain(const std::string& text) { return std::string(trim(without_controls(text))); }

std::vector<std::string> checked_recipients(const std::vector<std::string>& texts) {
  std::vector<std::string> emails;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    auto email = checked_address(texts[i], "to[" + std::to_string(i) + "]");
    if (std::find(emails.begin(), emails.end(), email) != emails.end()) continue;
    emails.push_back(std::move(email));
  }
  return emails;
}

void check_limits(const ArchivedMessage& message, const Config::Limits& limits) {
  if (code_points(message.subject) > static_cast<std::size_t>(limits.subject)) {
    refuse("subject is longer than limits.subject (" + std::to_string(limits.subject) + ")");
  }
  if (message.body.size() > static_cast<std::size_t>(limits.body)) {
    refuse("body is longer than limits.body (" + std::to_string(limits.body) + " bytes)");
  }
  if (message.to.size() > static_cast<std::size_t>(limits.recipients)) {
    refuse("to has more addresses than limits.recipients (" + std::to_string(limits.recipients) +
           ")");
  }
}

// The attachments are only counted, but a line that is wrong in them is wrong.
std::size_t count_attachments(Fields& fields) {
  std::size_t count = 0;
  for (const json::value& element : fields.array("attachments")) {
    Fields attachment(element, "attachments[" + std::to_string(count++) + "]");
    attachment.text("fileName");
    attachment.text("contentType");
    attachment.text("base64");
    attachment.finish();
  }
  return count;
}

// In-Reply-To of real mail says more at times: "<id> (Ann's message of Monday)". RFC 5322, 4.5.4.
std::optional<std::string> first_message_id(std::optional<std::string> text) {
  if (!text) return text;
  for (auto begin = text->find('<'); begin != std::string::npos;
       begin = text->find('<', begin + 1)) {
    const auto end = text->find_first_of("<> \t\r\n", begin + 1);
    if (end == std::string::npos) break;
    if ((*text)[end] == '>') return text->substr(begin, end + 1 - begin);
  }
  return text;
}

// Throws ApiError (keys and types) or ArchiveFault (rules).
ArchivedMessage read_message(const json::value& value, const Config::Limits& limits) {
  Fields fields(value);
  ArchivedMessage message;
  message.id = checked_id(fields.text("messageId"));
  message.in_reply_to = first_message_id(fields.optional_text("inReplyTo"));
  message.date = checked_date(fields.text("date"));
  message.from = checked_address(fields.text("from"), "from");
  const std::string name = plain(fields.optional_text("fromName").value_or(""));
  message.from_name = first_code_points(name, kLongestName);
  message.to = checked_recipients(fields.texts("to", true));
  message.subject = plain(fields.text("subject"));
  message.body = fields.text("body");
  std::erase(message.body, '\0');
  message.attachments = count_attachments(fields);
  fields.finish();
  check_limits(message, limits);
  return message;
}

// Whole seconds without a fraction, as most mail has them.
std::string short_date(const std::string& date) {
  constexpr std::string_view kNoFraction = ".000Z";
  if (!date.ends_with(kNoFraction)) return date;
  return date.substr(0, date.size() - kNoFraction.size()) + "Z";
}

}  // namespace

void throw_exception_from_error(const ArchiveFault& fault,
                                const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked archive line: " + fault.reason);
}

boost::system::result<ArchivedMessage, ArchiveFault>
read_archive_line(std::string_view line, const Config::Limits& limits) {
  const auto value = parse_json(line, kDepth);
  if (!value) return ArchiveFault{"is not JSON: " + value.error().detail};
  try {
    return read_message(*value, limits);
  } catch (const ArchiveFault& fault) {
    return fault;
  } catch (const ApiError& error) {
    return ArchiveFault{error.detail()};
  }
}

std::string archive_line(const ArchivedMessage& message) {
  json::object line;
  line["messageId"] = message.id;
  line["inReplyTo"] =
      message.in_reply_to ? json::value(*message.in_reply_to) : json::value(nullptr);
  line["date"] = short_date(message.date);
  line["from"] = message.from;
  line["fromName"] = message.from_name;
  line["to"] = json::array(message.to.begin(), message.to.end());
  line["subject"] = message.subject;
  line["body"] = message.body;
  line["attachments"] = json::array();
  return json::serialize(line);
}

}  // namespace harbor::messaging
