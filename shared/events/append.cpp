#include "events/append.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <span>
#include <stdexcept>

#include "core/clock.h"
#include "core/json.h"
#include "core/mutant.h"
#include "core/text.h"
#include "db/database.h"

namespace harbor::events {
namespace {

constexpr std::size_t kLargestAudience = 1000;
constexpr std::size_t kEpochLength = 8;

std::string audience_text(std::span<const Addressee> audience) {
  json::array list;
  for (const Addressee& addressee : audience) {
    json::array entry{addressee.email};
    if (addressee.counts) {
      entry.emplace_back(addressee.counts->unread);
      entry.emplace_back(addressee.counts->unseen);
    }
    list.push_back(std::move(entry));
  }
  return json::serialize(list);
}

}  // namespace

Change::Change(db::Connection& connection, std::string_view tenant)
    : connection_(connection), tenant_(tenant), time_(now_rfc3339()) {
  take_seq();
  seq_ = last_seq_;
}

void Change::take_seq() {
  // Never MAX(Seq) + 1: after pruning that begins again (the mutant shows it).
  const char* const sql =
      mutant("max_seq_plus_one")
          ? "UPDATE EventHeads SET Head = (SELECT COALESCE(MAX(e.Seq), 0) + 1 FROM Events e"
            " WHERE e.TenantId = EventHeads.TenantId) WHERE TenantId = ? RETURNING Head, Epoch"
          : "UPDATE EventHeads SET Head = Head + 1 WHERE TenantId = ? RETURNING Head, Epoch";
  db::Query row(connection_, sql, tenant_);
  if (!row.next()) throw std::logic_error("no event log for tenant " + tenant_);
  last_seq_ = row.integer(0);
  epoch_ = row.text(1);
  // SQLite completes the UPDATE only when the statement is stepped to its end.
  row.next();
}

void Change::append(const NewEvent& event) {
  if (event.everyone) return insert(event, "*");
  const std::span<const Addressee> all(event.audience);
  std::size_t begin = 0;
  do {
    if (begin > 0) take_seq();
    const std::size_t count = std::min(kLargestAudience, all.size() - begin);
    insert(event, audience_text(all.subspan(begin, count)));
    begin += count;
  } while (begin < all.size());
}

void Change::insert(const NewEvent& event, const std::string& audience) {
  db::execute(connection_,
              "INSERT INTO Events (TenantId, Seq, Type, MessageId, Audience, Payload, CreatedAt)"
              " VALUES (?, ?, ?, ?, ?, ?, ?)",
              tenant_, last_seq_, event.type, event.message_id, audience, event.payload, time_);
  types_.push_back(event.type);
}

Announcement Change::announcement() const { return {tenant_, {epoch_, last_seq_}, types_}; }

void begin_log(db::Connection& connection, std::string_view tenant) {
  db::execute(connection, "INSERT INTO EventHeads (TenantId, Epoch) VALUES (?, ?)", tenant,
              random_word(kEpochLength));
}

void renew_epoch(db::Connection& connection, std::string_view tenant) {
  db::execute(connection, "UPDATE EventHeads SET Epoch = ? WHERE TenantId = ?",
              random_word(kEpochLength), tenant);
}

}  // namespace harbor::events
