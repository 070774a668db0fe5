#include "messaging/search_query.h"

#include <array>
#include <set>
#include <stdexcept>

#include "core/text.h"
#include "db/tokenizer.h"

namespace harbor::messaging {
namespace {

// The characters that are indexed of each word's beginning (migrations/*_search.sql, prefix).
constexpr std::size_t kIndexedPrefix = 3;

constexpr std::array<std::string_view, 5> kQuotes{"\"", "“", "”", "„", "‟"};

std::size_t quote_length(std::string_view text) {
  for (const std::string_view quote : kQuotes) {
    if (text.starts_with(quote)) return quote.size();
  }
  return 0;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What the search box holds is read from left to right; each function takes off its front.
class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  std::vector<SearchTerm> terms() {
    std::vector<SearchTerm> terms;
    while (skip_space()) {
      SearchTerm term = quote_length(rest_) > 0 ? quoted() : plain();
      if (!term.text.empty()) terms.push_back(std::move(term));
    }
    return terms;
  }

 private:
  bool skip_space() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return !rest_.empty();
  }

  // Up to the closing quote, or the end where there is none.
  SearchTerm quoted() {
    rest_.remove_prefix(quote_length(rest_));
    std::size_t length = 0;
    while (length < rest_.size() && quote_length(rest_.substr(length)) == 0) ++length;
    SearchTerm term = without_asterisks(rest_.substr(0, length));
    rest_.remove_prefix(length);
    rest_.remove_prefix(quote_length(rest_));
    while (rest_.starts_with('*')) {
      term.is_prefix = true;
      rest_.remove_prefix(1);
    }
    return term;
  }

  SearchTerm plain() {
    std::size_t length = 0;
    while (length < rest_.size() && !is_space(rest_[length]) &&
           quote_length(rest_.substr(length)) == 0) {
      ++length;
    }
    const SearchTerm term = without_asterisks(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return term;
  }

  static SearchTerm without_asterisks(std::string_view text) {
    text = trim(text);
    SearchTerm term;
    for (; text.ends_with('*'); text.remove_suffix(1)) term.is_prefix = true;
    term.text = text;
    return term;
  }

  std::string_view rest_;
};

std::string in_quotes(std::string_view word) {
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"') text += c;
    text += c;
  }
  return text + '"';
}

// The condition on the index that a word of a phrase gives; empty where the index cannot tell.
std::string condition(const std::string& word, bool is_prefix) {
  if (!is_prefix) return in_quotes(word);
  if (code_points(word) < kIndexedPrefix) return {};
  return in_quotes(first_code_points(word, kIndexedPrefix)) + " *";
}

}  // namespace

void throw_exception_from_error(const SearchFault& fault, const boost::source_location&) {
  throw std::logic_error(fault.reason);
}

boost::system::result<std::vector<SearchTerm>, SearchFault>
parse_search(std::string_view text, const Config::Limits& limits) {
  const auto longest = static_cast<std::size_t>(limits.search_length);
  if (code_points(text) > longest) {
    return SearchFault{"may have " + std::to_string(longest) + " characters"};
  }
  auto terms = Parser(text).terms();
  if (terms.size() > static_cast<std::size_t>(limits.search_terms)) {
    return SearchFault{"may have " + std::to_string(limits.search_terms) + " words"};
  }
  return terms;
}

std::vector<SearchPhrase> phrases_of(const std::vector<SearchTerm>& terms,
                                     const db::Tokenizer& tokenizer) {
  std::vector<SearchPhrase> phrases;
  for (const SearchTerm& term : terms) {
    SearchPhrase phrase{{}, term.is_prefix};
    tokenizer.split(term.text, [&](const db::Tokenizer::Word& word) {
      phrase.words.emplace_back(word.text);
      return true;
    });
    if (!phrase.words.empty()) phrases.push_back(std::move(phrase));
  }
  return phrases;
}

std::string match_expression(const std::vector<std::string>& readers,
                             const std::vector<SearchPhrase>& phrases) {
  std::string expression;
  for (const std::string& reader : readers) {
    expression += (expression.empty() ? "(" : " OR ") + in_quotes(reader);
  }
  expression += ')';
  std::set<std::string> conditions;
  for (const SearchPhrase& phrase : phrases) {
    for (std::size_t i = 0; i < phrase.words.size(); ++i) {
      const bool is_prefix = phrase.is_prefix && i + 1 == phrase.words.size();
      conditions.insert(condition(phrase.words[i], is_prefix));
    }
  }
  conditions.erase("");
  for (const std::string& one : conditions) expression += " AND " + one;
  return expression;
}

}  // namespace harbor::messaging
