#pragma once
// The schema's history and its check. The migrations of migrations/NNNN_name.sql are built into
// every program; SchemaMigrations records what a database has had.

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/config.h"
#include "db/database.h"

namespace harbor::db {

struct Migration {
  int version;
  std::string_view name;
  std::string_view sql;
};

/// All migrations, by rising version.
std::span<const Migration> migrations();

/// The database is not what this program was built for.
class SchemaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Applies what is missing, each with its version in one transaction; the number applied. Throws
/// SchemaError for a database newer than this program.
int migrate(Connection& connection);

/// Compares columns, types, keys and indexes of the live database with what the migrations make,
/// and throws SchemaError naming the first difference.
void check_schema(Connection& connection);

/// What a worker calls before it serves: opens the configured database and checks its schema.
/// Throws SchemaError or DatabaseError.
void require_current_schema(const Config& config);

}  // namespace harbor::db
