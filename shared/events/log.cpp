#include "events/log.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/json.h"
#include "db/database.h"

namespace harbor::events {
namespace {

void read_audience(Event& event, std::string_view text) {
  event.everyone = text == "*";
  if (event.everyone) return;
  const json::value list = json::parse({text.data(), text.size()});
  for (const json::value& entry : list.as_array()) {
    const json::array& fields = entry.as_array();
    Addressee addressee{std::string(fields.at(0).as_string()), std::nullopt};
    if (fields.size() == 3) {
      addressee.counts = Counts{fields[1].as_int64(), fields[2].as_int64()};
    }
    event.audience.push_back(std::move(addressee));
  }
}

std::vector<Event> read_events(db::Connection& connection, std::string_view tenant,
                               std::int64_t after, std::int64_t limit) {
  std::vector<Event> events;
  db::Query row(connection,
                "SELECT Seq, Type, MessageId, Audience, Payload, CreatedAt FROM Events"
                " WHERE TenantId = ? AND Seq > ? ORDER BY Seq LIMIT ?",
                tenant, after, limit);
  while (row.next()) {
    Event event;
    event.seq = row.integer(0);
    event.type = row.text(1);
    event.message_id = row.integer(2);
    read_audience(event, row.view(3));
    event.payload = row.text(4);
    event.created_at = row.text(5);
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace

bool Head::continues(const Cursor& cursor) const {
  return cursor.epoch == epoch && cursor.seq >= floor && cursor.seq <= head;
}

std::optional<Head> read_head(db::Connection& connection, std::string_view tenant) {
  db::Query row(connection, "SELECT Epoch, Head, Floor FROM EventHeads WHERE TenantId = ?", tenant);
  if (!row.next()) return std::nullopt;
  return Head{row.text(0), row.integer(1), row.integer(2)};
}

Page read_page_in(db::Connection& connection, std::string_view tenant, const Cursor& cursor,
                  std::int64_t limit) {
  Page page;
  page.head = read_head(connection, tenant);
  page.last_seq = cursor.seq;
  page.gap = !page.head || !page.head->continues(cursor);
  if (page.gap) return page;
  page.events = read_events(connection, tenant, cursor.seq, limit);
  if (!page.events.empty()) page.last_seq = page.events.back().seq;
  return page;
}

Page read_page(db::Connection& connection, std::string_view tenant, const Cursor& cursor,
               std::int64_t limit, std::int64_t after_revocation) {
  // The order is the promise: whoever sees an event has seen every revocation before it.
  const db::ReadTransaction view(connection);
  auto revocations = read_revocations(connection, after_revocation);
  Page page = read_page_in(connection, tenant, cursor, limit);
  page.revocations = std::move(revocations);
  return page;
}

std::optional<std::string> newest_time(db::Connection& connection) {
  db::Query row(connection,
                "SELECT MAX((SELECT e.CreatedAt FROM Events e WHERE e.TenantId = h.TenantId"
                " ORDER BY e.Seq DESC LIMIT 1)) FROM EventHeads h");
  row.next();
  return row.optional_text(0);
}

VersionedCounts read_counts(db::Connection& connection, std::string_view tenant,
                            std::string_view email) {
  db::Query row(connection,
                "SELECT Unread, Unseen, Version FROM UnreadCounters"
                " WHERE TenantId = ? AND Email = ?",
                tenant, email);
  VersionedCounts counts;
  if (!row.next()) return counts;
  counts.unread = row.integer(0);
  counts.unseen = row.integer(1);
  counts.version = row.integer(2);
  return counts;
}

std::string event_data_json(std::string_view tenant, const Event& event) {
  std::string text = "{\"messageId\":" + std::to_string(event.message_id) + ",\"tenantId\":\"";
  text += tenant;  // [a-z0-9-]: needs no escapes
  text += "\",\"timestamp\":\"" + event.created_at + "\",\"payload\":" + event.payload + "}";
  return text;
}

std::string event_json(std::string_view tenant, const Event& event) {
  return "{\"type\":\"" + event.type + "\",\"data\":" + event_data_json(tenant, event) + "}";
}

const Addressee* find_addressee(const Event& event, std::string_view email) {
  for (const Addressee& addressee : event.audience) {
    if (addressee.email == email) return &addressee;
  }
  return nullptr;
}

}  // namespace harbor::events
