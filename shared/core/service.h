#pragma once
// What every long-lived program does alike: options, configuration, signals, the listening
// socket, and systemd's notifications (sd_notify(3), sd_listen via fd 0 as FastCGI expects).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/unique_fd.h"

namespace harbor {

/// Exit codes of sysexits.h that CONTRACTS names.
enum ExitCode {
  kExitOk = 0,
  kExitRefused = 1,
  kExitUsage = 64,
  kExitUnavailable = 69,
  kExitConfig = 78
};

/// The command line of a worker: `--config FILE` (repeatable, later over earlier), `--help`,
/// `--version`, and the words of its own that a program declares.
struct Options {
  std::vector<std::string> config_files;
  std::vector<std::string> flags;  ///< those of `known_flags` that were given
};

/// A program's identity and work.
struct Program {
  std::string_view name;    ///< "harbor-api"
  std::string_view part;    ///< "api", in log lines
  std::string_view manual;  ///< printed by --help
  std::vector<std::string_view> known_flags = {};
};

/// Reads options and configuration, prepares logging, blocks the signals of `SignalFd`, and runs
/// `work`; turns what it throws into a log line and the exit code: ConfigError → 78, a usage
/// error → 64, anything else → 1.
int run_program(const Program& program, int argc, char** argv,
                const std::function<int(const Config&, const Options&)>& work);

/// SIGTERM, SIGINT and SIGHUP as a readable descriptor. run_program has blocked them for all
/// threads, so that no system call is ever interrupted.
class SignalFd {
 public:
  SignalFd();
  int fd() const { return fd_.get(); }
  /// The signal that came, or 0.
  int read();

 private:
  UniqueFd fd_;
};

/// The socket to accept on: fd 0 where systemd hands one over (StandardInput=socket), else a new
/// unix socket at `path` with mode 0660 (an old one of that name is replaced). Non-blocking,
/// close-on-exec. Throws std::system_error.
UniqueFd listening_socket(const std::string& path);

/// sd_notify. All calls are no-ops without a supervisor.
void notify_ready();
void notify_stopping();
void notify_watchdog();
/// How often notify_watchdog should be called: half of what the supervisor waits; 0 is never.
std::int64_t watchdog_interval_ms();

}  // namespace harbor
