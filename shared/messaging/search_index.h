#pragma once
// The full-text index (migrations/*_search.sql): what lies in it, and its growth.
//
// Who sends, edits, recalls, deletes or imports has nothing to call. A new message is in the index
// once extend_search_index has come to it, and is looked at directly before; a change of Subject,
// Body, IsDeleted or IsRecalled, or the removal of the row, is followed by triggers in the same
// transaction.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

/// Every message up to this id is in the index, none above it.
std::int64_t search_indexed_up_to(db::Connection& connection);

/// Takes the next messages in: at most `most_messages`, and no further one once their texts have
/// `most_bytes` together. How many they were. Within a writing transaction.
std::int64_t extend_search_index(db::Connection& connection, std::int64_t most_messages,
                                 std::int64_t most_bytes);

/// The tokens of MessageSearch.Readers that stand for a mailbox in its tenant.
std::vector<std::string> reader_tokens(std::string_view tenant, std::int64_t mailbox);

}  // namespace harbor::messaging
