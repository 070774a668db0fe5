#include "core/config_sample.h"
#include "ctl/shell.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(config_commands)

BOOST_AUTO_TEST_CASE(the_sample_is_printed_whatever_the_configuration_is) {
  Shell shell;
  BOOST_TEST(shell.run({"config", "sample"}) == kExitOk);
  BOOST_TEST(shell.out == config_sample());
  std::ofstream(shell.folder.file("bad.yaml")) << "database: {way: x}\n";
  BOOST_TEST(shell.bare({"config", "sample", "--config", shell.folder.file("bad.yaml")}) ==
             kExitOk);
  BOOST_TEST(shell.out == config_sample());
}

BOOST_AUTO_TEST_CASE(a_checked_configuration_lists_what_differs_from_the_defaults) {
  Shell shell;
  std::ofstream(shell.folder.file("more.yaml")) << "log: {keep: 168 h, page: 7}\n";
  BOOST_TEST(shell.run({"--config", shell.folder.file("more.yaml"), "config", "check"}) == kExitOk);
  BOOST_TEST(shell.out == "database.path\t" + shell.folder.file("sub/harbor.db") +
                              "\t/var/lib/harbor/harbor.db\n"
                              "database.busy_timeout\t100 ms\t5 s\n"
                              "auth.argon2_memory\t8 KiB\t19 MiB\n"
                              "auth.argon2_passes\t1\t2\n"
                              "log.page\t7\t500\n");
}

BOOST_AUTO_TEST_CASE(a_wrong_configuration_is_78_and_names_its_place) {
  Shell shell;
  std::ofstream(shell.folder.file("bad.yaml")) << "\nlog: {keep: soon}\n";
  BOOST_TEST(shell.bare({"config", "check", "--config", shell.folder.file("bad.yaml")}) ==
             kExitConfig);
  BOOST_TEST(shell.out.empty());
  BOOST_TEST(shell.notes.find("bad.yaml:2: log.keep") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
