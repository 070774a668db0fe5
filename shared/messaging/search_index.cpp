#include "messaging/search_index.h"

#include "db/database.h"
#include "messaging/mailbox.h"

namespace harbor::messaging {
namespace {

using db::execute;
using db::Query;

// As migrations/*_search.sql has them.
constexpr std::string_view kMailboxToken = "\uE000";
constexpr std::string_view kTenantToken = "\uE001";

std::string hexadecimal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string digits;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    digits += {kDigits[byte >> 4U], kDigits[byte & 0xfU]};
  }
  return digits;
}

struct Batch {
  std::int64_t messages = 0;
  std::int64_t last = 0;  // id
};

Batch next_batch(db::Connection& connection, std::int64_t after, std::int64_t most_messages,
                 std::int64_t most_bytes) {
  Batch batch;
  std::int64_t bytes = 0;
  Query row(connection,
            "SELECT Id, length(Subject) + length(Body) FROM Messages WHERE Id > ? ORDER BY Id"
            " LIMIT ?",
            after, most_messages);
  while (bytes < most_bytes && row.next()) {
    ++batch.messages;
    batch.last = row.integer(0);
    bytes += row.integer(1);
  }
  return batch;
}

// A sender may never have been sent anything: without a mailbox there would be no token.
void give_senders_mailboxes(db::Connection& connection, std::int64_t after, std::int64_t last) {
  Query row(connection, "SELECT TenantId, SenderEmail FROM Messages WHERE Id > ? AND Id <= ?",
            after, last);
  while (row.next()) mailbox_of(connection, row.view(0), row.view(1));
}

}  // namespace

std::int64_t search_indexed_up_to(db::Connection& connection) {
  Query row(connection, "SELECT UpTo FROM SearchProgress WHERE Id = 1");
  return row.next() ? row.integer(0) : 0;
}

std::int64_t extend_search_index(db::Connection& connection, std::int64_t most_messages,
                                 std::int64_t most_bytes) {
  const std::int64_t after = search_indexed_up_to(connection);
  const Batch batch = next_batch(connection, after, most_messages, most_bytes);
  if (batch.messages == 0) return 0;
  give_senders_mailboxes(connection, after, batch.last);
  execute(connection,
          "INSERT INTO MessageSearch (rowid, Subject, Body, Readers)"
          " SELECT Id, Subject, Body, Readers FROM MessageSearchText"
          " WHERE Id > ? AND Id <= ? ORDER BY Id",
          after, batch.last);
  execute(connection, "UPDATE SearchProgress SET UpTo = ? WHERE Id = 1", batch.last);
  return batch.messages;
}

std::vector<std::string> reader_tokens(std::string_view tenant, std::int64_t mailbox) {
  return {std::string(kMailboxToken) + std::to_string(mailbox),
          std::string(kTenantToken) + hexadecimal(tenant)};
}

}  // namespace harbor::messaging
