#pragma once
// What unit tests of the domain stand on: a migrated database in a folder of its own.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "auth/people.h"
#include "auth/sessions.h"
#include "core/api_error.h"
#include "core/config.h"
#include "db/database.h"
#include "db/transaction.h"
#include "events/append.h"

namespace harbor::test {

/// A folder of its own, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The defaults, with the database at `path`, short waits, and hashing that takes no time.
Config test_config(const std::string& path);

/// A migrated database of its own.
struct Database {
  TemporaryFolder folder;
  Config config = test_config(folder.file("harbor.db"));
  db::Connection connection;

  Database();

  /// `work()` within a writing transaction on `connection`, committed.
  template <class Work>
  auto write(Work work) {
    db::WriteTransaction transaction(connection);
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      transaction.commit();
    } else {
      auto result = work();
      transaction.commit();
      return result;
    }
  }

  /// A tenant, and people who are members of it.
  void add_tenant(std::string_view tenant);
  void add_member(std::string_view tenant, std::string_view email, bool is_admin = false);

  /// The caller of a fresh session of an existing person.
  auth::Caller sign_in(std::string_view email);

  /// `count` events for everyone, each in a transaction of its own; the last Seq.
  std::int64_t append_events(std::string_view tenant, int count);

  /// The one integer that a statement without parameters gives.
  std::int64_t number(std::string_view sql);
  std::string text(std::string_view sql);
};

/// A caller of whom only the address is known, as a password lets one in.
inline auth::Caller caller_of(std::string_view email) {
  auth::Caller caller;
  caller.email = email;
  return caller;
}

/// The `code` of the ApiError that `work` throws; empty where it throws none.
template <class Work>
std::string api_error_of(Work work) {
  try {
    work();
  } catch (const ApiError& error) {
    return std::string(error.row().code);
  }
  return {};
}

}  // namespace harbor::test
