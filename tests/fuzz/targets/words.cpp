// The small rules about text and time that many parts share (core/text.h, core/clock.h): each is
// held to what its header says of it.
#include <algorithm>

#include "../fuzz.h"
#include "core/clock.h"
#include "core/text.h"

namespace {

using namespace harbor;
using fuzz::require;

constexpr std::int64_t kEarliest = -62'167'219'200'000;  // 0000-01-01
constexpr std::int64_t kLatest = 253'402'300'799'999;    // the end of 9999

void check_utf8(std::string_view text) {
  if (!is_utf8(text)) return;
  const std::size_t count = code_points(text);
  require(count <= text.size() && count * 4 >= text.size(), "a code point is 1 to 4 bytes", text);
  const auto half = first_code_points(text, count / 2);
  require(is_utf8(half) && code_points(half) == count / 2 && text.starts_with(half),
          "the first code points are a text", text);
  require(first_code_points(text, count) == text, "all of them are all of it", text);
  const std::string plain = without_controls(text);
  require(is_utf8(plain) && without_controls(plain) == plain && plain.size() <= text.size(),
          "without controls there are none", text);
  require(std::none_of(plain.begin(), plain.end(),
                       [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }),
          "no control is left", plain);
}

void check_names(std::string_view text) {
  if (const auto email = normal_email(text)) {
    require(normal_email(*email) == email && *email == to_lower(*email) && email->size() <= 254 &&
                trim(*email) == *email && std::count(email->begin(), email->end(), '@') == 1,
            "an address is a normal one", *email);
  }
  require(trim(trim(text)) == trim(text), "trimmed is trimmed", text);
  require(to_lower(to_lower(text)) == to_lower(text), "lowered is lowered", text);
  require(!is_tenant_id(text) || (text.size() <= 63 && to_lower(text) == text), "tenant ids", text);
  if (const auto id = parse_id(text)) {
    require(*id >= 0 && std::to_string(*id) == text, "a number reads as it stands", text);
  }
}

void check_encodings(std::string_view bytes) {
  const std::string text = base64url(bytes);
  require(base64url_decode(text) == bytes, "base64url comes back", text);
  require(text.find_first_of("+/=\n") == std::string::npos, "in letters for addresses", text);
  if (const auto decoded = base64url_decode(bytes)) {
    require(base64url(*decoded) == bytes, "one text for the same bytes", bytes);
  }
  require(sha256_hex(bytes).size() == 64, "a digest has 64 digits");
}

void check_times(std::string_view text) {
  const std::int64_t number = fuzz::number_of(text);
  const std::int64_t inside = kEarliest + (number & 0x7fff'ffff'ffff'ffff) % (kLatest - kEarliest);
  const std::string written = rfc3339(inside);
  require(parse_rfc3339(written) == inside && written.size() == 24, "a time comes back", written);
  if (const auto time = parse_rfc3339(text)) {
    // An offset may lead out of the years that can be written.
    if (*time < kEarliest || *time > kLatest) return;
    require(parse_rfc3339(rfc3339(*time)) == time, "what is read is written", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_utf8(text);
  check_names(text);
  check_encodings(text);
  check_times(text);
  return 0;
}
