#include "auth/token.h"

#include <array>
#include <optional>
#include <stdexcept>

#include "core/text.h"

namespace harbor::auth {
namespace {

using boost::system::result;

struct Parts {
  std::string_view header, payload, signature;
};

// Three parts between two dots. A token of five is encrypted (RFC 7516), and for nobody here.
std::optional<Parts> split(std::string_view compact) {
  const auto first = compact.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = compact.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto signature = compact.substr(second + 1);
  if (signature.find('.') != std::string_view::npos) return std::nullopt;
  return Parts{compact.substr(0, first), compact.substr(first + 1, second - first - 1), signature};
}

result<json::object, TokenFault> read_object(std::string_view part, const std::string& name) {
  const auto text = base64url_decode(part);
  if (!text) return TokenFault{"the " + name + " is not base64url"};
  auto value = parse_json(*text, kTokenDepth);
  // The code alone: details may quote the token, and the log does not.
  if (value.has_error()) {
    return TokenFault{"the " + name + " is refused as JSON: " + std::string(value.error().code)};
  }
  if (!value->is_object()) return TokenFault{"the " + name + " is no JSON object"};
  return std::move(value->get_object());
}

// What would change the meaning of the rest: an extension that must be understood (RFC 7515 section
// 4.1.11; there is none here), a token within the token, encryption.
constexpr std::array<const char*, 4> kForbidden = {"crit", "cty", "enc", "zip"};

std::optional<TokenFault> fault_of_header(const json::object& header) {
  for (const char* name : kForbidden) {
    if (header.contains(name)) return TokenFault{std::string("the header has ") + name};
  }
  const json::value* algorithm = header.if_contains("alg");
  if (algorithm == nullptr || !algorithm->is_string()) return TokenFault{"the header has no alg"};
  const json::value* type = header.if_contains("typ");
  if (type == nullptr) return std::nullopt;
  // RFC 7515 section 4.1.9: a media type, of which "application/" may be left out.
  const std::string name = type->is_string() ? to_lower(type->get_string()) : "";
  if (name != "jwt" && name != "application/jwt") return TokenFault{"the header's typ is not JWT"};
  return std::nullopt;
}

}  // namespace

void throw_exception_from_error(const TokenFault& fault, const boost::source_location& /*where*/) {
  throw std::logic_error("unchecked token: " + fault.reason);
}

result<Token, TokenFault> read_token(std::string_view compact, std::size_t longest) {
  if (compact.size() > longest) {
    return TokenFault{"it is longer than " + std::to_string(longest) + " bytes"};
  }
  const auto parts = split(compact);
  if (!parts) return TokenFault{"it has not three parts"};
  auto header = read_object(parts->header, "header");
  if (header.has_error()) return header.error();
  if (auto fault = fault_of_header(*header)) return *std::move(fault);
  auto claims = read_object(parts->payload, "payload");
  if (claims.has_error()) return claims.error();
  auto signature = base64url_decode(parts->signature);
  if (!signature) return TokenFault{"the signature is not base64url"};
  const auto signed_size = parts->header.size() + 1 + parts->payload.size();
  return Token{std::string(header->at("alg").get_string()), *std::move(claims),
               compact.substr(0, signed_size), *std::move(signature)};
}

}  // namespace harbor::auth
