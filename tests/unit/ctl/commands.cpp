#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "auth/password.h"
#include "ctl/shell.h"
#include "events/revocations.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(commands)

BOOST_AUTO_TEST_CASE(every_row_of_the_table_is_complete) {
  std::set<std::string_view> names;
  for (const ctl::Command& command : ctl::commands()) {
    BOOST_TEST_CONTEXT(command.name) {
      BOOST_TEST(names.insert(command.name).second);
      BOOST_TEST(!command.about.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_command_is_found_by_its_words) {
  const auto name_of = [](const std::vector<std::string>& words) {
    const ctl::Command* const command = ctl::find_command(words);
    return command == nullptr ? std::string_view("none") : command->name;
  };
  BOOST_TEST(name_of({"migrate"}) == "migrate");
  BOOST_TEST(name_of({"tenant", "add", "acme"}) == "tenant add");
  BOOST_TEST(name_of({"tenant"}) == "none");
  BOOST_TEST(name_of({"tenant", "frob"}) == "none");
  BOOST_TEST(name_of({}) == "none");
}

BOOST_AUTO_TEST_CASE(usage_errors_are_64_and_show_the_usage) {
  Shell shell;
  BOOST_TEST(shell.bare({}) == kExitUsage);
  BOOST_TEST(shell.bare({"frob"}) == kExitUsage);
  BOOST_TEST(shell.bare({"--config"}) == kExitUsage);
  BOOST_TEST(shell.run({"tenant", "add", "acme"}) == kExitUsage);
  BOOST_TEST(shell.notes ==
             "harborctl: --name is missing; usage: harborctl tenant add ID --name NAME\n");
  BOOST_TEST(shell.run({"tenant", "add", "acme", "--password", "secret-secret"}) == kExitUsage);
  BOOST_TEST(shell.notes.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_password_may_stand_on_the_command_line_and_is_checked) {
  Shell shell;
  BOOST_REQUIRE(shell.run({"migrate"}) == kExitOk);
  BOOST_TEST(shell.run({"user", "add", "a@b.example", "--name", "A", "--password", "short"}) ==
             kExitRefused);
  BOOST_TEST(shell.run({"user", "add", "a@b.example", "--name", "A", "--password",
                        "long enough a word"}) == kExitOk);
  BOOST_TEST(shell.out == "user a@b.example added\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_configuration_is_78) {
  Shell shell;
  BOOST_TEST(shell.bare({"tenant", "list", "--config", shell.folder.file("none.yaml")}) ==
             kExitConfig);
  std::ofstream(shell.folder.file("bad.yaml")) << "database: {way: x}\n";
  BOOST_TEST(shell.bare({"tenant", "list", "--config=" + shell.folder.file("bad.yaml")}) ==
             kExitConfig);
  BOOST_TEST(shell.notes.find("bad.yaml:1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_database_that_cannot_be_had_is_69) {
  Shell shell;
  BOOST_TEST(shell.run({"tenant", "list"}) == kExitUnavailable);
  std::filesystem::create_directories(shell.folder.file("sub"));
  std::ofstream(shell.folder.file("sub/harbor.db")) << "this is no database, whatever its name";
  BOOST_TEST(shell.run({"tenant", "list"}) == kExitUnavailable);
  BOOST_TEST(shell.run({"migrate"}) == kExitUnavailable);
}

BOOST_AUTO_TEST_CASE(a_database_locked_by_another_program_is_69) {
  Ready shell;
  db::Connection other = shell.open();
  other.script("BEGIN IMMEDIATE");
  BOOST_TEST(shell.run({"tenant", "add", "globex", "--name", "G"}) == kExitUnavailable);
  BOOST_TEST(shell.run({"tenant", "list"}) == kExitOk);
}

BOOST_AUTO_TEST_CASE(help_and_version_need_no_database) {
  Shell shell;
  BOOST_TEST(shell.bare({"--help"}) == kExitOk);
  BOOST_TEST(shell.out.starts_with("the manual\n"));
  for (const ctl::Command& command : ctl::commands()) {
    BOOST_TEST(shell.out.find("harborctl " + std::string(command.name)) != std::string::npos);
  }
  BOOST_TEST(shell.bare({"tenant", "add", "--help"}) == kExitOk);
  BOOST_TEST(shell.bare({"--version"}) == kExitOk);
  BOOST_TEST(shell.out == HARBOR_VERSION "\n");
}

BOOST_AUTO_TEST_CASE(migrating_makes_the_folder_and_says_the_version) {
  Shell shell;
  BOOST_TEST(shell.run({"migrate"}) == kExitOk);
  BOOST_TEST(shell.out.find("version") != std::string::npos);
  BOOST_TEST(shell.run({"migrate"}) == kExitOk);
  BOOST_TEST(shell.out.find("0 migrations applied") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_newer_database_is_refused) {
  Ready shell;
  shell.open().script("INSERT INTO SchemaMigrations VALUES (999, '0999_future', '')");
  BOOST_TEST(shell.run({"migrate"}) == kExitRefused);
  BOOST_TEST(shell.run({"tenant", "list"}) == kExitRefused);
}

BOOST_AUTO_TEST_CASE(tenants_are_added_once_and_listed) {
  Ready shell;
  BOOST_TEST(shell.run({"tenant", "add", "acme", "--name", "Again"}) == kExitOk);
  BOOST_TEST(shell.out == "tenant acme exists already\n");
  BOOST_TEST(shell.run({"tenant", "list"}) == kExitOk);
  BOOST_TEST(shell.out == "acme\tAcme\n");
  for (const char* id : {"all", "status", "default", "Acme", "-a", "a_b"}) {
    BOOST_TEST(shell.run({"tenant", "add", id, "--name", "N"}) == kExitRefused);
  }
  for (const char* name : {"", "  ", "a\nb", "\xff"}) {
    BOOST_TEST(shell.run({"tenant", "add", "globex", "--name", name}) == kExitRefused);
  }
}

BOOST_AUTO_TEST_CASE(a_user_gets_the_password_of_standard_input) {
  Ready shell;
  shell.password = "harbor-demo";
  BOOST_TEST(shell.run({"user", "add", " Alice@Acme.example", "--name", " Alice ",
                        "--global-admin"}) == kExitOk);
  BOOST_TEST(shell.out == "user alice@acme.example added\n");
  db::Connection connection = shell.open();
  auth::PasswordHasher hasher(test_config("").auth);
  BOOST_TEST(hasher.verify(auth::password_hash(connection, "alice@acme.example"), "harbor-demo"));
  const auto alice = auth::find_person(connection, "alice@acme.example").value();
  BOOST_TEST(alice.name == "Alice");
  BOOST_TEST(alice.is_global_admin);
  BOOST_TEST(auth::password_hash(connection, "bob@acme.example").empty());
}

BOOST_AUTO_TEST_CASE(a_user_who_exists_is_left_as_they_are) {
  Ready shell;
  shell.password = "harbor-demo";
  BOOST_TEST(shell.run({"user", "add", "bob@acme.example", "--name", "Other", "--global-admin"}) ==
             kExitOk);
  BOOST_TEST(shell.out == "user bob@acme.example exists already; nothing was changed\n");
  db::Connection connection = shell.open();
  BOOST_TEST(auth::password_hash(connection, "bob@acme.example").empty());
  BOOST_TEST(!auth::find_person(connection, "bob@acme.example").value().is_global_admin);
}

BOOST_AUTO_TEST_CASE(a_terminal_is_not_asked_for_a_password_in_vain) {
  Ready shell;
  shell.terminal = true;
  shell.passwords_asked = 0;
  shell.run({"user", "add", "bob@acme.example", "--name", "Bob"});
  BOOST_TEST(shell.passwords_asked == 0);
  shell.run({"user", "add", "eve@acme.example", "--name", "Eve"});
  BOOST_TEST(shell.passwords_asked == 1);
}

BOOST_AUTO_TEST_CASE(a_password_out_of_its_bounds_adds_nobody) {
  Ready shell;
  for (const std::string& password : {std::string("short"), std::string(1025, 'x'),
                                      std::string("\xff\xff\xff\xff\xff\xff\xff\xff")}) {
    shell.password = password;
    BOOST_TEST(shell.run({"user", "add", "eve@acme.example", "--name", "Eve"}) == kExitRefused);
  }
  db::Connection connection = shell.open();
  BOOST_TEST(!auth::find_person(connection, "eve@acme.example").has_value());
}

BOOST_AUTO_TEST_CASE(a_new_password_revokes_and_needs_a_user_and_a_word) {
  Ready shell;
  BOOST_TEST(shell.run({"user", "passwd", "bob@acme.example"}) == kExitRefused);
  BOOST_TEST(shell.run({"user", "passwd", "nobody@acme.example"}) == kExitRefused);
  shell.password = "harbor-demo";
  BOOST_TEST(shell.run({"user", "passwd", "bob@acme.example"}) == kExitOk);
  db::Connection connection = shell.open();
  BOOST_TEST(events::newest_revocation(connection) == 1);
}

BOOST_AUTO_TEST_CASE(users_are_disabled_and_listed) {
  Ready shell;
  BOOST_TEST(shell.run({"user", "add", "eve@acme.example", "--name", "Eve", "--global-admin"}) ==
             kExitOk);
  BOOST_TEST(shell.run({"user", "disable", "eve@acme.example"}) == kExitOk);
  BOOST_TEST(shell.run({"user", "disable", "nobody@acme.example"}) == kExitRefused);
  BOOST_TEST(shell.run({"user", "disable", "no address"}) == kExitRefused);
  BOOST_TEST(shell.run({"user", "list"}) == kExitOk);
  BOOST_TEST(shell.out ==
             "bob@acme.example\tBob\t-\neve@acme.example\tEve\tglobal-admin,disabled\n");
}

BOOST_AUTO_TEST_CASE(members_are_added_changed_listed_and_removed) {
  Ready shell;
  const auto add = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"member", "add", "acme", "bob@acme.example"});
    return shell.run(more) == kExitOk ? shell.out.substr(shell.out.find("acme", 20)) : shell.notes;
  };
  BOOST_TEST(add({}) == "acme added\n");
  BOOST_TEST(add({}) == "acme exists already\n");
  BOOST_TEST(add({"--role", "editor"}) == "acme changed\n");
  BOOST_TEST(add({"--role", "editor", "--admin"}) == "acme changed\n");
  BOOST_TEST(add({"--role", "captain"}) ==
             "harborctl: there is no role captain; there are: agent author editor publisher"
             " reviewer subscriber user\n");
  BOOST_TEST(shell.run({"member", "list", "acme"}) == kExitOk);
  BOOST_TEST(shell.out == "bob@acme.example\tBob\tadmin,editor\n");
  BOOST_TEST(shell.run({"member", "remove", "acme", "bob@acme.example"}) == kExitOk);
  BOOST_TEST(shell.run({"member", "remove", "acme", "bob@acme.example"}) == kExitRefused);
}

BOOST_AUTO_TEST_CASE(a_membership_needs_a_tenant_and_a_user) {
  Ready shell;
  BOOST_TEST(shell.run({"member", "add", "globex", "bob@acme.example"}) == kExitRefused);
  BOOST_TEST(shell.notes == "harborctl: there is no tenant globex\n");
  BOOST_TEST(shell.run({"member", "add", "acme", "eve@acme.example"}) == kExitRefused);
  BOOST_TEST(shell.notes == "harborctl: there is no user eve@acme.example\n");
  BOOST_TEST(shell.run({"member", "list", "globex"}) == kExitRefused);
  BOOST_TEST(shell.run({"member", "remove", "globex", "bob@acme.example"}) == kExitRefused);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
