#pragma once
// harborctl as a shell would run it, on a database of its own.

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "core/service.h"
#include "ctl/checks.h"
#include "ctl/run.h"
#include "support.h"

namespace harbor::test {

struct Shell {
  TemporaryFolder folder;
  std::string out, notes;
  std::string password;
  bool terminal = false;
  int passwords_asked = 0;

  Shell() {
    std::ofstream(folder.file("harbor.yaml"))
        << "database: {path: " << folder.file("sub/harbor.db") << ", busy_timeout: 100 ms}\n"
        << "auth: {argon2_memory: 8 KiB, argon2_passes: 1}\n";
  }
  int bare(const std::vector<std::string>& words) {
    std::ostringstream out_stream;
    std::ostringstream notes_stream;
    const ctl::Surroundings surroundings{out_stream, notes_stream, false, terminal,
                                         [this](const std::string& /*whose*/) {
                                           ++passwords_asked;
                                           if (!password.empty()) ctl::check_password(password);
                                           return password;
                                         }};
    const int code = ctl::run(surroundings, words, "the manual\n");
    out = out_stream.str();
    notes = notes_stream.str();
    return code;
  }
  int run(std::vector<std::string> words) {
    words.insert(words.begin(), {"--config", folder.file("harbor.yaml")});
    return bare(words);
  }
};

/// With a database, a tenant acme and a user bob.
struct Ready : Shell {
  Ready() {
    BOOST_TEST(run({"migrate"}) == kExitOk);
    BOOST_TEST(run({"tenant", "add", "acme", "--name", "Acme"}) == kExitOk);
    BOOST_TEST(run({"user", "add", "bob@acme.example", "--name", "Bob"}) == kExitOk);
  }
  db::Connection open() { return {folder.file("sub/harbor.db"), db::Mode::read_write, 100}; }
};

}  // namespace harbor::test
