#pragma once
// Idempotency-Key (CONTRACTS): the answer of a creating POST is stored in the transaction of its
// change and repeated exactly for the same key. Writers take turns, so a parallel copy waits for
// the first by itself. Refusals are thrown, roll the savepoint back, and are not stored.

#include <optional>
#include <string>
#include <string_view>

#include "http/reply.h"
#include "http/request.h"

namespace harbor::db {
class Connection;
}

namespace harbor::http {

/// A request's key; empty where it has none.
struct IdempotencyKey {
  std::string email;
  std::string route;
  std::string key;
  std::string body_hash;  ///< SHA-256 of the raw body
};

/// The request's Idempotency-Key; empty where it has none. Throws ApiError bad_value where it is
/// not 1 to 255 printable ASCII characters.
std::string read_idempotency_key(const Request& request);

/// The stored answer, with Idempotency-Replayed; nothing where there is none yet. Throws ApiError
/// idempotency_key_reused where the key was used with another body.
std::optional<Reply> find_answer(db::Connection& connection, const IdempotencyKey& key);

/// Stores the answer's status, Location and body.
void store_answer(db::Connection& connection, const IdempotencyKey& key, const Reply& reply);

}  // namespace harbor::http
