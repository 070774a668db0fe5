#pragma once
// The routing table against openapi.yaml: whoever is in one is in the other.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/routes.h"

namespace harbor::documents {

/// A line per difference, none where they agree: a route without a description, a description
/// without a route, and a route that one of them opens to anyone and the other does not.
/// `openapi` is the document's text. Throws std::runtime_error where that is not one.
std::vector<std::string> route_differences(std::span<const api::Route> routes,
                                           const std::string& openapi);

}  // namespace harbor::documents
