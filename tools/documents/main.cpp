// harbor-documents - what is written down about the code, held to the code.
//
//   harbor-documents routes FILE   the routing table against openapi.yaml; part of the build
//   harbor-documents check ROOT    are the generated files of the repository current? A test
//   harbor-documents write ROOT    makes them so: ./dev generate
//
// Job       Compares and generates from the tables of the code: routes, errors, settings.
// Inputs    The repository's files. Nothing of a running Harbor.
// Writes    What differs to standard error, a line each; with `write` the generated files.
// Ends      0 all agrees; 1 something differs or cannot be read; 64 wrong usage.

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

#include "core/service.h"
#include "documents/described_routes.h"
#include "documents/generated.h"

namespace {

using namespace harbor;

// Empty where the file is not there: any generated text differs from that.
std::string text_of(const std::string& path) {
  const std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  return text.str();
}

int check_routes(const std::string& path) {
  const auto differences = documents::route_differences(api::route_table(), text_of(path));
  for (const std::string& difference : differences) {
    std::cerr << path << ": " << difference << '\n';
  }
  return differences.empty() ? kExitOk : kExitRefused;
}

int check_generated(const std::string& root) {
  int code = kExitOk;
  for (const auto& document : documents::generated_documents(root)) {
    if (text_of(root + "/" + document.path) == document.text) continue;
    std::cerr << document.path << " is not what the code says; run ./dev generate\n";
    code = kExitRefused;
  }
  return code;
}

int write_generated(const std::string& root) {
  for (const auto& document : documents::generated_documents(root)) {
    const std::string path = root + "/" + document.path;
    if (text_of(path) == document.text) continue;
    std::ofstream stream(path, std::ios::binary);
    stream << document.text;
    stream.flush();
    if (!stream) throw std::runtime_error(path + " cannot be written");
    std::cout << "wrote " << document.path << '\n';
  }
  return kExitOk;
}

int run(const std::string& command, const std::string& path) {
  if (command == "routes") return check_routes(path);
  if (command == "check") return check_generated(path);
  if (command == "write") return write_generated(path);
  std::cerr << "usage: harbor-documents routes FILE | check ROOT | write ROOT\n";
  return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc == 3 ? argv[1] : "", argc == 3 ? argv[2] : "");
  } catch (const std::exception& error) {
    std::cerr << "harbor-documents: " << error.what() << '\n';
    return harbor::kExitRefused;
  }
}
