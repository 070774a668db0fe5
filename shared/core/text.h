#pragma once
// Small rules about text that several parts share.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harbor {

/// Without the white space (ASCII) at both ends.
std::string_view trim(std::string_view text);

/// ASCII letters lowered; other bytes as they are.
std::string to_lower(std::string_view text);

/// True for well-formed UTF-8 (RFC 3629).
bool is_utf8(std::string_view text);

/// Number of code points of well-formed UTF-8.
std::size_t code_points(std::string_view utf8);

/// The first `count` code points.
std::string_view first_code_points(std::string_view utf8, std::size_t count);

/// Each run of C0/C1 control characters, DEL and U+2028/2029 becomes one space.
std::string without_controls(std::string_view utf8);

/// A decimal integer without sign, leading zeros (but "0") or anything else around it, within
/// int64; else nothing.
std::optional<std::int64_t> parse_id(std::string_view text);

/// Percent-decoding of RFC 3986; with `plus` also '+' as a space (form encoding). Nothing on a
/// broken escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus);

/// base64url without padding (RFC 4648 section 5).
std::string base64url(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// Lower-case hexadecimal SHA-256.
std::string sha256_hex(std::string_view bytes);

/// `bytes` random bytes as base64url; from the kernel's generator.
std::string random_token(std::size_t bytes);

/// Random [a-z0-9] text.
std::string random_word(std::size_t length);

/// A uniform random number in [least, most].
std::int64_t random_between(std::int64_t least, std::int64_t most);

/// An address as Harbor compares it: trimmed, lower-cased, at most 254 bytes, one '@' with
/// something on both sides, no white space or controls. Nothing where it is none.
std::optional<std::string> normal_email(std::string_view text);

/// Tenant ids: [a-z0-9][a-z0-9-]{0,62}, none of the reserved words.
bool is_tenant_id(std::string_view text);

}  // namespace harbor
