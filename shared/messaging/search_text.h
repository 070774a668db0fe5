#pragma once
// Whether a message holds what is searched, and how that is shown: text in parts, each a hit or
// not. Text, never HTML: a page puts each part into a text node.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messaging/search_query.h"

namespace harbor::messaging {

struct SnippetPart {
  std::string text;
  bool is_hit = false;
};

/// `subject` is the whole of it, `body` a piece of at most kExcerptLength code points around the
/// first hit, white space folded, with … where something was left out.
struct Snippet {
  std::vector<SnippetPart> subject, body;
};

/// Looks for phrases in texts. Those given outlive it.
class TextSearch {
 public:
  TextSearch(const db::Tokenizer& tokenizer, const std::vector<SearchPhrase>& phrases);

  /// True if each phrase stands in the subject or in the body.
  bool holds_all(std::string_view subject, std::string_view body) const;

  /// How a message that holds all is shown.
  Snippet snippet(std::string_view subject, std::string_view body) const;

 private:
  const db::Tokenizer& tokenizer_;
  const std::vector<SearchPhrase>& phrases_;
};

}  // namespace harbor::messaging
