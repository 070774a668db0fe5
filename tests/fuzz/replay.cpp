// The driver of fuzz targets in ordinary tests: every file of the folders it is given, then a
// bounded loop of mutations of them. Deterministic: the same corpus gives the same inputs.
//
//   harbor-fuzz-replay [--mutations N] [--seed N] TARGET FOLDER…
//
// A file `*.hex` is hexadecimal bytes in text, '#' begins a comment; any other is taken as it is.
// The input that ends the process is left in ./fuzz-failure.TARGET.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

#include "fuzz.h"

namespace {

namespace fuzz = harbor::fuzz;
using Bytes = std::vector<std::uint8_t>;
using Random = std::mt19937_64;

constexpr std::size_t kLongestMutation = 16'384;
constexpr unsigned kSecondsForOneInput = 10;

const fuzz::Target* target = nullptr;
std::string failure_file;
const Bytes* in_work = nullptr;

// Called as the process dies: what it was doing.
void keep_input() {
  if (in_work == nullptr) return;
  const Bytes* const input = std::exchange(in_work, nullptr);
  std::ofstream file(failure_file, std::ios::binary);
  file.write(reinterpret_cast<const char*>(input->data()),
             static_cast<std::streamsize>(input->size()));
  file.flush();
  std::fprintf(stderr, "the input (%zu bytes) is in %s\n", input->size(), failure_file.c_str());
}

void on_abort(int /*signal*/) { keep_input(); }

void on_alarm(int /*signal*/) {
  std::fprintf(stderr, "\nbroken: an input takes no more than %u s\n", kSecondsForOneInput);
  std::abort();
}

void watch_for_death() {
  std::signal(SIGABRT, on_abort);
  std::signal(SIGALRM, on_alarm);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_set_death_callback(keep_input);
#endif
}

void run(const Bytes& input) {
  // A copy of exactly its size: a byte read beyond it is then seen.
  const Bytes copy(input);
  in_work = &copy;
  ::alarm(kSecondsForOneInput);
  target->run(copy.data(), copy.size());
  ::alarm(0);
  in_work = nullptr;
}

Bytes from_hex(const std::string& text, const std::string& name) {
  Bytes bytes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::string digits;
    for (const char c : line.substr(0, line.find('#'))) {
      if (std::strchr(" \t\r", c) == nullptr) digits += c;
    }
    if (digits.size() % 2 != 0 ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) {
      throw std::runtime_error(name + " is not hexadecimal: " + line);
    }
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    }
  }
  return bytes;
}

Bytes read_input(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream buffer;
  buffer << stream.rdbuf();
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  const std::string text = buffer.str();
  if (path.extension() == ".hex") return from_hex(text, path.string());
  return {text.begin(), text.end()};
}

// Sorted: the order of a directory is nobody's promise.
std::vector<Bytes> read_corpus(const std::vector<std::string>& folders) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& folder : folders) {
    const auto before = paths.size();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
    if (paths.size() == before) throw std::runtime_error(folder + " has no inputs");
    std::sort(paths.begin() + static_cast<std::ptrdiff_t>(before), paths.end());
  }
  std::vector<Bytes> corpus;
  for (const auto& path : paths) corpus.push_back(read_input(path));
  return corpus;
}

std::size_t below(Random& random, std::size_t bound) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random() % bound);
}

std::ptrdiff_t place(Random& random, const Bytes& bytes) {
  return static_cast<std::ptrdiff_t>(below(random, bytes.size() + 1));
}

Bytes slice(Random& random, const Bytes& bytes) {
  const std::size_t begin = below(random, bytes.size());
  const std::size_t length = below(random, std::min<std::size_t>(bytes.size() - begin, 64) + 1);
  return {bytes.begin() + static_cast<std::ptrdiff_t>(begin),
          bytes.begin() + static_cast<std::ptrdiff_t>(begin + length)};
}

void insert(Random& random, Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.begin() + place(random, bytes), more.begin(), more.end());
}

void erase_some(Random& random, Bytes& bytes) {
  const auto from = place(random, bytes);
  const auto left = static_cast<std::size_t>(bytes.end() - bytes.begin() - from);
  const auto count =
      static_cast<std::ptrdiff_t>(below(random, std::min<std::size_t>(left, 32) + 1));
  bytes.erase(bytes.begin() + from, bytes.begin() + from + count);
}

Bytes odd_bytes(Random& random) {
  static const std::array<std::string, 12> kOdd = {
      std::string(1, '\0'),  "\n", "\r\n", "\xff", "\xc3\xa9",
      "\xe2\x80\xa8",        "\"", "\\",   "<",    "%00",
      "9223372036854775808", "-1"};
  const std::string& odd = kOdd[below(random, kOdd.size())];
  return {odd.begin(), odd.end()};
}

void mutate_once(Random& random, Bytes& bytes, const std::vector<Bytes>& corpus) {
  switch (below(random, 7)) {
    case 0:
      if (!bytes.empty()) {
        bytes[below(random, bytes.size())] ^= static_cast<std::uint8_t>(1U << below(random, 8));
      }
      break;
    case 1:
      if (!bytes.empty()) bytes[below(random, bytes.size())] = static_cast<std::uint8_t>(random());
      break;
    case 2: erase_some(random, bytes); break;
    case 3: insert(random, bytes, slice(random, bytes)); break;
    case 4: insert(random, bytes, odd_bytes(random)); break;
    case 5: insert(random, bytes, slice(random, corpus[below(random, corpus.size())])); break;
    default: bytes.resize(static_cast<std::size_t>(place(random, bytes)));
  }
}

Bytes mutated(Random& random, const std::vector<Bytes>& corpus) {
  Bytes bytes = corpus[below(random, corpus.size())];
  if (bytes.size() > kLongestMutation) bytes.resize(kLongestMutation);
  for (std::size_t times = 1 + below(random, 6); times > 0; --times) {
    mutate_once(random, bytes, corpus);
  }
  return bytes;
}

struct Options {
  std::size_t mutations = 2000;
  std::uint64_t seed = 1;
  std::string target;
  std::vector<std::string> folders;
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--mutations" && i + 1 < argc) {
      options.mutations = std::stoul(argv[++i]);
    } else if (word == "--seed" && i + 1 < argc) {
      options.seed = std::stoull(argv[++i]);
    } else if (options.target.empty()) {
      options.target = word;
    } else {
      options.folders.push_back(word);
    }
  }
  if (options.folders.empty()) throw std::runtime_error("no folder of inputs is named");
  return options;
}

void choose_target(const std::string& name) {
  const auto targets = fuzz::targets();
  const auto found = std::find_if(targets.begin(), targets.end(),
                                  [&](const fuzz::Target& one) { return one.name == name; });
  if (found == targets.end()) throw std::runtime_error("there is no target " + name);
  target = &*found;
  failure_file = "fuzz-failure." + name;
}

void replay(const Options& options) {
  const auto began = std::chrono::steady_clock::now();
  const std::vector<Bytes> corpus = read_corpus(options.folders);
  for (const Bytes& input : corpus) run(input);
  Random random(options.seed);
  for (std::size_t i = 0; i < options.mutations; ++i) run(mutated(random, corpus));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%zu inputs, %zu mutations of them (seed %llu), %.1f s\n", corpus.size(),
              options.mutations, static_cast<unsigned long long>(options.seed), took.count());
}

}  // namespace

// UBSan's own end would pass by on_abort.
extern "C" const char* __ubsan_default_options() {  // NOLINT(bugprone-reserved-identifier)
  return "abort_on_error=1:print_stacktrace=1";
}

int main(int argc, char** argv) {
  watch_for_death();
  try {
    const Options options = read_options(argc, argv);
    choose_target(options.target);
    replay(options);
    return 0;
  } catch (const std::exception& error) {
    // Of the driver, or one that a target let out.
    keep_input();
    std::cerr << "harbor-fuzz-replay: " << error.what() << '\n';
    return 1;
  }
}
