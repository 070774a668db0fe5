#include "events/life.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include "core/log.h"
#include "core/text.h"
#include "core/unique_fd.h"
#include "db/database.h"
#include "db/transaction.h"
#include "events/append.h"

namespace harbor::events {
namespace {

constexpr std::size_t kNonceLength = 24;

std::string side_file(const Config::Database& config) { return config.path + ".life"; }

// The side file holds the nonces the database may have: while a renewal is under way the old and
// the new one, because it is written before the transaction commits; after it the new one alone.
bool is_known(const Config::Database& config, const std::string& nonce) {
  std::ifstream file(side_file(config));
  for (std::string line; std::getline(file, line);) {
    if (line == nonce) return true;
  }
  return false;
}

void write_side_file(const Config::Database& config, const std::string& text) {
  const std::string path = side_file(config);
  const std::string fresh = path + ".new";
  const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(fd.get()) != 0 || ::rename(fresh.c_str(), path.c_str()) != 0) {
    throw std::system_error(errno, std::generic_category(), "write " + path);
  }
}

std::string stored_nonce(db::Connection& connection) {
  db::Query row(connection, "SELECT Nonce FROM DatabaseLife WHERE Id = 1");
  return row.next() ? row.text(0) : std::string();
}

std::int64_t renew_epochs(db::Connection& connection) {
  std::vector<std::string> tenants;
  {
    db::Query row(connection, "SELECT TenantId FROM EventHeads");
    while (row.next()) tenants.push_back(row.text(0));
  }
  for (const std::string& tenant : tenants) renew_epoch(connection, tenant);
  return static_cast<std::int64_t>(tenants.size());
}

}  // namespace

bool recognise_life(const Config::Database& config) {
  db::Connection connection(config.path, db::Mode::read_write, config.busy_timeout_ms);
  db::WriteTransaction transaction(connection);
  const std::string old_nonce = stored_nonce(connection);
  const bool replaced = !is_known(config, old_nonce);
  if (replaced && renew_epochs(connection) > 0) {
    log_warning("the database is not the one that ran here last; all cursors start anew",
                {{"database", config.path}});
  }
  const std::string nonce = random_word(kNonceLength);
  write_side_file(config, old_nonce + "\n" + nonce + "\n");
  db::execute(connection,
              "INSERT INTO DatabaseLife (Id, Nonce) VALUES (1, ?)"
              " ON CONFLICT (Id) DO UPDATE SET Nonce = excluded.Nonce",
              nonce);
  transaction.commit();
  // Still within the turn of `transaction`: no other renewal comes between.
  write_side_file(config, nonce + "\n");
  return replaced;
}

bool is_recognised(const Config::Database& config, db::Connection& connection) {
  // Once more where the nonce was renewed between the two looks.
  for (std::string nonce = stored_nonce(connection);;) {
    if (is_known(config, nonce)) return true;
    const std::string again = stored_nonce(connection);
    if (again == nonce) return false;
    nonce = again;
  }
}

}  // namespace harbor::events
