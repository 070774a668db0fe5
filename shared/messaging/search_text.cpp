#include "messaging/search_text.h"

#include <algorithm>
#include <functional>

#include "core/text.h"
#include "db/tokenizer.h"
#include "messaging/message.h"

namespace harbor::messaging {
namespace {

constexpr std::size_t kBeforeFirstHit = 60;   // code points
constexpr std::size_t kLongestCodePoint = 4;  // bytes
constexpr std::string_view kEllipsis = "…";

struct Hit {
  std::size_t begin, end;  // bytes
};

// Follows the words of one text and tells where a phrase ends.
class Follower {
 public:
  explicit Follower(const std::vector<SearchPhrase>& phrases) : phrases_(phrases) {
    for (const SearchPhrase& phrase : phrases) longest_ = std::max(longest_, phrase.words.size());
  }

  /// Calls `found` with the index of each phrase that ends with this word, and its place.
  template <class Found>
  void take(const db::Tokenizer::Word& word, Found found) {
    if (last_.size() == longest_) last_.erase(last_.begin());
    last_.push_back({std::string(word.text), word.begin});
    for (std::size_t i = 0; i < phrases_.size(); ++i) {
      if (ends_here(phrases_[i])) {
        found(i, Hit{last_[last_.size() - phrases_[i].words.size()].begin, word.end});
      }
    }
  }

 private:
  struct Seen {
    std::string text;
    std::size_t begin;
  };

  bool ends_here(const SearchPhrase& phrase) const {
    const auto& words = phrase.words;
    if (last_.size() < words.size()) return false;
    const std::string& last = last_.back().text;
    if (phrase.is_prefix ? !last.starts_with(words.back()) : last != words.back()) return false;
    const auto first = last_.end() - static_cast<std::ptrdiff_t>(words.size());
    return std::equal(words.begin(), words.end() - 1, first,
                      [](const std::string& want, const Seen& got) { return want == got.text; });
  }

  const std::vector<SearchPhrase>& phrases_;
  std::size_t longest_ = 1;
  std::vector<Seen> last_;  // as many as the longest phrase has
};

// The hits of one text that begin before `enough(first hit)`, in order, none within another.
std::vector<Hit> hits_in(const db::Tokenizer& tokenizer, const std::vector<SearchPhrase>& phrases,
                         std::string_view text, std::size_t reach) {
  std::vector<Hit> hits;
  Follower follower(phrases);
  tokenizer.split(text, [&](const db::Tokenizer::Word& word) {
    follower.take(word, [&](std::size_t /*phrase*/, Hit hit) {
      // A longer phrase that ends here takes in what was found of it.
      while (!hits.empty() && hits.back().begin >= hit.begin) hits.pop_back();
      if (hits.empty() || hits.back().end <= hit.begin) {
        hits.push_back(hit);
      } else {
        hits.back().end = std::max(hits.back().end, hit.end);
      }
    });
    return hits.empty() || word.begin < hits.front().begin + reach;
  });
  return hits;
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// `count` code points before `at`, or the beginning.
std::size_t back_from(std::string_view text, std::size_t at, std::size_t count) {
  while (at > 0 && count > 0) {
    --at;
    if (!is_continuation(text[at])) --count;
  }
  return at;
}

std::string folded(std::string_view text) {
  std::string plain;
  for (const char c : without_controls(text)) {
    if (c != ' ' || plain.empty() || plain.back() != ' ') plain += c;
  }
  return plain;
}

// The piece [begin, end) of `text` in parts.
std::vector<SnippetPart> parts_of(std::string_view text, std::size_t begin, std::size_t end,
                                  const std::vector<Hit>& hits) {
  std::vector<SnippetPart> parts;
  const auto add = [&](std::size_t from, std::size_t to, bool is_hit) {
    if (from < to) parts.push_back({folded(text.substr(from, to - from)), is_hit});
  };
  std::size_t at = begin;
  for (const Hit& hit : hits) {
    if (hit.begin < at || hit.begin >= end) continue;
    add(at, hit.begin, false);
    at = std::min(hit.end, end);
    add(hit.begin, at, true);
  }
  add(at, end, false);
  return parts;
}

std::vector<SnippetPart> body_parts(std::string_view body, const std::vector<Hit>& hits) {
  const std::size_t begin = hits.empty() ? 0 : back_from(body, hits.front().begin, kBeforeFirstHit);
  const std::size_t length = first_code_points(body.substr(begin), kExcerptLength - 2).size();
  auto parts = parts_of(body, begin, begin + length, hits);
  if (begin > 0) parts.insert(parts.begin(), {std::string(kEllipsis), false});
  if (begin + length < body.size()) parts.push_back({std::string(kEllipsis), false});
  return parts;
}

}  // namespace

TextSearch::TextSearch(const db::Tokenizer& tokenizer, const std::vector<SearchPhrase>& phrases)
    : tokenizer_(tokenizer), phrases_(phrases) {}

bool TextSearch::holds_all(std::string_view subject, std::string_view body) const {
  std::vector<bool> found(phrases_.size());
  std::size_t missing = phrases_.size();
  for (const std::string_view text : {subject, body}) {
    Follower follower(phrases_);
    tokenizer_.split(text, [&](const db::Tokenizer::Word& word) {
      follower.take(word, [&](std::size_t phrase, Hit /*hit*/) {
        if (!found[phrase]) --missing;
        found[phrase] = true;
      });
      return missing > 0;
    });
  }
  return missing == 0;
}

Snippet TextSearch::snippet(std::string_view subject, std::string_view body) const {
  const auto in_subject = hits_in(tokenizer_, phrases_, subject, subject.size());
  const auto in_body = hits_in(tokenizer_, phrases_, body, kExcerptLength * kLongestCodePoint);
  return {parts_of(subject, 0, subject.size(), in_subject), body_parts(body, in_body)};
}

}  // namespace harbor::messaging
