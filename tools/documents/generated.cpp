#include "documents/generated.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/api_error.h"
#include "core/config_sample.h"

namespace harbor::documents {
namespace {

constexpr std::string_view kBegin = "error catalogue: ./dev generate writes it";
constexpr std::string_view kEnd = "end of the error catalogue";

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error(path + " cannot be read");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::size_t find_once(std::string_view text, std::string_view marker) {
  const auto at = text.find(marker);
  if (at == std::string_view::npos || text.find(marker, at + 1) != std::string_view::npos) {
    throw std::runtime_error("\"" + std::string(marker) + "\" must stand in it once");
  }
  return at;
}

std::string_view indentation(std::string_view text, std::size_t marker) {
  const auto line = text.substr(text.rfind('\n', marker) + 1);
  return line.substr(0, line.find_first_not_of(' '));
}

std::string indented(std::string_view content, std::string_view indent) {
  std::string text;
  for (std::istringstream lines{std::string(content)}; lines;) {
    std::string line;
    if (std::getline(lines, line)) text += line.empty() ? "\n" : std::string(indent) + line + "\n";
  }
  return text;
}

// As a list in YAML, for the schema of a problem's `code`.
std::string error_codes() {
  std::string list;
  for (const ErrorRow& row : error_catalogue()) list += "- " + std::string(row.code) + "\n";
  return list;
}

Document with_catalogue(const std::string& root, const std::string& path,
                        const std::string& content) {
  try {
    return {path, with_part(read_file(root + "/" + path), kBegin, kEnd, content)};
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

}  // namespace

std::string with_part(std::string_view text, std::string_view begin, std::string_view end,
                      std::string_view content) {
  const auto begin_at = find_once(text, begin);
  const auto end_at = find_once(text, end);
  const auto from = text.find('\n', begin_at);
  const auto to = text.rfind('\n', end_at);
  if (from == std::string_view::npos || to == std::string_view::npos || from > to) {
    throw std::runtime_error("\"" + std::string(end) + "\" must stand on a line after \"" +
                             std::string(begin) + "\"");
  }
  std::string result(text.substr(0, from + 1));
  result += indented(content, indentation(text, begin_at));
  result += text.substr(to + 1);
  return result;
}

std::string error_table() {
  std::string table = "| code | status | title |\n|---|---|---|\n";
  for (const ErrorRow& row : error_catalogue()) {
    table += "| `" + std::string(row.code) + "` | " + std::to_string(row.status) + " | " +
             std::string(row.title) + " |\n";
  }
  return table;
}

std::vector<Document> generated_documents(const std::string& root) {
  return {with_catalogue(root, "README.md", error_table()),
          with_catalogue(root, "openapi.yaml", error_codes()),
          {"systemd/harbor.yaml.sample", config_sample()}};
}

}  // namespace harbor::documents
