// migrate: the database file, from nothing or from an older program's.

#include <filesystem>
#include <ostream>

#include "ctl/families.h"
#include "db/migrate.h"
#include "events/life.h"

namespace harbor::ctl {

void migrate(const Context& context, const Arguments& /*arguments*/) {
  const Config::Database& database = context.config.database;
  const auto folder = std::filesystem::path(database.path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  int applied = 0;
  {
    db::Connection connection(database.path, db::Mode::create, database.busy_timeout_ms);
    applied = db::migrate(connection);
    db::check_schema(connection);
  }
  // A database that was restored by hand is noticed here, before any worker serves from it.
  events::recognise_life(database);
  context.out << database.path << ": version " << db::migrations().back().version << ", " << applied
              << (applied == 1 ? " migration" : " migrations") << " applied\n";
}

}  // namespace harbor::ctl
