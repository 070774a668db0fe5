// The part of sending that needs no database: reading and checking the request's body.
#include <algorithm>

#include "core/api_error.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/text.h"
#include "messaging/draft_rules.h"

namespace harbor::messaging {
namespace {

using Errors = std::vector<FieldError>;

std::string indexed(std::string_view field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

void check_words(const std::string& message_type, const std::string& priority, Errors& errors) {
  // Broadcasts and announcements have a route of their own.
  if (message_type != "direct") errors.push_back({"messageType", "not_supported"});
  if (!is_priority(priority)) errors.push_back({"priority", "not_supported"});
}

std::optional<std::string> read_expiry(const std::optional<std::string>& text,
                                       const Config::Limits& limits, Errors& errors) {
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  const std::int64_t now = now_ms();
  if (!time) {
    errors.push_back({"expiresAt", "not_a_time"});
  } else if (*time <= now) {
    errors.push_back({"expiresAt", "in_the_past"});
  } else if (*time > now + limits.expiry_ms) {
    errors.push_back({"expiresAt", "too_far"});
  } else {
    return rfc3339(*time);
  }
  return std::nullopt;
}

std::size_t count_attachments(Fields& fields, const Config::Limits& limits, Errors& errors) {
  const json::array& attachments = fields.array("attachments");
  if (attachments.size() > static_cast<std::size_t>(limits.attachments)) {
    errors.push_back({"attachments", "too_many"});
    return attachments.size();
  }
  std::size_t index = 0;
  for (const json::value& element : attachments) {
    const std::string place = indexed("attachments", index++);
    Fields attachment(element, place);
    attachment.integer("mediaId");
    const std::string type = attachment.text("attachmentType");
    attachment.finish();
    if (type != "media_library" && type != "upload") {
      errors.push_back({place + ".attachmentType", "not_supported"});
    }
    // There is no media library yet, so no id names a file that the sender may use.
    errors.push_back({place + ".mediaId", "unknown_media"});
  }
  return index;
}

bool has_link(const std::vector<WebLink>& links, const std::string& url) {
  return std::any_of(links.begin(), links.end(),
                     [&](const WebLink& link) { return link.url == url; });
}

}  // namespace

void check_subject(const Draft& draft, const Config::Limits& limits, Errors& errors) {
  if (draft.subject.empty()) errors.push_back({"subject", "required"});
  if (code_points(draft.subject) > static_cast<std::size_t>(limits.subject)) {
    errors.push_back({"subject", "too_long"});
  }
}

void check_body(const Draft& draft, const Config::Limits& limits, Errors& errors) {
  if (draft.body.size() > static_cast<std::size_t>(limits.body)) {
    errors.push_back({"body", "too_long"});
  }
  if (draft.body.find('\0') != std::string::npos) errors.push_back({"body", "control_character"});
}

void add_stated_links(const std::vector<std::string>& stated, const Config::Limits& limits,
                      Draft& draft, Errors& errors) {
  if (stated.size() > static_cast<std::size_t>(limits.links)) {
    errors.push_back({"links", "too_many"});
    return;
  }
  for (std::size_t i = 0; i < stated.size(); ++i) {
    WebLink link;
    if (!read_web_link(stated[i], link)) {
      errors.push_back({indexed("links", i), "not_a_web_link"});
    } else if (!has_link(draft.links, link.url)) {
      draft.links.push_back(std::move(link));
    }
  }
}

void add_found_links(const Config::Limits& limits, Draft& draft) {
  const auto limit = static_cast<std::size_t>(limits.links);
  for (const std::string& url : links_in(draft.body, limit)) {
    WebLink link;
    if (draft.links.size() >= limit) return;
    if (!has_link(draft.links, url) && read_web_link(url, link)) draft.links.push_back(link);
  }
}

void check_people(const Draft& draft, const Config::Limits& limits, Errors& errors) {
  if (draft.recipients.size() > static_cast<std::size_t>(limits.recipients)) {
    errors.push_back({"recipients", "too_many"});
  }
  if (draft.roles.size() > static_cast<std::size_t>(limits.roles)) {
    errors.push_back({"roles", "too_many"});
  }
}

void require_bounded(const Draft& draft, const Config::Limits& limits) {
  Errors errors;
  check_people(draft, limits, errors);
  if (!errors.empty()) throw ApiError(std::move(errors));
}

Draft read_draft(const json::value& body, const Config::Limits& limits) {
  Errors errors;
  Fields fields(body);
  Draft draft;
  draft.tenant = fields.text("tenantId");
  draft.subject = std::string(trim(without_controls(fields.text("subject"))));
  draft.body = fields.text("body");
  draft.recipients = fields.texts("recipients", true);
  draft.roles = fields.texts("roles");
  const std::string message_type = fields.optional_text("messageType").value_or("direct");
  draft.priority = fields.optional_text("priority").value_or("normal");
  draft.expires_at = read_expiry(fields.optional_text("expiresAt"), limits, errors);
  draft.reply_to = fields.optional_integer("replyToMessageId");
  const std::size_t attachments = count_attachments(fields, limits, errors);
  const auto stated_links = fields.texts("links");
  fields.finish();

  check_subject(draft, limits, errors);
  check_body(draft, limits, errors);
  check_people(draft, limits, errors);
  check_words(message_type, draft.priority, errors);
  add_stated_links(stated_links, limits, draft, errors);
  if (draft.body.empty() && attachments == 0 && stated_links.empty()) {
    errors.push_back({"body", "required"});
  }
  if (!errors.empty()) throw ApiError(std::move(errors));
  add_found_links(limits, draft);
  return draft;
}

}  // namespace harbor::messaging
