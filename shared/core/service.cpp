#include "core/service.h"

#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "core/log.h"

namespace harbor {
namespace {

constexpr int kBacklog = 4096;

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

void block_signals() {
  const sigset_t set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

[[noreturn]] void throw_errno(const std::string& doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

LogLevel level_of(const std::string& name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warning") return LogLevel::warning;
  return name == "error" ? LogLevel::error : LogLevel::info;
}

Options parse_options(const Program& program, int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto& known = program.known_flags;
    if (word == "--config" && i + 1 < argc) {
      options.config_files.emplace_back(argv[++i]);
    } else if (word == "--help" || word == "--version" ||
               std::find(known.begin(), known.end(), word) != known.end()) {
      options.flags.emplace_back(word);
    } else {
      throw UsageError("unknown or incomplete option " + std::string(word) + "; see --help");
    }
  }
  return options;
}

bool has_flag(const Options& options, std::string_view flag) {
  return std::find(options.flags.begin(), options.flags.end(), flag) != options.flags.end();
}

int run_checked(const Program& program, int argc, char** argv,
                const std::function<int(const Config&, const Options&)>& work) {
  const Options options = parse_options(program, argc, argv);
  if (has_flag(options, "--help")) {
    std::printf("%.*s", static_cast<int>(program.manual.size()), program.manual.data());
    return kExitOk;
  }
  if (has_flag(options, "--version")) {
    std::printf("%s\n", HARBOR_VERSION);
    return kExitOk;
  }
  const Config config = load_config(options.config_files);
  log_as(program.part, level_of(config.logging.level));
  block_signals();
  return work(config, options);
}

bool is_listening(int fd) {
  int accepting = 0;
  socklen_t size = sizeof accepting;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &size) == 0 && accepting != 0;
}

UniqueFd bind_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    throw_errno("listen on " + path);
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw_errno("socket");
  ::unlink(path.c_str());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0660) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    throw_errno("listen on " + path);
  }
  return fd;
}

}  // namespace

int run_program(const Program& program, int argc, char** argv,
                const std::function<int(const Config&, const Options&)>& work) {
  log_as(program.part);
  try {
    return run_checked(program, argc, argv, work);
  } catch (const UsageError& error) {
    log_error("wrong usage", {{"error", error.what()}});
    return kExitUsage;
  } catch (const ConfigError& error) {
    log_error("wrong configuration", {{"error", error.what()}});
    return kExitConfig;
  } catch (const std::exception& error) {
    log_error("ended by an error", {{"error", error.what()}});
    return kExitRefused;
  }
}

SignalFd::SignalFd() {
  const sigset_t set = handled_signals();
  fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw_errno("signalfd");
}

int SignalFd::read() {
  signalfd_siginfo info{};
  const auto got = ::read(fd_.get(), &info, sizeof info);
  return got == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
}

UniqueFd listening_socket(const std::string& path) {
  if (!is_listening(STDIN_FILENO)) return bind_unix(path);
  UniqueFd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  if (!fd) throw_errno("duplicate fd 0");
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("fcntl");
  return fd;
}

void notify_ready() { ::sd_notify(0, "READY=1"); }
void notify_stopping() { ::sd_notify(0, "STOPPING=1"); }
void notify_watchdog() { ::sd_notify(0, "WATCHDOG=1"); }

std::int64_t watchdog_interval_ms() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return 0;
  return static_cast<std::int64_t>(microseconds / 2000);
}

}  // namespace harbor
