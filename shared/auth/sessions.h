#pragma once
// Sessions: an opaque random token in the client's hand, its SHA-256 in the table.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::auth {

/// Who is asking, as a valid session says.
struct Caller {
  std::string email;
  std::string name;
  bool is_global_admin = false;
  std::int64_t session_id = 0;
  std::string expires_at;  ///< RFC 3339
  std::string last_seen_at;
  std::string signed_in_at;          ///< when the person proved who they are
  std::string issuer;                ///< whose token began the session; empty: a password did
  std::vector<std::string> tenants;  ///< the issuer's limit; none: no limit

  /// False where the session is for other tenants, whatever the person is in this one.
  bool may_enter(std::string_view tenant) const;
};

/// How a session comes about. As it stands: by a password, now.
struct SignIn {
  std::string issuer = {};                      ///< of the token, where there was one
  std::optional<std::int64_t> at_ms = {};       ///< when the person proved who they are
  std::optional<std::int64_t> longest_ms = {};  ///< within auth.session
};

struct NewSession {
  std::int64_t id = 0;
  std::string token;  ///< shown once
  std::string expires_at;
  std::int64_t life_ms = 0;
};

/// Within a writing transaction.
NewSession begin_session(db::Connection& connection, const Config::Auth& config,
                         std::string_view email, const SignIn& sign_in = {});

/// The caller behind a token: neither expired, idle for too long, ended nor disabled, nor of an
/// issuer that is not configured any longer. Of an issuer with a limit nobody is a global admin.
std::optional<Caller> find_caller(db::Connection& connection, const Config::Auth& config,
                                  std::string_view token);

/// True when the last use was noted so long ago that it is worth a write.
bool is_touch_due(const Config::Auth& config, const Caller& caller);

/// Notes the use of a session. Within a writing transaction.
void touch_session(db::Connection& connection, std::int64_t session_id);

/// Ends one of the caller's sessions and its streams; false where it is not theirs or not there.
/// To a session of an issuer with a limit, only those of the same issuer are.
bool end_session(db::Connection& connection, const Caller& caller, std::int64_t session_id);

struct SessionRow {
  std::int64_t id = 0;
  std::string created_at, last_seen_at, expires_at;
};
std::vector<SessionRow> list_sessions(db::Connection& connection, const Caller& caller);

}  // namespace harbor::auth
