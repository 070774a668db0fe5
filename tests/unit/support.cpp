#include "support.h"

#include <cstdlib>
#include <system_error>

#include "db/migrate.h"

namespace harbor::test {

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "harbor-unit-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), "make " + name);
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Config test_config(const std::string& path) {
  Config config = default_config();
  config.database.path = path;
  config.database.busy_timeout_ms = 300;
  config.auth.argon2_memory = 8 * 1024;
  config.auth.argon2_passes = 1;
  return config;
}

Database::Database()
    : connection(config.database.path, db::Mode::create, config.database.busy_timeout_ms) {
  connection.script("PRAGMA synchronous = OFF");  // no test here pulls a plug
  db::migrate(connection);
}

void Database::add_tenant(std::string_view tenant) {
  write([&] {
    auth::add_tenant(connection, {std::string(tenant), "Tenant " + std::string(tenant)});
  });
}

void Database::add_member(std::string_view tenant, std::string_view email, bool is_admin) {
  write([&] {
    const std::string name(email.substr(0, email.find('@')));
    auth::add_person(connection, {std::string(email), name});
    auth::add_member(connection, tenant, email, is_admin);
  });
}

auth::Caller Database::sign_in(std::string_view email) {
  const auto session = write([&] { return auth::begin_session(connection, config.auth, email); });
  return auth::find_caller(connection, config.auth, session.token).value();
}

std::int64_t Database::append_events(std::string_view tenant, int count) {
  std::int64_t seq = 0;
  for (int i = 0; i < count; ++i) {
    write([&] {
      events::Change change(connection, tenant);
      events::NewEvent event;
      event.type = "tenant:settings";
      event.everyone = true;
      event.payload = R"({"changed":[]})";
      change.append(event);
      seq = change.seq();
    });
  }
  return seq;
}

std::int64_t Database::number(std::string_view sql) {
  db::Query row(connection, sql);
  return row.next() ? row.integer(0) : -1;
}

std::string Database::text(std::string_view sql) {
  db::Query row(connection, sql);
  return row.next() ? row.text(0) : std::string();
}

}  // namespace harbor::test
