#pragma once
// What is generated from the code's tables and kept in the repository: whole files, or a part of
// one between two marker lines.

#include <string>
#include <string_view>
#include <vector>

namespace harbor::documents {

/// One generated thing: a file of the repository as it should read.
struct Document {
  std::string path;  ///< within the repository
  std::string text;
};

/// Every generated file as the code wants it. `root` is the repository: what surrounds a generated
/// part is taken from there. Throws std::runtime_error where a file or its markers are missing.
std::vector<Document> generated_documents(const std::string& root);

/// `text` with the lines between the one that contains `begin` and the one that contains `end`
/// replaced by `content`, whose lines are indented like the begin line. Throws std::runtime_error
/// unless each marker is there once and in this order.
std::string with_part(std::string_view text, std::string_view begin, std::string_view end,
                      std::string_view content);

/// The error catalogue as a Markdown table.
std::string error_table();

}  // namespace harbor::documents
