#pragma once
// Searching in one's own messages.
//
// The index proposes, the message decides. Candidates come newest first: those that are not in the
// index yet by a walk through the mailbox, the others by the index, which begins with the reader's
// own token. Each is then judged by what is stored of it at this moment: may the person see it,
// does the filter hold, does its text hold every word and phrase. So a search finds exactly what
// the messages say, and nothing that was deleted, recalled, edited away or is somebody else's.

#include <optional>
#include <string_view>
#include <vector>

#include "messaging/listing.h"
#include "messaging/search_query.h"

namespace harbor::messaging {

/// What was typed, as terms. Throws ApiError 400 naming `q` where that is too much.
std::vector<SearchTerm> read_search(std::string_view text, const Config::Limits& limits);

/// The messages that the filter lets through and that hold all terms, each with its snippet. None
/// for terms without a word. One page judges at most `limits.scan` messages and
/// `limits.search_text` bytes of text: like other scans it may be short and still have a next one.
MessagePage search_messages(db::Connection& connection, const Viewer& viewer,
                            const MessageFilter& filter, const std::vector<SearchTerm>& terms,
                            const Config::Limits& limits);

}  // namespace harbor::messaging
