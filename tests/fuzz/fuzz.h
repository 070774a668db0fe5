#pragma once
// What fuzz targets stand on. A target is one file in targets/ with the entry point below and
// properties that hold for every input; libFuzzer drives it (./dev test fuzz), and replay.cpp over
// its corpus in every ./dev test, where all of them are one program and the build gives each entry
// point a name of its own.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The name and the type are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace harbor::fuzz {

struct Target {
  std::string_view name;  ///< of its file
  int (*run)(const std::uint8_t* data, std::size_t size);
};

/// All there are (generated; not under libFuzzer).
std::span<const Target> targets();

/// Ends the process where a property does not hold; `seen` is what broke it.
void require(bool holds, std::string_view property, std::string_view seen = {});

/// The input as text; the bytes stay the caller's.
std::string_view text_of(const std::uint8_t* data, std::size_t size);

/// What stands before the first `separator`, taken off the front of `text` together with it; all
/// of it where there is none.
std::string_view take_until(std::string_view& text, char separator);

/// `field` with its percent-escapes resolved, as it stands where they are broken: so any bytes can
/// be written in a corpus of text.
std::string unescaped(std::string_view field);

/// A number from the digits that `field` begins with; 0 where there are none. Wraps around.
std::int64_t number_of(std::string_view field);

}  // namespace harbor::fuzz
