#include "messaging/forward.h"

#include "core/fields.h"
#include "core/text.h"
#include "db/database.h"
#include "messaging/concerned.h"
#include "messaging/draft_rules.h"

namespace harbor::messaging {
namespace {

constexpr std::string_view kPrefix = "Fwd: ";

std::string forwarded_subject(const std::string& subject, const Config::Limits& limits) {
  const bool has_prefix = to_lower(subject).starts_with("fwd:");
  const std::string whole = has_prefix ? subject : std::string(kPrefix) + subject;
  return std::string(first_code_points(whole, static_cast<std::size_t>(limits.subject)));
}

// As mail programs do it: one's own words, then whence the rest comes, then the original as it was
// written. Two blanks at a line's end are Markdown's line break.
std::string forwarded_body(const std::string& words, const Message& original) {
  std::string body = words.empty() ? words : words + "\n\n";
  body += "---------- Forwarded message ----------  \n";
  body += "From: " + original.sender_name + " (" + original.sender_email + ")  \n";
  body += "Date: " + original.created_at + "  \n";
  body += "Subject: " + original.subject + "\n\n";
  return body + original.body;
}

Draft compose(const Forward& forward, const Message& original, const Config::Limits& limits) {
  std::vector<FieldError> errors;
  Draft draft;
  draft.tenant = original.tenant;
  draft.subject = forward.subject.value_or(forwarded_subject(original.subject, limits));
  draft.body = forwarded_body(forward.body, original);
  draft.recipients = forward.recipients;
  draft.roles = forward.roles;
  draft.priority = forward.priority;
  for (const Link& link : original.links) draft.links.push_back({link.url, link.domain});
  check_body(draft, limits, errors);
  if (!errors.empty()) throw ApiError(std::move(errors));
  add_found_links(limits, draft);
  return draft;
}

}  // namespace

Forward read_forward(const json::value& body, const Config::Limits& limits) {
  std::vector<FieldError> errors;
  Fields fields(body);
  Forward forward;
  forward.recipients = fields.texts("recipients", true);
  forward.roles = fields.texts("roles");
  forward.subject = fields.optional_text("subject");
  forward.body = fields.optional_text("body").value_or("");
  forward.priority = fields.optional_text("priority").value_or("normal");
  fields.finish();
  Draft draft;
  draft.body = forward.body;
  draft.recipients = forward.recipients;
  draft.roles = forward.roles;
  check_people(draft, limits, errors);
  check_body(draft, limits, errors);
  if (!is_priority(forward.priority)) errors.push_back({"priority", "not_supported"});
  if (forward.subject) {
    draft.subject = std::string(trim(without_controls(*forward.subject)));
    check_subject(draft, limits, errors);
    forward.subject = draft.subject;
  }
  if (!errors.empty()) throw ApiError(std::move(errors));
  return forward;
}

Sent forward(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
             const Forward& forward, const Config::Limits& limits) {
  const Message original = require_whole_message(connection, caller, id, limits);
  require_content(original);
  Sent sent = send(connection, caller, compose(forward, original, limits), limits);
  db::execute(connection,
              "UPDATE MessageRecipients SET IsForwarded = 1, ForwardedAt = ?, Version = ?"
              " WHERE MessageId = ? AND RecipientEmail = ?",
              sent.message.created_at, sent.message.version, id, caller.email);
  return sent;
}

}  // namespace harbor::messaging
