#pragma once
// Entity tags (RFC 9110 section 8.8.3): a message's is its version, in quotes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "http/request.h"

namespace harbor::http {

std::string etag(std::int64_t version);

/// The versions that If-Match names; nothing where every version will do (no header, or "*"). Tags
/// that are not ours, and weak ones, are no versions: they match nothing.
std::optional<std::vector<std::int64_t>> read_if_match(const Request& request);

}  // namespace harbor::http
