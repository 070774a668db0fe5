#pragma once
// What the answers of several families of handlers have in common.

#include <cstdint>
#include <optional>
#include <string>

#include "api/app.h"
#include "messaging/message.h"

namespace harbor::api {

constexpr std::int64_t kDefaultPage = 50;  ///< items, where `limit` is not said

json::value or_null(const std::optional<std::string>& text);

/// A page's `nextCursor` where it is an id; null at the end.
json::value number_text(const std::optional<std::int64_t>& number);

/// The tenant's head, from the view of the database that the answer is read in.
std::string head_cursor(const Context& context);

/// Who looks, as the listings ask it.
messaging::Viewer viewer_of(const Context& context);

}  // namespace harbor::api
