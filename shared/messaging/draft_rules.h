#pragma once
// Rules of a message's content, which hold for a new message, an edited and a forwarded one.

#include "core/api_error.h"
#include "messaging/send.h"

namespace harbor::messaging {

void check_subject(const Draft& draft, const Config::Limits& limits,
                   std::vector<FieldError>& errors);
void check_body(const Draft& draft, const Config::Limits& limits, std::vector<FieldError>& errors);

void check_people(const Draft& draft, const Config::Limits& limits,
                  std::vector<FieldError>& errors);

/// Adds each of `stated` once. Errors name those that are no links, or that they are too many.
void add_stated_links(const std::vector<std::string>& stated, const Config::Limits& limits,
                      Draft& draft, std::vector<FieldError>& errors);

/// Adds the links in the body that are not there yet, as many as the limit leaves room for.
void add_found_links(const Config::Limits& limits, Draft& draft);

}  // namespace harbor::messaging
