#include "messaging/archive.h"

#include "auth/people.h"
#include "core/clock.h"
#include "core/text.h"
#include "db/database.h"
#include "events/log.h"
#include "messaging/mailbox.h"
#include "messaging/markdown.h"

namespace harbor::messaging {
namespace {

using db::execute;
using db::Query;

constexpr std::int64_t kExamples = 10;

// The id by which a message born here is known elsewhere: its own, made unique among databases
// that happen to have the same tenant id by the time of its birth.
std::string native_id(std::int64_t id, const std::string& created_at, std::string_view tenant) {
  return "<" + std::to_string(id) + "." + std::to_string(parse_rfc3339(created_at).value_or(0)) +
         "@" + std::string(tenant) + ".harbor>";
}

// The message that `external_id` names as native_id does; nothing where it is of another form.
std::optional<std::int64_t> find_native(db::Connection& connection, std::string_view tenant,
                                        std::string_view external_id) {
  const auto dot = external_id.find('.');
  if (!external_id.starts_with('<') || dot == std::string_view::npos) return std::nullopt;
  const auto id = parse_id(external_id.substr(1, dot - 1));
  Query row(connection, "SELECT CreatedAt FROM Messages WHERE Id = ? AND TenantId = ?", id, tenant);
  if (!row.next() || native_id(*id, row.text(0), tenant) != external_id) return std::nullopt;
  return id;
}

std::optional<std::int64_t> find_message_of(db::Connection& connection, std::string_view tenant,
                                            std::string_view external_id) {
  Query row(connection, "SELECT MessageId FROM ImportedIds WHERE TenantId = ? AND ExternalId = ?",
            tenant, external_id);
  if (row.next()) return row.integer(0);
  return find_native(connection, tenant, external_id);
}

// One import's batch: where it goes, and what is counted.
struct Import {
  db::Connection& connection;
  std::string_view tenant;
  const Names& names;
  const Config::Limits& limits;
  ImportReport& report;
  std::int64_t head = 0;
  std::string now = now_rfc3339();
};

std::string name_of(const Import& import, const std::string& email) {
  const auto found = import.names.find(email);
  if (found != import.names.end() && !found->second.empty()) return found->second;
  return email.substr(0, email.find('@'));
}

void require_member(Import& import, const std::string& email) {
  if (auth::add_person(import.connection, {email, name_of(import, email)})) ++import.report.people;
  if (auth::add_member(import.connection, import.tenant, email, false)) ++import.report.members;
}

struct Parent {
  std::int64_t id = 0;
  std::int64_t thread = 0;
};

std::optional<Parent> find_parent(Import& import, const ArchivedMessage& message) {
  if (!message.in_reply_to) return std::nullopt;
  const auto id = find_message_of(import.connection, import.tenant, *message.in_reply_to);
  Query row(import.connection, "SELECT ThreadId FROM Messages WHERE Id = ?", id);
  if (row.next()) return Parent{*id, row.integer(0)};
  auto& examples = import.report.some_unknown_parents;
  if (++import.report.unknown_parents <= kExamples) examples.push_back(*message.in_reply_to);
  return std::nullopt;
}

std::int64_t store_message(Import& import, const ArchivedMessage& message,
                           const std::optional<Parent>& parent, std::size_t links) {
  std::optional<std::int64_t> parent_id;
  if (parent) parent_id = parent->id;
  execute(import.connection,
          "INSERT INTO Messages (Subject, Body, SenderEmail, TenantId, MessageType, Priority,"
          " CreatedAt, LinkCount, RecipientCount, ThreadId, InReplyTo, Version, CreatedSeq)"
          " VALUES (?, ?, ?, ?, 'direct', 'normal', ?, ?, ?, ?, ?, ?, ?)",
          message.subject, message.body, message.from, import.tenant, message.date,
          static_cast<std::int64_t>(links), static_cast<std::int64_t>(message.to.size()),
          parent ? parent->thread : 0, parent_id, import.head, import.head);
  const std::int64_t id = import.connection.last_insert_id();
  if (parent) {
    execute(import.connection,
            "INSERT INTO MessageThreads (ParentMessageId, ChildMessageId) VALUES (?, ?)",
            parent->id, id);
  } else {
    execute(import.connection, "UPDATE Messages SET ThreadId = Id WHERE Id = ?", id);
  }
  return id;
}

void store_recipients(Import& import, const ArchivedMessage& message, std::int64_t id) {
  for (const std::string& email : message.to) {
    require_member(import, email);
    store_recipient(import.connection, {id, import.tenant, email, import.now, import.head});
  }
}

void store_links(Import& import, const std::vector<std::string>& urls, std::int64_t id,
                 const std::string& date) {
  for (const std::string& url : urls) {
    WebLink link;
    if (!read_web_link(url, link)) continue;
    execute(import.connection,
            "INSERT INTO MessageLinks (MessageId, Url, Domain, CreatedAt) VALUES (?, ?, ?, ?)", id,
            link.url, link.domain, date);
  }
}

void import_message(Import& import, const ArchivedMessage& message) {
  require_member(import, message.from);
  const auto parent = find_parent(import, message);
  const auto urls = links_in(message.body, static_cast<std::size_t>(import.limits.links));
  const std::int64_t id = store_message(import, message, parent, urls.size());
  store_recipients(import, message, id);
  store_links(import, urls, id, message.date);
  execute(import.connection,
          "INSERT INTO ImportedIds (TenantId, ExternalId, MessageId) VALUES (?, ?, ?)",
          import.tenant, message.id, id);
  ++import.report.added;
  import.report.attachments += static_cast<std::int64_t>(message.attachments);
}

// The id of a message that is exported: where it came from, or its own.
std::string external_id(db::Connection& connection, std::string_view tenant, std::int64_t id,
                        const std::string& created_at) {
  Query row(connection, "SELECT ExternalId FROM ImportedIds WHERE MessageId = ?", id);
  return row.next() ? row.text(0) : native_id(id, created_at, tenant);
}

std::optional<std::string> parent_external_id(db::Connection& connection, std::string_view tenant,
                                              std::optional<std::int64_t> id) {
  Query row(connection,
            "SELECT CreatedAt FROM Messages WHERE Id = ? AND IsDeleted = 0 AND IsRecalled = 0", id);
  if (!row.next()) return std::nullopt;
  return external_id(connection, tenant, *id, row.text(0));
}

std::vector<std::string> recipients_of(db::Connection& connection, std::int64_t id) {
  std::vector<std::string> emails;
  Query row(connection,
            "SELECT RecipientEmail FROM MessageRecipients WHERE MessageId = ? ORDER BY Id", id);
  while (row.next()) emails.push_back(row.text(0));
  return emails;
}

ArchivedMessage read_archived(db::Connection& connection, std::string_view tenant,
                              const Query& row) {
  const std::int64_t id = row.integer(0);
  ArchivedMessage message;
  message.date = row.text(1);
  message.id = external_id(connection, tenant, id, message.date);
  message.in_reply_to = parent_external_id(connection, tenant, row.optional_integer(2));
  message.from = row.text(3);
  message.from_name = row.text(4);
  message.to = recipients_of(connection, id);
  message.subject = row.text(5);
  message.body = row.text(6);
  return message;
}

}  // namespace

bool is_imported(db::Connection& connection, std::string_view tenant,
                 const ArchivedMessage& message) {
  return find_message_of(connection, tenant, message.id).has_value();
}

void import_messages(db::Connection& connection, std::string_view tenant,
                     std::span<const ArchivedMessage> messages, const Names& names,
                     const Config::Limits& limits, ImportReport& report) {
  Import import{connection, tenant, names, limits, report};
  import.head = events::read_head(connection, tenant).value().head;
  for (const ArchivedMessage& message : messages) {
    if (is_imported(connection, tenant, message)) {
      ++report.known;
    } else {
      import_message(import, message);
    }
  }
}

ArchivePage read_archive(db::Connection& connection, std::string_view tenant, std::int64_t after,
                         std::int64_t limit) {
  const db::ReadTransaction view(connection);
  ArchivePage page;
  std::int64_t rows = 0;
  Query row(connection,
            "SELECT m.Id, m.CreatedAt, m.InReplyTo, m.SenderEmail, p.Name, m.Subject, m.Body,"
            " m.IsDeleted OR m.IsRecalled"
            " FROM Messages m JOIN Subscribers p ON p.Email = m.SenderEmail"
            " WHERE m.TenantId = ? AND m.Id > ? ORDER BY m.Id LIMIT ?",
            tenant, after, limit);
  while (row.next()) {
    page.last_id = row.integer(0);
    ++rows;
    if (!row.boolean(7)) page.messages.push_back(read_archived(connection, tenant, row));
  }
  if (rows < limit) page.last_id = 0;
  return page;
}

}  // namespace harbor::messaging
