#include "db/migrate.h"

#include "core/clock.h"
#include "db/transaction.h"

namespace harbor::db {
namespace {

constexpr const char* kHistoryTable =
    "CREATE TABLE IF NOT EXISTS SchemaMigrations ("
    " Version INTEGER PRIMARY KEY, Name TEXT NOT NULL, AppliedAt TEXT NOT NULL) STRICT";

std::int64_t schema_version(Connection& connection) {
  Query row(connection, "SELECT COALESCE(MAX(Version), 0) FROM SchemaMigrations");
  row.next();
  return row.integer(0);
}

void apply(Connection& connection, const Migration& migration) {
  connection.script(std::string(migration.sql));
  execute(connection, "INSERT INTO SchemaMigrations (Version, Name, AppliedAt) VALUES (?, ?, ?)",
          migration.version, migration.name, now_rfc3339());
}

// The shape of a schema as one line per fact, in a fixed order.
std::vector<std::string> describe(Connection& connection) {
  std::vector<std::string> facts;
  Query row(connection,
            "SELECT m.name || '.' || c.name || ' ' || c.type || ' notnull=' || c.\"notnull\" ||"
            "       ' pk=' || c.pk || ' default=' || COALESCE(c.dflt_value, 'none')"
            "  FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'"
            "   AND m.name NOT LIKE 'sqlite_%'"
            " UNION ALL "
            "SELECT m.name || ' index ' || i.name || ' unique=' || i.\"unique\" || ' partial=' ||"
            "       i.partial || ' (' || (SELECT group_concat(COALESCE(x.name, 'rowid') || "
            "       CASE x.\"desc\" WHEN 1 THEN ' desc' ELSE '' END, ', ') "
            "       FROM pragma_index_xinfo(i.name) x WHERE x.key = 1) || ')'"
            "  FROM sqlite_schema m JOIN pragma_index_list(m.name) i WHERE m.type = 'table'"
            " UNION ALL "
            "SELECT m.name || ' foreign key ' || f.\"from\" || ' to ' || f.\"table\" || '(' ||"
            "       COALESCE(f.\"to\", 'primary key') || ') on delete ' || f.on_delete"
            "  FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
            " UNION ALL "
            // The statement itself tells what no pragma does: CHECK, STRICT, WITHOUT ROWID.
            "SELECT 'definition of ' || m.name || ': ' || m.sql FROM sqlite_schema m"
            " WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite_%'"  // ANALYZE makes some
            " ORDER BY 1");
  while (row.next()) facts.push_back(row.text(0));
  return facts;
}

void compare(const std::vector<std::string>& expected, const std::vector<std::string>& live) {
  auto want = expected.begin();
  auto got = live.begin();
  while (want != expected.end() && got != live.end() && *want == *got) {
    ++want;
    ++got;
  }
  const bool surplus = want == expected.end() || (got != live.end() && *got < *want);
  if (got != live.end() && surplus) {
    throw SchemaError("the database has something unexpected: " + *got);
  }
  if (want != expected.end()) throw SchemaError("the database lacks: " + *want);
}

}  // namespace

int migrate(Connection& connection) {
  connection.script(kHistoryTable);
  int applied = 0;
  for (const Migration& migration : migrations()) {
    WriteTransaction transaction(connection);
    const std::int64_t version = schema_version(connection);
    if (version > migrations().back().version) {
      throw SchemaError("the database has version " + std::to_string(version) +
                        ", newer than this program's " +
                        std::to_string(migrations().back().version));
    }
    if (version >= migration.version) continue;
    apply(connection, migration);
    transaction.commit();
    ++applied;
  }
  return applied;
}

void check_schema(Connection& connection) {
  Query table(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'SchemaMigrations'");
  if (!table.next()) throw SchemaError("the database is empty: run harborctl migrate");
  const std::int64_t version = schema_version(connection);
  const int newest = migrations().back().version;
  if (version != newest) {
    throw SchemaError("the database has version " + std::to_string(version) + ", this program " +
                      std::to_string(newest) +
                      (version < newest ? ": run harborctl migrate" : ": it is older"));
  }
  Connection model(":memory:", Mode::create, 0);
  migrate(model);
  compare(describe(model), describe(connection));
}

void require_current_schema(const Config& config) {
  Connection connection(config.database.path, Mode::read_write, config.database.busy_timeout_ms);
  check_schema(connection);
}

}  // namespace harbor::db
