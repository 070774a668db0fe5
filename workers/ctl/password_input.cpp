#include "ctl/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "auth/password.h"
#include "ctl/checks.h"
#include "ctl/command.h"

namespace harbor::ctl {
namespace {

// Ctrl-C must interrupt the read and not the program, which has to give the echo back first.
class InterruptibleRead {
 public:
  InterruptibleRead() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGINT, &action, &before_);
  }
  InterruptibleRead(const InterruptibleRead&) = delete;
  InterruptibleRead& operator=(const InterruptibleRead&) = delete;
  ~InterruptibleRead() { ::sigaction(SIGINT, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

class EchoOff {
 public:
  EchoOff() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;
  ~EchoOff() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }

 private:
  termios before_{};
  bool changed_ = false;
};

// Byte by byte: what follows the line is not ours to swallow.
std::string read_line() {
  std::string line;
  for (char c = 0;;) {
    const auto got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0) throw Refused(errno == EINTR ? "interrupted" : "standard input cannot be read");
    if (got == 0 || c == '\n') break;
    line += c;
    if (line.size() > auth::kLongestPassword + 1) break;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(const std::string& prompt) {
  const InterruptibleRead interruptible;
  const EchoOff silent;
  std::fputs(prompt.c_str(), stderr);
  std::fflush(stderr);
  return read_line();
}

}  // namespace

bool stdin_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

std::string read_password(const std::string& whose) {
  const bool terminal = stdin_is_terminal();
  std::string password = terminal ? ask("Password of " + whose + " (empty: none): ") : read_line();
  if (password.empty()) return password;
  check_password(password);
  if (terminal && ask("Again: ") != password) throw Refused("the two passwords differ");
  return password;
}

}  // namespace harbor::ctl
