#pragma once
// What somebody types into a search box, whatever it is:
//
//   words here      both, anywhere in subject or body
//   word*           words that begin so
//   "two words"     next to each other; "two wor*" too
//   e-mail, a.b     written together: its words next to each other
//
// There is nothing else to know, and no syntax error: AND, OR, NEAR, parentheses and the like are
// words, or nothing. Letter case makes no difference, nor do diacritics of Latin letters.

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace harbor::db {
class Tokenizer;
}

namespace harbor::messaging {

/// A part of what was typed, without its quotes and its asterisk.
struct SearchTerm {
  std::string text;
  bool is_prefix = false;  ///< its last word may go on
};

/// For the client.
struct SearchFault {
  std::string reason;
};
/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const SearchFault& fault,
                                             const boost::source_location&);

/// Splits what was typed. Nothing to look for is no fault, and no term. `text` is UTF-8.
boost::system::result<std::vector<SearchTerm>, SearchFault>
parse_search(std::string_view text, const Config::Limits& limits);

/// Words that stand next to each other, as the tokenizer gives them; at least one.
struct SearchPhrase {
  std::vector<std::string> words;
  bool is_prefix = false;  ///< the last word may go on
};

/// Terms without a word (punctuation) are left out.
std::vector<SearchPhrase> phrases_of(const std::vector<SearchTerm>& terms,
                                     const db::Tokenizer& tokenizer);

/// The MATCH expression that gives every message which can hold all of `phrases`, and of which one
/// of `readers` (tokens of MessageSearch.Readers; at least one) is a reader. Messages that hold the
/// words otherwise are among them: the index knows no places. Safe whatever the words are.
std::string match_expression(const std::vector<std::string>& readers,
                             const std::vector<SearchPhrase>& phrases);

}  // namespace harbor::messaging
