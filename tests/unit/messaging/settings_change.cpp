#include "messaging/settings_change.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(settings_change)

std::string refusal_of(const json::object& settings) {
  return api_error_of([&] { messaging::read_setting_changes(settings); });
}

BOOST_AUTO_TEST_CASE(texts_numbers_flags_and_null_are_read) {
  const auto changes = messaging::read_setting_changes({{"limits.recall", "10 min"},
                                                        {"limits.links", 5},
                                                        {"limits.read_only", true},
                                                        {"limits.body", nullptr}});
  BOOST_REQUIRE(changes.size() == 4);
  BOOST_TEST(changes[0].value.value() == "10 min");
  BOOST_TEST(changes[1].value.value() == "5");
  BOOST_TEST(changes[2].value.value() == "yes");
  BOOST_TEST(!changes[3].value);
}

BOOST_AUTO_TEST_CASE(what_is_no_setting_or_none_of_its_values_is_refused) {
  BOOST_TEST(refusal_of({{"limits.page", 5}}) == "unknown_key");
  BOOST_TEST(refusal_of({{"limits.links", 1.5}}) == "wrong_type");
  BOOST_TEST(refusal_of({{"limits.links", json::array{}}}) == "wrong_type");
  BOOST_TEST(refusal_of({{"limits.links", "1001"}}) == "invalid");
  BOOST_TEST(refusal_of({{"limits.links", std::string(65, '0')}}) == "invalid");
  BOOST_TEST(refusal_of({{"limits.messages", "0/min"}}) == "invalid");
}

BOOST_AUTO_TEST_CASE(a_tenants_change_is_one_event_and_a_row_of_the_audit_log_for_each_key) {
  Database database;
  database.add_tenant("acme");
  const auto changed = database.write([&] {
    return messaging::change_settings(database.connection, "dana@acme.example", "acme",
                                      {{"limits.links", "5"}, {"limits.subject", "9"}});
  });
  BOOST_TEST(changed.keys.size() == 2);
  BOOST_TEST(changed.announcement.has_value());
  BOOST_TEST(database.number("SELECT COUNT(*) FROM Events WHERE Type = 'tenant:settings'") == 1);
  BOOST_TEST(database.text("SELECT Payload FROM Events") ==
             R"({"changed":["limits.links","limits.subject"]})");
  BOOST_TEST(database.number("SELECT COUNT(*) FROM AuditLog WHERE Act = 'settings.change'") == 2);
}

BOOST_AUTO_TEST_CASE(what_changes_nothing_leaves_nothing) {
  Database database;
  database.add_tenant("acme");
  const auto changed = database.write([&] {
    return messaging::change_settings(database.connection, "dana@acme.example", "acme",
                                      {{"limits.links", std::nullopt}});
  });
  BOOST_TEST(changed.keys.empty());
  BOOST_TEST(!changed.announcement.has_value());
  BOOST_TEST(database.number("SELECT COUNT(*) FROM Events") == 0);
  BOOST_TEST(database.number("SELECT COUNT(*) FROM AuditLog") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
