#include "documents/described_routes.h"

#include <yaml-cpp/yaml.h>

#include <map>
#include <stdexcept>
#include <utility>

namespace harbor::documents {
namespace {

// Method and path, to whether anyone may use it.
using Openness = std::map<std::string, bool>;

// The keys of a path item that are operations; its others say things about all of them.
constexpr std::pair<std::string_view, std::string_view> kMethods[] = {
    {"get", "GET"},         {"put", "PUT"},   {"post", "POST"},   {"delete", "DELETE"},
    {"options", "OPTIONS"}, {"head", "HEAD"}, {"patch", "PATCH"}, {"trace", "TRACE"}};

// `security: []` lifts what the document asks for everywhere.
bool is_open(const YAML::Node& operation) {
  const YAML::Node security = operation["security"];
  return security && security.IsSequence() && security.size() == 0;
}

Openness described(const std::string& openapi) {
  const YAML::Node document = YAML::Load(openapi);
  if (!document.IsMap() || !document["paths"].IsMap()) {
    throw std::runtime_error("this is no OpenAPI document: it has no paths");
  }
  Openness found;
  for (const auto& path : document["paths"]) {
    for (const auto& [key, method] : kMethods) {
      const YAML::Node operation = path.second[std::string(key)];
      if (!operation) continue;
      found[std::string(method) + " " + path.first.as<std::string>()] = is_open(operation);
    }
  }
  return found;
}

Openness routed(std::span<const api::Route> routes) {
  Openness found;
  for (const api::Route& route : routes) {
    found[std::string(route.method) + " " + std::string(route.path)] =
        route.authority == api::Authority::open;
  }
  return found;
}

}  // namespace

std::vector<std::string> route_differences(std::span<const api::Route> routes,
                                           const std::string& openapi) {
  const Openness in_table = routed(routes);
  const Openness in_document = described(openapi);
  std::vector<std::string> differences;
  for (const auto& [name, open] : in_table) {
    const auto description = in_document.find(name);
    if (description == in_document.end()) {
      differences.push_back(name + " is a route without a description");
    } else if (description->second != open) {
      differences.push_back(name +
                            (open ? " is open to anyone, but is described without `security: []`"
                                  : " needs a session, but is described with `security: []`"));
    }
  }
  for (const auto& [name, open] : in_document) {
    if (!in_table.contains(name)) differences.push_back(name + " is described and is no route");
  }
  return differences;
}

}  // namespace harbor::documents
