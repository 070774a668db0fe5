// A JSON body, as text: what is taken is UTF-8, within the depth, and the same when written and
// read again; what is not has one of four codes.
#include "core/json.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <limits>

#include "../fuzz.h"
#include "core/text.h"

namespace {

using namespace harbor;
using fuzz::require;

constexpr std::size_t kDepth = 32;

std::size_t depth_of(const json::value& value) {
  std::size_t deepest = 0;
  if (const auto* object = value.if_object()) {
    for (const auto& entry : *object) deepest = std::max(deepest, depth_of(entry.value()));
    return deepest + 1;
  }
  if (const auto* array = value.if_array()) {
    for (const auto& element : *array) deepest = std::max(deepest, depth_of(element));
    return deepest + 1;
  }
  return 0;
}

// The parser is not exact in the last places of a double.
bool is_near(double one, double other) {
  const double apart = std::abs(one - other);
  return apart <= std::abs(one) * 1e-14 || apart <= std::numeric_limits<double>::min();
}

bool is_same(const json::value& one, const json::value& other) {
  if (one.kind() != other.kind()) return false;
  if (one.is_double()) return is_near(one.get_double(), other.get_double());
  if (const auto* array = one.if_array()) {
    const json::array& others = other.get_array();
    return std::equal(array->begin(), array->end(), others.begin(), others.end(), is_same);
  }
  const auto* object = one.if_object();
  if (object == nullptr) return one == other;
  const json::object& others = other.get_object();
  return std::equal(object->begin(), object->end(), others.begin(), others.end(),
                    [](const auto& a, const auto& b) {
                      return a.key() == b.key() && is_same(a.value(), b.value());
                    });
}

void check_refused(const JsonFault& fault, std::string_view text) {
  const bool known = fault.code == "json_syntax" || fault.code == "json_depth" ||
                     fault.code == "json_utf8" || fault.code == "json_duplicate_key";
  require(known && !fault.detail.empty(), "a refusal says why", text);
}

void check_taken(const json::value& value, std::string_view text) {
  require(is_utf8(text), "only UTF-8 is taken", text);
  const std::size_t depth = depth_of(value);
  require(depth <= kDepth, "the depth is bounded", text);
  const std::string written = json::serialize(value);
  const auto again = parse_json(written, kDepth);
  require(again.has_value() && is_same(value, *again), "what is written is read again", written);
  if (depth == 0) return;
  const auto shallower = parse_json(text, depth - 1);
  require(shallower.has_error() && shallower.error().code == "json_depth",
          "one level less refuses it", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto parsed = parse_json(text, kDepth);
  if (parsed.has_error()) {
    check_refused(parsed.error(), text);
  } else {
    check_taken(*parsed, text);
  }
  return 0;
}
