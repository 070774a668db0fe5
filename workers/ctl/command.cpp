#include "ctl/command.h"

#include "ctl/families.h"
#include "db/migrate.h"

namespace harbor::ctl {
namespace {

// clang-format off
constexpr Command kCommands[] = {
  {"migrate", "", "make the database, or bring it to this program's version", migrate},
  {"tenant add", "ID --name NAME", "add a tenant", add_tenant},
  {"tenant list", "", "tenants: id, name", list_tenants},
  {"user add", "EMAIL --name NAME [--password PASSWORD] [--global-admin]", "add a person; without --password it is read from standard input", add_user},
  {"user passwd", "EMAIL [--password PASSWORD]", "set a password; ends the person's sessions", change_password},
  {"user disable", "EMAIL", "bar a person; ends their sessions", disable_user},
  {"user enable", "EMAIL", "let a disabled person sign in again", enable_user},
  {"user list", "", "people: address, name, rights", list_users},
  {"member add", "TENANT EMAIL [--role ROLE] [--admin]", "make a person a member of a tenant", add_member},
  {"member remove", "TENANT EMAIL", "end a membership and its streams", remove_member},
  {"member list", "TENANT", "members: address, name, rights and roles", list_members},
  {"settings list", "[--tenant TENANT]", "what may be set while the workers run: key, value, where it comes from, bounds", list_settings},
  {"settings set", "KEY VALUE [--tenant TENANT]", "set one, for a tenant or for all without one of their own", set_setting},
  {"settings unset", "KEY [--tenant TENANT]", "let what lies behind it hold again", unset_setting},
  {"config sample", "", "every setting with its default, unit and bounds, and when to change it", print_sample, true},
  {"config check", "", "whether the configuration is taken; lists what differs from the defaults: key, value, default", check_config, true},
  {"audit list", "[--tenant TENANT]", "admins' acts and what was refused them, newest first", list_acts},
  {"audit verify", "", "whether the audit log is as it was written", verify_acts},
  {"import", "FILE --tenant TENANT [--dry-run]", "add the messages of a JSON lines file (- is standard input)", import_mail},
  {"doctor", "[--json] [--counters] [--timeout SECONDS] [--nginx-config FILE] [--nginx COMMAND] [--sysctl FILE] [--proc DIR]", "look whether all that Harbor stands on is as it must be; --counters recounts what is unread", examine, true},
  {"export", "--tenant TENANT", "a tenant's messages as JSON lines", export_mail},
};
// clang-format on

}  // namespace

std::unique_ptr<db::Connection> Context::open(db::Mode mode) const {
  auto connection =
      std::make_unique<db::Connection>(config.database.path, mode, config.database.busy_timeout_ms);
  db::check_schema(*connection);
  return connection;
}

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::span<const std::string> words) {
  if (words.empty()) return nullptr;
  const std::string two = words.size() < 2 ? words[0] : words[0] + ' ' + words[1];
  for (const Command& command : kCommands) {
    if (command.name == two || command.name == words[0]) return &command;
  }
  return nullptr;
}

}  // namespace harbor::ctl
