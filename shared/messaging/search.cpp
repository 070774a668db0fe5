#include "messaging/search.h"

#include <algorithm>
#include <limits>
#include <memory>

#include "core/api_error.h"
#include "db/database.h"
#include "db/tokenizer.h"
#include "messaging/filter_sql.h"
#include "messaging/mailbox.h"
#include "messaging/mailbox_walk.h"
#include "messaging/search_index.h"
#include "messaging/search_text.h"

namespace harbor::messaging {
namespace {

using db::Query;

// Ids that may be hits, newest first: above the index by a walk, then by the index.
class Candidates {
 public:
  Candidates(db::Connection& connection, const Viewer& viewer, const MessageFilter& filter,
             const std::vector<SearchPhrase>& phrases)
      : indexed_up_to_(search_indexed_up_to(connection)), newer_(connection, viewer, filter) {
    const auto mailbox = find_mailbox(connection, filter.tenant, viewer.email);
    if (!mailbox) return;
    constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();
    indexed_ = std::make_unique<Query>(
        connection,
        "SELECT rowid FROM MessageSearch WHERE MessageSearch MATCH ? AND rowid < ?"
        " ORDER BY rowid DESC",
        match_expression(reader_tokens(filter.tenant, *mailbox), phrases),
        std::min(filter.before.value_or(kNoBound), indexed_up_to_ + 1));
  }

  std::optional<std::int64_t> next() {
    if (!is_walk_done_) {
      const auto step = newer_.next();
      if (step && step->id > indexed_up_to_) return step->id;
      is_walk_done_ = true;
    }
    if (!indexed_ || !indexed_->next()) return std::nullopt;
    return indexed_->integer(0);
  }

 private:
  std::int64_t indexed_up_to_;
  MailboxWalk newer_;
  bool is_walk_done_ = false;
  std::unique_ptr<Query> indexed_;
};

// One page in the making.
class Search {
 public:
  Search(db::Connection& connection, const Viewer& viewer, const MessageFilter& filter,
         const Config::Limits& limits, const db::Tokenizer& tokenizer,
         const std::vector<SearchPhrase>& phrases)
      : connection_(connection),
        viewer_(viewer),
        filter_(filter),
        limits_(limits),
        text_(tokenizer, phrases),
        judge_sql_("SELECT m.Subject, m.Body FROM Messages m LEFT JOIN MessageRecipients r"
                   " ON r.MessageId = m.Id AND r.RecipientEmail = ?2 AND r.IsDeleted = 0"
                   " WHERE m.Id = ?1 AND m.TenantId = ?7 AND m.IsDeleted = 0" +
                   own_condition(filter) + kMessageConditions) {}

  bool is_hit(std::int64_t id) {
    Query row(connection_, judge_sql_, id, viewer_.email, filter_.has_attachments,
              filter_.message_type, filter_.priority, filter_.from, filter_.tenant);
    if (!row.next()) return false;
    bytes_ += static_cast<std::int64_t>(row.view(0).size() + row.view(1).size());
    return text_.holds_all(row.view(0), row.view(1));
  }

  void add(std::int64_t id, MessagePage& page) const {
    auto message = find_message(connection_, viewer_, id);
    if (!message) return;
    message->snippet = text_.snippet(message->subject, message->body);
    page.items.push_back(*std::move(message));
  }

  bool is_spent(std::int64_t judged) const {
    return judged >= limits_.scan || bytes_ >= limits_.search_text;
  }

 private:
  db::Connection& connection_;
  const Viewer& viewer_;
  const MessageFilter& filter_;
  const Config::Limits& limits_;
  const TextSearch text_;
  const std::string judge_sql_;
  std::int64_t bytes_ = 0;
};

}  // namespace

std::vector<SearchTerm> read_search(std::string_view text, const Config::Limits& limits) {
  auto terms = parse_search(text, limits);
  if (!terms) throw ApiError("bad_value", "q " + terms.error().reason + ".", "q");
  return *std::move(terms);
}

MessagePage search_messages(db::Connection& connection, const Viewer& viewer,
                            const MessageFilter& filter, const std::vector<SearchTerm>& terms,
                            const Config::Limits& limits) {
  MessagePage page;
  const db::Tokenizer tokenizer(connection);
  const auto phrases = phrases_of(terms, tokenizer);
  if (phrases.empty()) return page;
  Search search(connection, viewer, filter, limits, tokenizer, phrases);
  Candidates candidates(connection, viewer, filter, phrases);
  for (std::int64_t judged = 1; const auto id = candidates.next(); ++judged) {
    const bool is_hit = search.is_hit(*id);
    if (is_hit && static_cast<std::int64_t>(page.items.size()) == filter.limit) {
      page.next = page.items.back().id;
      return page;
    }
    if (is_hit) search.add(*id, page);
    if (search.is_spent(judged)) {
      page.next = *id;
      return page;
    }
  }
  return page;
}

}  // namespace harbor::messaging
