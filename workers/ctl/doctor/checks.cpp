#include "ctl/doctor/checks.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>

#include "core/clock.h"
#include "core/unique_fd.h"
#include "ctl/doctor/families.h"

namespace harbor::ctl::doctor {
namespace {

// clang-format off
constexpr Check kChecks[] = {
  {"configuration", "", check_configuration},
  {"issuer keys", "", check_issuer_keys},
  {"database", "", check_database},
  {"database writing", "database", check_writing},
  {"database durability", "database", check_durability},
  {"database space", "database", check_space},
  {"database log", "database", check_wal},
  {"database integrity", "database", check_integrity},
  {"schema", "database", check_schema},
  {"database life", "schema", check_life},
  {"redis", "", check_redis},
  {"api socket", "", check_api_socket},
  {"sse socket", "", check_sse_socket},
  {"socket access", "", check_socket_access},
  {"socket backlog", "", check_backlog},
  {"nginx", "", check_nginx},
  {"api files", "", check_api_files},
  {"sse files", "", check_sse_files},
  {"clock", "", check_clock},
  {"clock source", "", check_clock_source},
  {"kernel", "", check_kernel},
};
// clang-format on

constexpr std::size_t kLargestReport = 1 << 20;
constexpr std::int64_t kGraceMs = 200;

[[noreturn]] void throw_errno(const char* doing) {
  throw std::system_error(errno, std::generic_category(), doing);
}

Findings found_by(const Check& check, const Examination& examination) {
  try {
    return check.run(examination);
  } catch (const std::exception& error) {
    return {unsound(check.name, error.what(), "see the line itself")};
  }
}

void write_all(const UniqueFd& fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd.get(), text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// In the process of the check. What it starts is of its group, and ends with it.
[[noreturn]] void report_and_end(const Check& check, const Examination& examination,
                                 const UniqueFd& report) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_IGN);
  write_all(report, to_json(found_by(check, examination)));
  ::_exit(0);  // nothing of the parent's is to be flushed or closed here
}

// All that comes until the end; false where the end does not come in time.
bool read_report(const UniqueFd& report, std::int64_t deadline_ms, std::string& text) {
  for (;;) {
    pollfd wanted{report.get(), POLLIN, 0};
    const std::int64_t left = std::max<std::int64_t>(0, deadline_ms - steady_ms());
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::min<std::int64_t>(left, 600'000)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || text.size() > kLargestReport) return false;
    char bytes[4096];
    const auto got = ::read(report.get(), bytes, sizeof bytes);
    if (got <= 0) return got == 0;
    text.append(bytes, static_cast<std::size_t>(got));
  }
}

// One that hangs within the kernel does not even hear SIGKILL: it is left behind.
void end_process(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);  // where it had not come to make its group yet
  const std::int64_t give_up_ms = steady_ms() + kGraceMs;
  while (::waitpid(pid, nullptr, WNOHANG) == 0 && steady_ms() < give_up_ms) ::usleep(1000);
}

bool has_failed(const Findings& findings, std::string_view name) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.what == name && finding.level == Level::fail;
  });
}

}  // namespace

std::span<const Check> checks() { return kChecks; }

Findings run_check(const Check& check, const Examination& examination) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("pipe");
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) throw_errno("fork");
  if (pid == 0) report_and_end(check, examination, write_end);
  write_end.reset();
  std::string text;
  const bool ended = read_report(read_end, steady_ms() + examination.timeout_ms, text);
  end_process(pid);
  if (!ended) {
    return {unreachable(check.name,
                        "no answer within " + std::to_string(examination.timeout_ms) + " ms",
                        "something that it asks hangs; --timeout SECONDS gives it longer")};
  }
  Findings findings = findings_from_json(text);
  if (!findings.empty()) return findings;
  return {unsound(check.name, "the check ended without a word", "run it again; report it")};
}

Findings run_checks(std::span<const Check> checks, const Examination& examination,
                    const std::function<void(const Finding&)>& tell) {
  Findings all;
  for (const Check& check : checks) {
    // Also what hangs on something that was itself left out for that reason.
    const bool known =
        check.needs.empty() || std::any_of(all.begin(), all.end(), [&](const Finding& finding) {
          return finding.what == check.needs;
        });
    if (!known || has_failed(all, check.needs)) continue;
    for (Finding& finding : run_check(check, examination)) {
      tell(finding);
      all.push_back(std::move(finding));
    }
  }
  return all;
}

}  // namespace harbor::ctl::doctor
