#include "http/etag.h"

#include "core/text.h"

namespace harbor::http {

std::string etag(std::int64_t version) { return "\"" + std::to_string(version) + "\""; }

std::optional<std::vector<std::int64_t>> read_if_match(const Request& request) {
  const auto found = request.headers.find("if-match");
  if (found == request.headers.end() || trim(found->second) == "*") return std::nullopt;
  std::vector<std::int64_t> versions;
  std::string_view rest = found->second;
  // A comma within a foreign tag gives two pieces that are no versions either.
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view tag = trim(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (tag.size() < 2 || tag.front() != '"' || tag.back() != '"') continue;
    if (const auto version = parse_id(tag.substr(1, tag.size() - 2))) versions.push_back(*version);
  }
  return versions;
}

}  // namespace harbor::http
