#include "http/idempotency.h"

#include <algorithm>

#include "core/clock.h"
#include "core/mutant.h"
#include "db/database.h"

namespace harbor::http {
namespace {

constexpr std::size_t kLongestKey = 255;

std::string header_value(const Reply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string read_idempotency_key(const Request& request) {
  const auto found = request.headers.find("idempotency-key");
  if (found == request.headers.end()) return {};
  const std::string& header = found->second;
  const bool printable =
      std::all_of(header.begin(), header.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (header.empty() || header.size() > kLongestKey || !printable) {
    throw ApiError("bad_value", "Idempotency-Key must be 1 to 255 printable ASCII characters.",
                   "Idempotency-Key");
  }
  return header;
}

std::optional<Reply> find_answer(db::Connection& connection, const IdempotencyKey& key) {
  if (key.key.empty() || mutant("no_idempotency_check")) return std::nullopt;
  db::Query row(connection,
                "SELECT BodyHash, Status, Location, Body FROM IdempotencyKeys"
                " WHERE Email = ? AND Route = ? AND IdempotencyKey = ?",
                key.email, key.route, key.key);
  if (!row.next()) return std::nullopt;
  if (row.view(0) != key.body_hash) throw ApiError("idempotency_key_reused");
  Reply reply = json_reply({}, static_cast<int>(row.integer(1)));
  reply.body = row.text(3);
  if (!row.view(2).empty()) reply.headers.emplace_back("Location", row.text(2));
  reply.headers.emplace_back("Idempotency-Replayed", "true");
  return reply;
}

void store_answer(db::Connection& connection, const IdempotencyKey& key, const Reply& reply) {
  if (key.key.empty()) return;
  db::execute(connection,
              "INSERT OR REPLACE INTO IdempotencyKeys"
              " (Email, Route, IdempotencyKey, BodyHash, Status, Location, Body, CreatedAt)"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              key.email, key.route, key.key, key.body_hash, reply.status,
              header_value(reply, "Location"), reply.body, now_rfc3339());
}

}  // namespace harbor::http
