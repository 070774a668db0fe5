// harborctl - the operator's hand on a Harbor Messaging database.
//
// Job       One command per run, each change one transaction: tenants, people, memberships, the
//           database itself; doctor, which only looks (ctl/doctor/checks.cpp is its table). Running
//           workers notice by themselves, within their tail watch.
// Inputs    The command line, the configuration's database section, a password as the first line
//           of standard input (prompted for without echo on a terminal).
// Trusts    Whoever may open the database file may do everything here. It asks for no sign-in.
// Writes    Results to standard output, one per line, fields parted by tabs; errors to standard
//           error, one line; nothing to the journal.
// Limits    Waits for the database's lock in turn with the workers. Files that it makes belong
//           to who runs it: run it as the user of the workers.

#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

#include "core/log.h"
#include "ctl/password_input.h"
#include "ctl/run.h"

namespace {

constexpr std::string_view kManual =
    R"(harborctl [--config FILE]... COMMAND ...

The operator's hand on a Harbor Messaging database: one command, one transaction.

  --config FILE  configuration, later files laid over earlier ones; without it
                 /etc/harbor/harbor.yaml where that exists
  --help         this page
  --version      the program's version

Options stand before or after the command. Passwords are the first line of
standard input (8 to 1024 bytes), or asked for without echo on a terminal; an
empty one makes a person without a password. Adding what exists succeeds and
says so.

Exit codes: 0 done; 1 refused; 64 wrong usage; 69 the database cannot be had;
78 wrong configuration. Of doctor: 0 where nothing failed (a warning may stand);
else the first of 78, a setting is wrong; 69, something cannot be reached; 1,
something is unsound. Of doctor --counters: 1 where a counter is wrong.
)";

}  // namespace

int main(int argc, char** argv) {
  ::umask(0007);  // the database holds password hashes and mail: not for everybody
  harbor::log_as("ctl", harbor::LogLevel::warning);
  const harbor::ctl::Surroundings surroundings{std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1,
                                               harbor::ctl::stdin_is_terminal(),
                                               harbor::ctl::read_password};
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return harbor::ctl::run(surroundings, words, kManual);
}
