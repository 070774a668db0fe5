#pragma once
// Words as the full-text index knows them: SQLite's unicode61 tokenizer, the one of MessageSearch
// (migrations/*_search.sql). A word is a run of letters, digits and private-use characters, in
// lower case, its Latin letters without diacritics.

#include <sqlite3.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace harbor::db {

class Connection;

class Tokenizer {
 public:
  /// Throws DatabaseError. The connection outlives it; it belongs to the same thread.
  explicit Tokenizer(Connection& connection);

  struct Word {
    std::string_view text;   ///< as it is compared; valid within the call
    std::size_t begin, end;  ///< its bytes in the text that was given
  };

  /// Calls `each` for every word in order, until it returns false.
  void split(std::string_view text, const std::function<bool(const Word&)>& each) const;

 private:
  struct Deleter {
    void (*destroy)(Fts5Tokenizer*);
    void operator()(Fts5Tokenizer* handle) const { destroy(handle); }
  };

  fts5_tokenizer methods_{};
  std::unique_ptr<Fts5Tokenizer, Deleter> handle_;
};

}  // namespace harbor::db
