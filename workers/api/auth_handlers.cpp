#include "api/dispatch.h"
#include "api/handlers.h"
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

std::string cookie(const Context& context, std::string_view value, std::int64_t max_age_s) {
  std::string text(cookie_name(context.request));
  text += "=" + std::string(value) + "; Path=/; HttpOnly; SameSite=Lax";
  if (context.request.scheme == "https") text += "; Secure";
  return text + "; Max-Age=" + std::to_string(max_age_s);
}

json::object person_json(db::Connection& view, const auth::Person& person) {
  json::array tenants;
  for (const auth::Member& member : auth::memberships(view, person.email)) {
    tenants.push_back(json::object{
        {"id", member.tenant}, {"name", member.tenant_name}, {"isAdmin", member.is_admin}});
  }
  return {{"email", person.email},
          {"name", person.name},
          {"isGlobalAdmin", person.is_global_admin},
          {"tenants", std::move(tenants)}};
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

[[noreturn]] void refuse_login(App& app, const Context& context, const std::string& email) {
  app.writer.run(
      [email, config = app.config.auth,
       address = context.request.remote_address](db::Connection& connection) {
        auth::note_failed_login(connection, config, email, address);
      },
      context.deadline_ms);
  log_info("login refused",
           {{"request", context.request.request_id}, {"address", context.request.remote_address}});
  throw ApiError("wrong_credentials");
}

// Whoever was disabled or has a new password since the hash was read does not come in.
Written begin_session(db::Connection& connection, const Config::Auth& config,
                      const Account& account, auth::NewSession& session) {
  const auto person = auth::find_person(connection, account.person.email);
  if (!person || person->is_disabled ||
      auth::password_hash(connection, person->email) != account.hash) {
    throw ApiError("wrong_credentials");
  }
  session = auth::begin_session(connection, config, person->email);
  json::object answer = person_json(connection, *person);
  answer["expiresAt"] = session.expires_at;
  return {http::json_reply(answer), std::nullopt};
}

}  // namespace

Reply login(App& app, const Context& context) {
  context.query->finish();
  const Credentials credentials = read_credentials(context);
  const Account account = find_account(app, context, credentials.email);
  if (!app.passwords.verify(account.hash, credentials.password)) {
    refuse_login(app, context, credentials.email);
  }
  const bool with_token = credentials.wants_token;
  const auto [answer, token] = app.writer.run(
      [account, config = app.config.auth, with_token](db::Connection& connection) {
        auth::NewSession session;
        Written written = begin_session(connection, config, account, session);
        if (with_token) {
          // The text ends in '}': the token joins the object.
          written.reply.body.pop_back();
          written.reply.body += ",\"token\":\"" + session.token + "\"}";
        }
        return std::pair(written.reply, session.token);
      },
      context.deadline_ms);
  return Reply(answer).with("Set-Cookie",
                            cookie(context, token, app.config.auth.session_ms / 1000));
}

Reply logout(App& app, const Context& context) {
  context.query->finish();
  Fields(context.body).finish();
  Reply reply = write(app, context, [caller = context.caller](db::Connection& connection) {
    auth::end_session(connection, caller.email, caller.session_id);
    return Written{http::no_content(), std::nullopt};
  });
  return std::move(reply).with("Set-Cookie", cookie(context, "", 0));
}

Reply me(App& /*app*/, const Context& context) {
  context.query->finish();
  const auto person = auth::find_person(*context.view, context.caller.email);
  json::object answer = person_json(*context.view, *person);
  answer["expiresAt"] = context.caller.expires_at;
  return http::json_reply(answer);
}

Reply list_sessions(App& /*app*/, const Context& context) {
  context.query->finish();
  json::array items;
  for (const auto& session : auth::list_sessions(*context.view, context.caller.email)) {
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
    if (!id || !auth::end_session(connection, caller.email, *id)) {
      throw ApiError("not_found", "There is no such session.");
    }
    return Written{http::no_content(), std::nullopt};
  });
}

}  // namespace harbor::api
