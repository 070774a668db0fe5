#pragma once
// Blocks: who does not take messages from whom, per tenant (DESIGN section 9). A person blocks
// another for themselves; an admin bars somebody from writing in the tenant. Neither hides what was
// already received.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access.h"
#include "core/json.h"

namespace harbor::messaging {

enum class BlockScope { me, tenant };

struct Block {
  std::int64_t id = 0;
  std::string tenant;
  std::string blocker, blocked, blocked_name;
  BlockScope scope = BlockScope::me;
  std::string reason;  ///< the blocker's note: for themselves, or for the tenant's admins
  std::string created_at;
};

/// What a request asks for.
struct BlockWish {
  std::string tenant, email;
  std::optional<BlockScope> scope;  ///< left open: `tenant` for its admins, `me` for others
  std::string reason;
};

/// Of `{tenantId, email, scope?, reason?}`. Throws ApiError naming the field.
BlockWish read_block(const json::value& body);

std::optional<BlockScope> parse_block_scope(std::string_view word);
json::object block_json(const Block& block);

struct Blocked {
  Block block;
  bool is_new = false;  ///< false: it stood already, and stays as it was
};

/// Blocks. Throws ApiError: `not_allowed` for scope `tenant` by no admin, `not_a_member` for scope
/// `me` by an admin from outside; per field for somebody who is no member (foreign and missing
/// alike), oneself, or an admin who would be barred. A bar is in the audit log. Precondition: a
/// writing transaction.
Blocked add_block(db::Connection& connection, const auth::Caller& caller, const BlockWish& wish);

/// Takes one's own block back, or a bar of a tenant whose admin one is. Throws ApiError not_found
/// for any other, whether it is somebody's or nobody's.
void remove_block(db::Connection& connection, const auth::Caller& caller, std::int64_t id);

struct BlockPage {
  std::vector<Block> items;
  std::optional<std::int64_t> next;  ///< the `after` of the next page
};

/// One's own blocks, or the tenant's bars, oldest first.
BlockPage list_blocks(db::Connection& connection, std::string_view tenant, std::string_view blocker,
                      BlockScope scope, std::int64_t after, std::int64_t limit);

/// As SQL: whether `u` (a row of TenantUsers or UserRoles) takes no messages from the person whom
/// the parameter `sender` ("?", "?3") names.
std::string takes_none_from(const std::string& sender);

/// Throws ApiError `barred` where an admin has barred the person from writing in the tenant.
void require_not_barred(db::Connection& connection, std::string_view tenant,
                        std::string_view email);

}  // namespace harbor::messaging
