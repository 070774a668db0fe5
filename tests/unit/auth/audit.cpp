#include "auth/audit.h"

#include <boost/test/unit_test.hpp>

#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(audit)

struct Log : Database {
  void add(std::string_view act) {
    write([&] {
      auth::record(connection, {"dana@acme.example",
                                std::string(act),
                                "acme",
                                "bob@acme.example",
                                {{"why", "because"}}});
    });
  }
  // As somebody with the file in their hands would.
  void tamper(const std::string& sql) {
    connection.script("DROP TRIGGER AuditLogIsNotChanged; DROP TRIGGER AuditLogIsNotRemoved;" +
                      sql);
  }
  std::int64_t broken() { return auth::first_broken_row(connection, checked).value_or(0); }
  std::int64_t checked = 0;
};

BOOST_AUTO_TEST_CASE(rows_form_a_chain) {
  Log log;
  BOOST_TEST(log.broken() == 0);
  for (const auto* act : {"one", "two", "three"}) log.add(act);
  BOOST_TEST(log.broken() == 0);
  BOOST_TEST(log.checked == 3);
  BOOST_TEST(log.number("SELECT COUNT(DISTINCT Hash) FROM AuditLog") == 3);
}

BOOST_AUTO_TEST_CASE(rows_are_neither_changed_nor_removed) {
  Log log;
  log.add("one");
  BOOST_CHECK_THROW(log.connection.script("UPDATE AuditLog SET Actor = 'x'"), db::DatabaseError);
  BOOST_CHECK_THROW(log.connection.script("DELETE FROM AuditLog"), db::DatabaseError);
}

BOOST_AUTO_TEST_CASE(what_was_done_behind_its_back_is_found) {
  const struct {
    const char* sql;
    std::int64_t row;
  } cases[] = {{"UPDATE AuditLog SET Actor = 'x' WHERE Id = 2", 2},
               {"DELETE FROM AuditLog WHERE Id = 2", 3},
               {"DELETE FROM AuditLog WHERE Id = 3", 3},
               {"DELETE FROM AuditLog", 1},
               {"UPDATE AuditLog SET Hash = 'x' WHERE Id = 1", 1}};
  for (const auto& [sql, row] : cases) {
    BOOST_TEST_CONTEXT(sql) {
      Log log;
      for (const auto* act : {"one", "two", "three"}) log.add(act);
      log.tamper(sql);
      BOOST_TEST(log.broken() == row);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
