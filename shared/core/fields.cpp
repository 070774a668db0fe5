#include "core/fields.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "core/api_error.h"

namespace harbor {
namespace {

[[noreturn]] void throw_wrong_type(const std::string& field, const char* wanted) {
  throw ApiError("wrong_type", field + " must be " + wanted + ".", field);
}

}  // namespace

Fields::Fields(const json::value& value, std::string prefix)
    : object_(value.if_object()), prefix_(std::move(prefix)) {
  if (object_ == nullptr) throw_wrong_type(prefix_.empty() ? "body" : prefix_, "an object");
}

const json::value* Fields::take(std::string_view key) {
  taken_.push_back(key);
  const json::value* value = object_->if_contains({key.data(), key.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string Fields::name(std::string_view key) const {
  return prefix_.empty() ? std::string(key) : prefix_ + "." + std::string(key);
}

std::string Fields::text(std::string_view key) {
  auto value = optional_text(key);
  if (!value) throw ApiError("missing_key", name(key) + " is missing.", name(key));
  return *std::move(value);
}

std::int64_t Fields::integer(std::string_view key) {
  const auto value = optional_integer(key);
  if (!value) throw ApiError("missing_key", name(key) + " is missing.", name(key));
  return *value;
}

std::optional<std::string> Fields::optional_text(std::string_view key) {
  const json::value* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw_wrong_type(name(key), "a string");
  return std::string(value->get_string());
}

std::optional<std::int64_t> Fields::optional_integer(std::string_view key) {
  const json::value* value = take(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64()) throw_wrong_type(name(key), "an integer");
  return value->get_int64();
}

const json::object& Fields::object(std::string_view key) {
  const json::value* value = take(key);
  if (value == nullptr) throw ApiError("missing_key", name(key) + " is missing.", name(key));
  if (!value->is_object()) throw_wrong_type(name(key), "an object");
  return value->get_object();
}

bool Fields::flag(std::string_view key) {
  const json::value* value = take(key);
  if (value == nullptr) return false;
  if (!value->is_bool()) throw_wrong_type(name(key), "true or false");
  return value->get_bool();
}

const json::array& Fields::array(std::string_view key) {
  static const json::array kNone;
  const json::value* value = take(key);
  if (value == nullptr) return kNone;
  if (!value->is_array()) throw_wrong_type(name(key), "an array");
  return value->get_array();
}

std::vector<std::string> Fields::texts(std::string_view key, bool required) {
  if (const auto* value = object_->if_contains({key.data(), key.size()}); required) {
    if (value == nullptr) throw ApiError("missing_key", name(key) + " is missing.", name(key));
    if (value->is_null()) throw_wrong_type(name(key), "an array");
  }
  std::vector<std::string> texts;
  for (const json::value& element : array(key)) {
    if (!element.is_string()) {
      throw_wrong_type(name(key) + "[" + std::to_string(texts.size()) + "]", "a string");
    }
    texts.emplace_back(element.get_string());
  }
  return texts;
}

void Fields::finish() const {
  for (const auto& member : *object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(taken_.begin(), taken_.end(), key) == taken_.end()) {
      throw ApiError("unknown_key", "The key " + name(key) + " is not known here.", name(key));
    }
  }
}

}  // namespace harbor
