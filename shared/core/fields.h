#pragma once
// Reading a JSON object's keys: each is asked for by name and type, and what was not asked for is
// an unknown key. Everything wrong here is a 400 that names the field.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace harbor {

class Fields {
 public:
  /// `prefix` stands before the names in errors: "attachments[0]". The object must outlive it.
  /// Throws ApiError wrong_type where `value` is no object.
  explicit Fields(const json::value& value, std::string prefix = {});

  /// Throws missing_key or wrong_type.
  std::string text(std::string_view key);
  std::int64_t integer(std::string_view key);

  /// Absent and null are nothing; another type throws wrong_type.
  std::optional<std::string> optional_text(std::string_view key);
  std::optional<std::int64_t> optional_integer(std::string_view key);
  bool flag(std::string_view key);  ///< absent is false

  /// An array of strings; absent is empty unless `required`.
  std::vector<std::string> texts(std::string_view key, bool required = false);

  /// Throws missing_key or wrong_type. Lives as long as the body.
  const json::object& object(std::string_view key);

  /// An array's elements; absent is empty.
  const json::array& array(std::string_view key);

  /// Throws unknown_key for the first key that nobody asked for.
  void finish() const;

 private:
  const json::value* take(std::string_view key);
  std::string name(std::string_view key) const;

  const json::object* object_;
  std::string prefix_;
  std::vector<std::string_view> taken_;
};

}  // namespace harbor
