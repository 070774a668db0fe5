#include "auth/sessions.h"

#include <boost/test/unit_test.hpp>

#include "core/clock.h"
#include "core/text.h"
#include "events/revocations.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(sessions)

struct SignedIn : Database {
  auth::NewSession session;

  SignedIn() {
    add_tenant("acme");
    add_member("acme", "bob@acme.example");
    add_member("acme", "eve@acme.example");
    session =
        write([&] { return auth::begin_session(connection, config.auth, "bob@acme.example"); });
  }
  std::optional<auth::Caller> caller() {
    return auth::find_caller(connection, config.auth, session.token);
  }
  void set(std::string_view column, std::int64_t unix_ms) {
    write([&] {
      db::execute(connection, "UPDATE Sessions SET " + std::string(column) + " = ?",
                  rfc3339(unix_ms));
    });
  }
};

BOOST_AUTO_TEST_CASE(a_token_names_its_caller_and_is_nowhere_stored) {
  SignedIn state;
  const auto caller = state.caller().value();
  BOOST_TEST(caller.email == "bob@acme.example");
  BOOST_TEST(caller.name == "bob");
  BOOST_TEST(caller.session_id == state.session.id);
  BOOST_TEST(caller.expires_at == state.session.expires_at);
  BOOST_TEST(state.text("SELECT TokenHash FROM Sessions") == sha256_hex(state.session.token));
}

BOOST_AUTO_TEST_CASE(another_token_names_nobody) {
  SignedIn state;
  for (const std::string& token : {std::string(), std::string("x"), state.session.token + "x",
                                   sha256_hex(state.session.token)}) {
    BOOST_TEST(!auth::find_caller(state.connection, state.config.auth, token).has_value());
  }
}

BOOST_AUTO_TEST_CASE(an_expired_session_names_nobody) {
  SignedIn state;
  state.set("ExpiresAt", now_ms() - 1);
  BOOST_TEST(!state.caller().has_value());
  BOOST_TEST(auth::list_sessions(state.connection, caller_of("bob@acme.example")).empty());
}

BOOST_AUTO_TEST_CASE(a_session_that_nobody_used_for_too_long_names_nobody) {
  SignedIn state;
  state.set("LastSeenAt", now_ms() - state.config.auth.idle_ms + 60'000);
  BOOST_TEST(state.caller().has_value());
  state.set("LastSeenAt", now_ms() - state.config.auth.idle_ms - 1);
  BOOST_TEST(!state.caller().has_value());
}

BOOST_AUTO_TEST_CASE(a_disabled_persons_session_names_nobody) {
  SignedIn state;
  state.write([&] {
    db::execute(state.connection, "UPDATE Subscribers SET IsDisabled = 1 WHERE Email LIKE 'bob%'");
  });
  BOOST_TEST(!state.caller().has_value());
}

BOOST_AUTO_TEST_CASE(a_use_is_noted_now_and_then) {
  SignedIn state;
  BOOST_TEST(!auth::is_touch_due(state.config.auth, state.caller().value()));
  state.set("LastSeenAt", now_ms() - state.config.auth.idle_ms / 2);
  const auto caller = state.caller().value();
  BOOST_TEST(auth::is_touch_due(state.config.auth, caller));
  state.write([&] { auth::touch_session(state.connection, caller.session_id); });
  BOOST_TEST(!auth::is_touch_due(state.config.auth, state.caller().value()));
}

BOOST_AUTO_TEST_CASE(a_session_is_ended_by_its_person_alone) {
  SignedIn state;
  const auto end = [&](std::string_view email, std::int64_t id) {
    return state.write([&] { return auth::end_session(state.connection, caller_of(email), id); });
  };
  BOOST_TEST(!end("eve@acme.example", state.session.id));
  BOOST_TEST(!end("bob@acme.example", state.session.id + 1));
  BOOST_TEST(state.caller().has_value());
  BOOST_TEST(events::newest_revocation(state.connection) == 0);
  BOOST_TEST(end("bob@acme.example", state.session.id));
  BOOST_TEST(!state.caller().has_value());
  const auto rows = events::read_revocations(state.connection, 0);
  BOOST_TEST_REQUIRE(rows.size() == 1U);
  BOOST_TEST(rows[0].concerns("bob@acme.example", std::to_string(state.session.id), "acme"));
  BOOST_TEST(!end("bob@acme.example", state.session.id));
}

BOOST_AUTO_TEST_CASE(sessions_are_listed_newest_first_and_only_ones_own) {
  SignedIn state;
  state.sign_in("bob@acme.example");
  state.sign_in("eve@acme.example");
  const auto sessions = auth::list_sessions(state.connection, caller_of("bob@acme.example"));
  BOOST_TEST_REQUIRE(sessions.size() == 2U);
  BOOST_TEST(sessions[0].id > sessions[1].id);
  BOOST_TEST(sessions[1].id == state.session.id);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
