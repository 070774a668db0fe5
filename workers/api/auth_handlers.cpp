#include "api/handlers.h"
#include "api/session_cookie.h"
#include "api/signed_in.h"
#include "auth/people.h"
#include "auth/sessions.h"
#include "auth/throttle.h"
#include "core/fields.h"
#include "core/log.h"
#include "core/text.h"

namespace harbor::api {
namespace {

using http::Reply;

struct Credentials {
  std::string email;
  std::string password;
  bool wants_token = false;
};

Credentials read_credentials(const Context& context) {
  Fields fields(context.body);
  Credentials credentials{fields.text("email"), fields.text("password"), fields.flag("token")};
  fields.finish();
  // An address that is none is compared like an unknown one: in the same time, with the same word.
  credentials.email = normal_email(credentials.email).value_or("");
  return credentials;
}

// The account as the login finds it: its hash is empty where nobody may sign in with it.
struct Account {
  auth::Person person;
  std::string hash;
};

Account find_account(App& app, const Context& context, const std::string& email) {
  const auto view = app.readers.lend();
  auth::require_login_allowed(*view, app.config.auth, email, context.request.remote_address);
  const auto person = auth::find_person(*view, email);
  if (!person || person->is_disabled) return {};
  return {*person, auth::password_hash(*view, email)};
}

// The bound is held again where the failure is counted: of guesses that came at once, no more than
// it allows learn whether they were right.
[[noreturn]] void refuse_login(App& app, const Context& context, const std::string& email) {
  app.writer.run(
      [email, config = app.config.auth,
       address = context.request.remote_address](db::Connection& connection) {
        auth::require_login_allowed(connection, config, email, address);
        auth::note_failed_login(connection, config, email, address);
      },
      context.deadline_ms);
  log_info("login refused",
           {{"request", context.request.request_id}, {"address", context.request.remote_address}});
  throw ApiError("wrong_credentials");
}

// Whoever was disabled or has a new password since the hash was read does not come in.
SignedIn begin_session(db::Connection& connection, const Config::Auth& config,
                       const Account& account, const std::string& address) {
  auth::require_login_allowed(connection, config, account.person.email, address);
  const auto person = auth::find_person(connection, account.person.email);
  if (!person || person->is_disabled ||
      auth::password_hash(connection, person->email) != account.hash) {
    throw ApiError("wrong_credentials");
  }
  auth::NewSession session = auth::begin_session(connection, config, person->email);
  const auto caller = auth::find_caller(connection, config, session.token);
  if (!caller) throw ApiError("wrong_credentials");
  return {std::move(session), caller_json(connection, *caller)};
}

}  // namespace

Reply login(App& app, const Context& context) {
  context.query->finish();
  const Credentials credentials = read_credentials(context);
  const Account account = find_account(app, context, credentials.email);
  if (!app.passwords.verify(account.hash, credentials.password)) {
    refuse_login(app, context, credentials.email);
  }
  SignedIn signed_in = app.writer.run(
      [account, config = app.config.auth,
       address = context.request.remote_address](db::Connection& connection) {
        return begin_session(connection, config, account, address);
      },
      context.deadline_ms);
  return signed_in_reply(context, std::move(signed_in), credentials.wants_token);
}

Reply logout(App& app, const Context& context) {
  context.query->finish();
  Fields(context.body).finish();
  Reply reply = write(app, context, [caller = context.caller](db::Connection& connection) {
    auth::end_session(connection, caller, caller.session_id);
    return Written{http::no_content(), std::nullopt};
  });
  return std::move(reply).with("Set-Cookie", session_cookie(context.request, "", 0));
}

Reply me(App& /*app*/, const Context& context) {
  context.query->finish();
  return http::json_reply(caller_json(*context.view, context.caller));
}

Reply list_sessions(App& /*app*/, const Context& context) {
  context.query->finish();
  json::array items;
  for (const auto& session : auth::list_sessions(*context.view, context.caller)) {
    items.push_back(json::object{{"id", session.id},
                                 {"createdAt", session.created_at},
                                 {"lastSeenAt", session.last_seen_at},
                                 {"expiresAt", session.expires_at},
                                 {"current", session.id == context.caller.session_id}});
  }
  return http::json_reply({{"items", std::move(items)}});
}

Reply end_session(App& app, const Context& context) {
  context.query->finish();
  const auto id = parse_id(context.id);
  return write(app, context, [caller = context.caller, id](db::Connection& connection) {
    if (!id || !auth::end_session(connection, caller, *id)) {
      throw ApiError("not_found", "There is no such session.");
    }
    return Written{http::no_content(), std::nullopt};
  });
}

}  // namespace harbor::api
