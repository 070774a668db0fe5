#include "db/tokenizer.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include "db/database.h"

namespace harbor::db {
namespace {

using Each = std::function<bool(const Tokenizer::Word&)>;

fts5_api& api_of(Connection& connection) {
  fts5_api* api = nullptr;
  Query row(connection, "SELECT fts5(?)");
  row.bind_pointer(1, &api, "fts5_api_ptr");
  row.next();
  if (api == nullptr) connection.fail(SQLITE_ERROR, "this SQLite has no FTS5");
  return *api;
}

int pass_on(void* context, int /*flags*/, const char* text, int length, int begin, int end) {
  const Tokenizer::Word word{{text, static_cast<std::size_t>(length)},
                             static_cast<std::size_t>(begin),
                             static_cast<std::size_t>(end)};
  return (*static_cast<const Each*>(context))(word) ? SQLITE_OK : SQLITE_DONE;
}

}  // namespace

Tokenizer::Tokenizer(Connection& connection) : handle_(nullptr, Deleter{}) {
  fts5_api& api = api_of(connection);
  void* data = nullptr;
  int code = api.xFindTokenizer(&api, "unicode61", &data, &methods_);
  Fts5Tokenizer* handle = nullptr;
  std::array<const char*, 2> options{"remove_diacritics", "2"};
  if (code == SQLITE_OK) code = methods_.xCreate(data, options.data(), options.size(), &handle);
  if (code != SQLITE_OK) connection.fail(code, "make a tokenizer");
  handle_ = {handle, Deleter{methods_.xDelete}};
}

void Tokenizer::split(std::string_view text, const Each& each) const {
  constexpr std::size_t kLongest = std::numeric_limits<int>::max();
  const int length = static_cast<int>(std::min(text.size(), kLongest));
  const int code = methods_.xTokenize(handle_.get(), const_cast<Each*>(&each),
                                      FTS5_TOKENIZE_DOCUMENT, text.data(), length, &pass_on);
  if (code == SQLITE_NOMEM) throw std::bad_alloc();
}

}  // namespace harbor::db
