#include "messaging/blocks.h"

#include "auth/audit.h"
#include "auth/people.h"
#include "core/api_error.h"
#include "core/clock.h"
#include "core/fields.h"
#include "core/text.h"
#include "db/database.h"

namespace harbor::messaging {
namespace {

using db::Query;

constexpr std::size_t kLongestReason = 200;  // code points

constexpr const char* kColumns =
    "SELECT b.Id, b.TenantId, b.BlockerEmail, b.BlockedEmail, p.Name, b.Scope, b.Reason,"
    " b.CreatedAt FROM UserBlocks b JOIN Subscribers p ON p.Email = b.BlockedEmail";

std::string_view word_of(BlockScope scope) { return scope == BlockScope::me ? "me" : "tenant"; }

[[noreturn]] void refuse(const char* field, const char* code) {
  throw ApiError(std::vector<FieldError>{{field, code}});
}

Block read_row(Query& row) {
  Block block;
  block.id = row.integer(0);
  block.tenant = row.text(1);
  block.blocker = row.text(2);
  block.blocked = row.text(3);
  block.blocked_name = row.text(4);
  block.scope = row.view(5) == "me" ? BlockScope::me : BlockScope::tenant;
  block.reason = row.text(6);
  block.created_at = row.text(7);
  return block;
}

std::optional<Block> find_block(db::Connection& connection, std::int64_t id) {
  Query row(connection, std::string(kColumns) + " WHERE b.Id = ?", id);
  if (!row.next()) return std::nullopt;
  return read_row(row);
}

// A person's block of another; of bars there is one, whichever admin it is from.
std::optional<Block> find_block(db::Connection& connection, const BlockWish& wish, BlockScope scope,
                                std::string_view blocker) {
  const std::string columns(kColumns);
  if (scope == BlockScope::me) {
    Query row(connection,
              columns + " WHERE b.TenantId = ? AND b.BlockerEmail = ? AND b.BlockedEmail = ?"
                        " AND b.Scope = 'me'",
              wish.tenant, blocker, wish.email);
    return row.next() ? std::optional(read_row(row)) : std::nullopt;
  }
  Query row(connection,
            columns + " WHERE b.TenantId = ? AND b.BlockedEmail = ? AND b.Scope = 'tenant'",
            wish.tenant, wish.email);
  return row.next() ? std::optional(read_row(row)) : std::nullopt;
}

// A disabled member can be blocked: they may be back.
void require_blockable(db::Connection& connection, const auth::Caller& caller,
                       const BlockWish& wish, BlockScope scope) {
  const auto member = auth::find_member(connection, wish.tenant, wish.email);
  if (!member) refuse("email", "unknown_person");
  if (wish.email == caller.email) refuse("email", "yourself");
  if (scope == BlockScope::me) return;
  const auto person = auth::find_person(connection, wish.email);
  if (member->is_admin || (person && person->is_global_admin)) refuse("email", "is_admin");
}

void record_bar(db::Connection& connection, const auth::Caller& caller, const Block& bar,
                const char* act) {
  auth::record(connection, {caller.email, act, bar.tenant, bar.blocked, {{"reason", bar.reason}}});
}

// `row` has one more than `limit`, where there is one.
BlockPage read_page(Query& row, std::int64_t limit) {
  BlockPage page;
  while (row.next()) {
    if (static_cast<std::int64_t>(page.items.size()) == limit) {
      page.next = page.items.back().id;
      break;
    }
    page.items.push_back(read_row(row));
  }
  return page;
}

bool may_remove(db::Connection& connection, const auth::Caller& caller, const Block& block) {
  if (block.scope == BlockScope::me) return block.blocker == caller.email;
  try {
    return auth::require_visible(connection, caller, block.tenant).is_admin;
  } catch (const ApiError&) {
    return false;
  }
}

}  // namespace

std::optional<BlockScope> parse_block_scope(std::string_view word) {
  if (word == "me") return BlockScope::me;
  if (word == "tenant") return BlockScope::tenant;
  return std::nullopt;
}

BlockWish read_block(const json::value& body) {
  Fields fields(body);
  BlockWish wish;
  wish.tenant = fields.text("tenantId");
  const auto email = normal_email(fields.text("email"));
  const auto scope = fields.optional_text("scope");
  wish.reason = std::string(trim(without_controls(fields.optional_text("reason").value_or(""))));
  fields.finish();
  if (!email) refuse("email", "not_an_address");
  if (scope) wish.scope = parse_block_scope(*scope);
  if (scope && !wish.scope) refuse("scope", "not_supported");
  if (code_points(wish.reason) > kLongestReason) refuse("reason", "too_long");
  wish.email = *email;
  return wish;
}

json::object block_json(const Block& block) {
  return {{"id", block.id},
          {"tenantId", block.tenant},
          {"email", block.blocked},
          {"name", block.blocked_name},
          {"scope", word_of(block.scope)},
          {"blockedBy", block.blocker},
          {"reason", block.reason},
          {"createdAt", block.created_at}};
}

Blocked add_block(db::Connection& connection, const auth::Caller& caller, const BlockWish& wish) {
  const auto standing = auth::require_visible(connection, caller, wish.tenant);
  const BlockScope scope =
      wish.scope.value_or(standing.is_admin ? BlockScope::tenant : BlockScope::me);
  if (scope == BlockScope::tenant && !standing.is_admin) {
    throw ApiError("not_allowed", "Only the tenant's admins bar somebody from it.", "scope");
  }
  if (scope == BlockScope::me && !standing.is_member) throw ApiError("not_a_member");
  require_blockable(connection, caller, wish, scope);
  if (auto known = find_block(connection, wish, scope, caller.email)) {
    return {*std::move(known), false};
  }
  db::execute(connection,
              "INSERT INTO UserBlocks"
              " (TenantId, BlockerEmail, BlockedEmail, Scope, Reason, CreatedAt)"
              " VALUES (?, ?, ?, ?, ?, ?)",
              wish.tenant, caller.email, wish.email, word_of(scope), wish.reason, now_rfc3339());
  Block block = find_block(connection, connection.last_insert_id()).value();
  if (scope == BlockScope::tenant) record_bar(connection, caller, block, "member.bar");
  return {std::move(block), true};
}

void remove_block(db::Connection& connection, const auth::Caller& caller, std::int64_t id) {
  const auto block = find_block(connection, id);
  if (!block || !may_remove(connection, caller, *block)) {
    throw ApiError("not_found", "There is no such block.");
  }
  db::execute(connection, "DELETE FROM UserBlocks WHERE Id = ?", id);
  if (block->scope == BlockScope::tenant) record_bar(connection, caller, *block, "member.unbar");
}

BlockPage list_blocks(db::Connection& connection, std::string_view tenant, std::string_view blocker,
                      BlockScope scope, std::int64_t after, std::int64_t limit) {
  const std::string columns(kColumns);
  if (scope == BlockScope::me) {
    Query row(connection,
              columns + " WHERE b.TenantId = ? AND b.BlockerEmail = ? AND b.Scope = 'me'"
                        " AND b.Id > ? ORDER BY b.Id LIMIT ?",
              tenant, blocker, after, limit + 1);
    return read_page(row, limit);
  }
  Query row(connection,
            columns + " WHERE b.TenantId = ? AND b.Scope = 'tenant' AND b.Id > ?"
                      " ORDER BY b.Id LIMIT ?",
            tenant, after, limit + 1);
  return read_page(row, limit);
}

std::string takes_none_from(const std::string& sender) {
  return "EXISTS (SELECT 1 FROM UserBlocks b WHERE b.TenantId = u.TenantId"
         " AND b.BlockerEmail = u.Email AND b.BlockedEmail = " +
         sender + " AND b.Scope = 'me')";
}

void require_not_barred(db::Connection& connection, std::string_view tenant,
                        std::string_view email) {
  Query row(connection,
            "SELECT 1 FROM UserBlocks WHERE TenantId = ? AND BlockedEmail = ? AND Scope = 'tenant'",
            tenant, email);
  if (row.next()) throw ApiError("barred");
}

}  // namespace harbor::messaging
