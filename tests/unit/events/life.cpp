#include "events/life.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "events/log.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(life)

// A database file that programs open, close and that is copied about.
struct File {
  TemporaryFolder folder;
  Config config = test_config(folder.file("harbor.db"));

  File() {
    Database model;
    model.add_tenant("acme");
    model.add_tenant("globex");
    model.connection.script("VACUUM INTO '" + config.database.path + "'");
  }

  std::string epoch(std::string_view tenant) const {
    db::Connection connection(config.database.path, db::Mode::read_write, 300);
    return events::read_head(connection, tenant).value().epoch;
  }
  bool recognise() const { return events::recognise_life(config.database); }
  void copy_to(const std::string& name) const {
    db::Connection connection(config.database.path, db::Mode::read_write, 300);
    connection.script("VACUUM INTO '" + folder.file(name) + "'");
  }
  void copy_back(const std::string& name) const {
    for (const char* tail : {"-wal", "-shm"}) {
      std::filesystem::remove(config.database.path + tail);
    }
    std::filesystem::copy_file(folder.file(name), config.database.path,
                               std::filesystem::copy_options::overwrite_existing);
  }
};

BOOST_AUTO_TEST_CASE(a_normal_restart_keeps_all_epochs) {
  const File file;
  file.recognise();
  const std::string epoch = file.epoch("acme");
  for (int i = 0; i < 5; ++i) BOOST_TEST(!file.recognise());
  BOOST_TEST(file.epoch("acme") == epoch);
}

BOOST_AUTO_TEST_CASE(a_file_copied_back_renews_the_epoch_of_every_tenant) {
  const File file;
  file.recognise();
  file.copy_to("backup.db");
  for (int i = 0; i < 3; ++i) file.recognise();
  const std::string acme = file.epoch("acme");
  const std::string globex = file.epoch("globex");
  file.copy_back("backup.db");
  BOOST_TEST(file.recognise());
  BOOST_TEST(file.epoch("acme") != acme);
  BOOST_TEST(file.epoch("globex") != globex);
  BOOST_TEST(!file.recognise());
}

BOOST_AUTO_TEST_CASE(a_file_copied_back_after_a_single_start_is_noticed_too) {
  const File file;
  file.recognise();
  file.copy_to("backup.db");
  file.recognise();
  file.copy_back("backup.db");
  BOOST_TEST(file.recognise());
}

BOOST_AUTO_TEST_CASE(a_file_moved_here_without_its_side_file_is_another_one) {
  const File file;
  file.recognise();
  std::filesystem::remove(file.config.database.path + ".life");
  BOOST_TEST(file.recognise());
}

BOOST_AUTO_TEST_CASE(a_crash_between_the_side_file_and_the_commit_is_no_new_life) {
  const File file;
  file.recognise();
  const std::string epoch = file.epoch("acme");
  const std::string side = file.config.database.path + ".life";
  std::string nonce;
  std::ifstream(side) >> nonce;
  std::ofstream(side) << nonce << "\nnewnonceneverinthedatabase\n";
  BOOST_TEST(!file.recognise());
  BOOST_TEST(file.epoch("acme") == epoch);
}

BOOST_AUTO_TEST_CASE(a_crash_after_the_commit_is_no_new_life) {
  const File file;
  file.recognise();
  const std::string side = file.config.database.path + ".life";
  std::string nonce;
  std::ifstream(side) >> nonce;
  std::ofstream(side) << "theonebefore\n" << nonce << "\n";
  BOOST_TEST(!file.recognise());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
