#include "messaging/settings.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(settings)

struct Tenants : Database {
  Tenants() {
    add_tenant("acme");
    add_tenant("globex");
  }
  bool store(std::string_view tenant, std::string_view key, std::optional<std::string> value) {
    return write([&] {
      return messaging::store_setting(connection, tenant, key, value, "dana@acme.example");
    });
  }
  messaging::Settings read(std::string_view tenant) {
    return messaging::read_settings(connection, config, tenant);
  }
};

BOOST_AUTO_TEST_CASE(without_stored_ones_the_configuration_holds) {
  Tenants tenants;
  tenants.config.limits.recipients = 7;
  BOOST_TEST(tenants.read("acme").limits.recipients == 7);
  BOOST_TEST(tenants.read("acme").limits.messaging);
  BOOST_TEST(tenants.read("").streams_per_user == tenants.config.stream.per_user);
}

BOOST_AUTO_TEST_CASE(a_tenants_own_goes_before_the_one_for_all_and_that_before_the_files) {
  Tenants tenants;
  BOOST_TEST(tenants.store("", "limits.recall", "2 h"));
  BOOST_TEST(tenants.store("acme", "limits.recall", "10 min"));
  BOOST_TEST(tenants.read("acme").limits.recall_ms == 600'000);
  BOOST_TEST(tenants.read("globex").limits.recall_ms == 7'200'000);
  BOOST_TEST(tenants.store("acme", "limits.recall", std::nullopt));
  BOOST_TEST(tenants.read("acme").limits.recall_ms == 7'200'000);
  BOOST_TEST(tenants.store("", "limits.recall", std::nullopt));
  BOOST_TEST(tenants.read("acme").limits.recall_ms == tenants.config.limits.recall_ms);
}

BOOST_AUTO_TEST_CASE(flags_rates_and_the_streams_of_a_person_are_settings_too) {
  Tenants tenants;
  tenants.store("acme", "limits.read_only", "yes");
  tenants.store("acme", "limits.messages", "5/min");
  tenants.store("acme", "stream.per_user", "3");
  const auto settings = tenants.read("acme");
  BOOST_TEST(settings.limits.read_only);
  BOOST_TEST(settings.limits.messages.count == 5);
  BOOST_TEST(settings.limits.messages.per_ms == 60'000);
  BOOST_TEST(settings.streams_per_user == 3);
  BOOST_TEST(!tenants.read("globex").limits.read_only);
}

BOOST_AUTO_TEST_CASE(storing_what_is_there_already_changes_nothing) {
  Tenants tenants;
  BOOST_TEST(tenants.store("acme", "limits.links", "3"));
  BOOST_TEST(!tenants.store("acme", "limits.links", "3"));
  BOOST_TEST(!tenants.store("acme", "limits.body", std::nullopt));
  const auto stored = messaging::stored_settings(tenants.connection, "acme");
  BOOST_REQUIRE(stored.size() == 1);
  BOOST_TEST(stored[0].key == "limits.links");
  BOOST_TEST(stored[0].updated_by == "dana@acme.example");
}

BOOST_AUTO_TEST_CASE(a_stored_value_that_is_not_taken_is_as_if_not_there) {
  Tenants tenants;
  tenants.store("acme", "limits.links", "as many as you like");
  tenants.store("acme", "limits.gone", "1");
  tenants.store("acme", "http.threads", "1");
  BOOST_TEST(tenants.read("acme").limits.links == tenants.config.limits.links);
}

BOOST_AUTO_TEST_CASE(only_settable_rows_are_settings) {
  BOOST_TEST(messaging::find_setting("limits.recall") != nullptr);
  BOOST_TEST(messaging::find_setting("limits.page") == nullptr);
  BOOST_TEST(messaging::find_setting("database.path") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
