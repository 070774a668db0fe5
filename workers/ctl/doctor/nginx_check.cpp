// nginx's configuration, as nginx itself prints it, or, for who may not ask it (the certificate's
// key is root's), read from its files.

#include <fcntl.h>
#include <glob.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fnmatch.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/unique_fd.h"
#include "ctl/doctor/families.h"
#include "ctl/doctor/nginx_rules.h"

namespace harbor::ctl::doctor {
namespace {

constexpr const char* kConfiguration = "nginx configuration";
constexpr std::size_t kLargestOutput = 16 << 20;
constexpr int kNotFound = 127;  // of the shell

struct Output {
  int exit_code = 0;
  std::string text;       // standard output
  std::string complaint;  // standard error
};

UniqueFd unnamed_file() {
  UniqueFd fd(::memfd_create("nginx", MFD_CLOEXEC));
  if (!fd) throw std::system_error(errno, std::generic_category(), "a file in memory");
  return fd;
}

// What is nginx's is not on the PATH of every user.
void widen_path() {
  const char* const path = std::getenv("PATH");
  ::setenv("PATH",
           ((path != nullptr ? path : "/usr/bin:/bin") + std::string(":/usr/sbin:/sbin")).c_str(),
           1);
}

std::string contents(const UniqueFd& fd) {
  std::string text;
  char bytes[16'384];
  for (::lseek(fd.get(), 0, SEEK_SET); text.size() <= kLargestOutput;) {
    const auto got = ::read(fd.get(), bytes, sizeof bytes);
    if (got <= 0) break;
    text.append(bytes, static_cast<std::size_t>(got));
  }
  return text;
}

// By the shell, so that an operator's command may be any. It ends with the check's process group.
Output run(const std::string& command) {
  const UniqueFd out = unnamed_file();
  const UniqueFd complaints = unnamed_file();
  const pid_t pid = ::fork();
  if (pid == 0) {
    widen_path();
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
    ::dup2(out.get(), STDOUT_FILENO);
    ::dup2(complaints.get(), STDERR_FILENO);
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(kNotFound);
  }
  int status = 0;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid) {
    throw std::system_error(errno, std::generic_category(), "run " + command);
  }
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(out), contents(complaints)};
}

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

// The line by which nginx refuses its configuration.
std::string refusal_of(const std::string& complaint) {
  const auto at = complaint.find("[emerg]");
  if (at == std::string::npos) return complaint.substr(0, complaint.find('\n'));
  return complaint.substr(at, complaint.find('\n', at) - at);
}

std::vector<NginxFile> files_on_disk(const std::string& pattern) {
  glob_t found{};
  std::vector<NginxFile> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc; ++i) {
      std::ifstream file(found.gl_pathv[i], std::ios::binary);
      if (file) files.push_back({found.gl_pathv[i], {std::istreambuf_iterator<char>(file), {}}});
    }
  }
  ::globfree(&found);
  return files;
}

using Settings = boost::system::result<Directives, NginxFault>;

Settings settings_of_dump(const std::vector<NginxFile>& dump) {
  return read_nginx_tree(dump.front(), [&](const std::string& pattern) {
    std::vector<NginxFile> files;
    for (const NginxFile& file : dump) {
      if (::fnmatch(pattern.c_str(), file.path.c_str(), FNM_PATHNAME) == 0) files.push_back(file);
    }
    return files;
  });
}

Settings settings_of_files(const std::string& path) {
  const auto main = files_on_disk(path);
  if (main.empty()) return NginxFault{path + " cannot be read"};
  return read_nginx_tree(main.front(), files_on_disk);
}

std::string command_of(const Examination& examination) {
  if (!examination.nginx_command.empty()) return examination.nginx_command;
  return "exec nginx -T -q -c " + quoted(examination.nginx_config);
}

// The configuration, and the line about how it was had; or a failed line alone.
struct Loaded {
  std::optional<Directives> settings;
  Finding finding;
};

Loaded load(const Examination& examination) {
  const Output said = run(command_of(examination));
  const auto dump = split_nginx_dump(said.exit_code == 0 ? said.text : std::string());
  const std::string refusal = refusal_of(said.complaint);
  const bool may_not_ask =
      said.exit_code == kNotFound || refusal.find("Permission denied") != std::string::npos;
  if (dump.empty() && !may_not_ask) {
    return {std::nullopt, wrong_setting(kConfiguration, refusal, "nginx -t, as root")};
  }
  Settings read =
      dump.empty() ? settings_of_files(examination.nginx_config) : settings_of_dump(dump);
  if (!read) {
    return {std::nullopt,
            wrong_setting(kConfiguration, read.error().why,
                          "nginx -t, as root; --nginx-config FILE where it is elsewhere")};
  }
  const std::string how = dump.empty()
                              ? examination.nginx_config + ", read by file (as root: nginx -T)"
                              : dump.front().path + ", which nginx accepts";
  return {*std::move(read), well(kConfiguration, how)};
}

}  // namespace

Findings check_nginx(const Examination& examination) {
  Loaded loaded = load(examination);
  Findings findings{std::move(loaded.finding)};
  if (!loaded.settings) return findings;
  const NginxView view{*loaded.settings, sites_of(*loaded.settings, examination.config.http.listen),
                       examination.config};
  if (view.sites.empty()) {
    findings.push_back(wrong_setting("nginx site",
                                     "no server passes to " + examination.config.http.listen,
                                     "ln -s ../sites-available/harbor-tls.conf"
                                     " /etc/nginx/sites-enabled/; systemctl reload nginx"));
    return findings;
  }
  std::string names;
  for (const Site& site : view.sites) names += (names.empty() ? "" : ", ") + site.name;
  findings.push_back(well("nginx site", names));
  for (const NginxRule& rule : nginx_rules()) findings.push_back(rule.judge(rule.name, view));
  return findings;
}

}  // namespace harbor::ctl::doctor
