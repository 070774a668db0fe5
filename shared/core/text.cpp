#include "core/text.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace harbor {
namespace {

constexpr std::size_t kLongestEmail = 254;  // RFC 5321 section 4.5.3.1, as erratum 1690 counts
constexpr std::size_t kLongestTenantId = 63;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

unsigned char byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_continuation(std::string_view text, std::size_t i) {
  return i < text.size() && (byte_at(text, i) & 0xc0) == 0x80;
}

// Length of the well-formed sequence at `i`, or 0 (RFC 3629 section 4).
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4 || !is_continuation(text, i + 1)) return 0;
  if (first < 0xe0) return 2;
  const unsigned char second = byte_at(text, i + 1);
  if (first < 0xf0) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second > 0x9f;
    return !overlong && !surrogate && is_continuation(text, i + 2) ? 3 : 0;
  }
  const bool overlong = first == 0xf0 && second < 0x90;
  const bool too_large = first == 0xf4 && second > 0x8f;
  return !overlong && !too_large && is_continuation(text, i + 2) && is_continuation(text, i + 3)
             ? 4
             : 0;
}

// Length of the control character at `i`, or 0: C0, DEL, C1 (c2 80–9f), U+2028/2029 (e2 80 a8/a9).
std::size_t control_length(std::string_view text, std::size_t i) {
  const unsigned char first = byte_at(text, i);
  if (first < 0x20 || first == 0x7f) return 1;
  if (first == 0xc2 && i + 1 < text.size() && byte_at(text, i + 1) < 0xa0) return 2;
  if (first == 0xe2 && i + 2 < text.size() && byte_at(text, i + 1) == 0x80 &&
      (byte_at(text, i + 2) == 0xa8 || byte_at(text, i + 2) == 0xa9)) {
    return 3;
  }
  return 0;
}

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string_view first_code_points(std::string_view utf8, std::size_t count) {
  std::size_t i = 0;
  for (; i < utf8.size(); ++i) {
    if ((byte_at(utf8, i) & 0xc0) != 0x80 && count-- == 0) break;
  }
  return utf8.substr(0, i);
}

std::string without_controls(std::string_view utf8) {
  std::string plain;
  bool in_run = false;
  for (std::size_t i = 0; i < utf8.size();) {
    const std::size_t length = control_length(utf8, i);
    if (length == 0) {
      plain += utf8[i++];
    } else {
      if (!in_run) plain += ' ';
      i += length;
    }
    in_run = length != 0;
  }
  return plain;
}

std::optional<std::int64_t> parse_id(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  if (text[0] < '0' || text[0] > '9') return std::nullopt;
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      plain += ' ';
    } else if (text[i] != '%') {
      plain += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

std::string base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kVariant);
  text.pop_back();  // the terminating NUL
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  // libsodium's tables take bytes above 0x7f for letters where char is signed.
  if (!is_base64url(text)) return std::nullopt;
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       text.data(), text.size(), nullptr, &length, &end,
                                       sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  std::string text(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  text.pop_back();  // the terminating NUL
  return text;
}

std::string random_token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  return base64url(raw);
}

std::string random_word(std::size_t length) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string word;
  while (word.size() < length) word += kLetters[randombytes_uniform(kLetters.size())];
  return word;
}

std::int64_t random_between(std::int64_t least, std::int64_t most) {
  const auto width = static_cast<std::uint64_t>(most - least) + 1;
  std::uint64_t raw = 0;
  randombytes_buf(&raw, sizeof raw);
  return least + static_cast<std::int64_t>(width == 0 ? raw : raw % width);
}

std::optional<std::string> normal_email(std::string_view text) {
  const std::string_view bare = trim(text);
  const auto at = bare.find('@');
  if (bare.size() > kLongestEmail || at == std::string_view::npos || at == 0 ||
      at + 1 == bare.size() || bare.find('@', at + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < bare.size(); ++i) {
    if (bare[i] == ' ' || control_length(bare, i) != 0) return std::nullopt;
  }
  return to_lower(bare);
}

bool is_tenant_id(std::string_view text) {
  if (text.empty() || text.size() > kLongestTenantId || text[0] == '-') return false;
  if (text == "all" || text == "status" || text == "default") return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace harbor
