#include "ctl/doctor/nginx_process_rules.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "core/text.h"

namespace harbor::ctl::doctor {
namespace {

const Directive* main_line(const NginxView& view, std::string_view name) {
  const Directive* found = nullptr;
  for (const Directive& line : view.main) {
    if (line.name == name) found = &line;
  }
  return found;
}

std::int64_t number_of(const Directive* line, std::int64_t fallback) {
  if (line == nullptr || line->arguments.empty()) return fallback;
  return parse_id(line->arguments[0]).value_or(fallback);
}

std::int64_t connections_of(const NginxView& view) {
  const Directive* const events = main_line(view, "events");
  if (events == nullptr) return 512;
  const Scope scope{events};
  return number_of(setting(scope, "worker_connections"), 512);
}

std::int64_t processes_of(const NginxView& view) {
  const Directive* const line = main_line(view, "worker_processes");
  if (line != nullptr && !line->arguments.empty() && line->arguments[0] == "auto") {
    return std::max<std::int64_t>(1, ::sysconf(_SC_NPROCESSORS_ONLN));
  }
  return number_of(line, 1);
}

bool is_in_group(const passwd& user, gid_t group) {
  int count = 256;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  if (::getgrouplist(user.pw_name, user.pw_gid, groups.data(), &count) < 0) return false;
  groups.resize(static_cast<std::size_t>(count));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

// Empty where nginx's user may connect. What is not there is not judged.
std::string fault_of_access(const passwd& user, const std::string& socket) {
  struct stat info {};
  if (::stat(socket.c_str(), &info) != 0 || user.pw_uid == 0) return {};
  if (info.st_uid == user.pw_uid
          ? (info.st_mode & S_IWUSR) != 0
          : (info.st_mode & S_IWGRP) != 0 && is_in_group(user, info.st_gid)) {
    return {};
  }
  const group* const owners = ::getgrgid(info.st_gid);
  return std::string(user.pw_name) + " may not connect to " + socket + ", which is for group " +
         (owners != nullptr ? owners->gr_name : std::to_string(info.st_gid));
}

}  // namespace

// A reload ends the streams of the old workers at one instant, unless that comes after their age.
Finding judge_reload(std::string_view what, const NginxView& view) {
  const Directive* const line = main_line(view, "worker_shutdown_timeout");
  if (line == nullptr || line->arguments.empty()) {
    return well(what, "old workers stay until their last stream has ended");
  }
  const auto timeout = nginx_time_ms(line->arguments[0]).value_or(0);
  const std::string text = "worker_shutdown_timeout " + line->arguments[0] + ", stream.age up to " +
                           std::to_string(view.config.stream.age.max_ms / 1000) + " s";
  if (timeout >= view.config.stream.age.max_ms) return well(what, text);
  return warning(what, text + ": a reload cuts all streams at one instant (" + line->place() + ")",
                 "longer than stream.age");
}

// Both sides of a stream are a connection; nginx wants a sixteenth in reserve.
Finding judge_connections(std::string_view what, const NginxView& view) {
  std::set<std::string> workers;
  for (const Site& site : view.sites) {
    if (site.handover.empty()) continue;
    for (const Peer& peer : peers_of(view.main, site.handover)) workers.insert(peer.socket);
  }
  const std::int64_t connections = connections_of(view);
  const std::int64_t processes = processes_of(view);
  const std::int64_t room = connections * 15 / 16 * processes / 2;
  const auto wanted = view.config.stream.per_worker *
                      std::max<std::int64_t>(1, static_cast<std::int64_t>(workers.size()));
  const std::string text = "room for " + std::to_string(room) + " streams (" +
                           std::to_string(processes) + " × worker_connections " +
                           std::to_string(connections) + ")";
  if (room >= wanted) return well(what, text);
  return warning(what,
                 text + ", stream.per_worker allows " + std::to_string(wanted) +
                     ": beyond it nginx drops connections, where Harbor would ask them to wait",
                 "worker_connections in nginx.conf, or a smaller stream.per_worker");
}

Finding judge_files(std::string_view what, const NginxView& view) {
  const Directive* const line = main_line(view, "worker_rlimit_nofile");
  const std::int64_t connections = connections_of(view);
  if (line == nullptr) {
    return wrong_setting(what, "worker_rlimit_nofile is not set, and a connection is an open file",
                         "as in modules-enabled/60-harbor.conf; then systemctl restart nginx");
  }
  const std::int64_t files = number_of(line, 0);
  const std::string text = "worker_rlimit_nofile " + std::to_string(files) +
                           ", worker_connections " + std::to_string(connections);
  if (files < connections) {
    return wrong_setting(what, text + " (" + line->place() + ")", "more files");
  }
  if (files < connections * 16 / 15) {
    return warning(what, text + ": nothing is left for files and logs", "a sixteenth more files");
  }
  return well(what, text);
}

Finding judge_user(std::string_view what, const NginxView& view) {
  const Directive* const line = main_line(view, "user");
  // Without one, and not started by root, nginx is whoever started it.
  if (line == nullptr || line->arguments.empty()) return well(what, "whoever starts nginx");
  const passwd* const user = ::getpwnam(line->arguments[0].c_str());
  if (user == nullptr) {
    return wrong_setting(what,
                         "there is no user " + line->arguments[0] + " (" + line->place() + ")",
                         "user www-data;");
  }
  passwd in_nginx = *user;
  if (line->arguments.size() > 1) {
    const group* const named = ::getgrnam(line->arguments[1].c_str());
    if (named != nullptr) in_nginx.pw_gid = named->gr_gid;
  }
  for (const std::string& socket : {view.config.http.listen, view.config.stream.listen}) {
    const std::string fault = fault_of_access(in_nginx, socket);
    if (fault.empty()) continue;
    return wrong_setting(what, fault,
                         "SocketGroup= (systemctl edit harbor-api.socket), or that group"
                         " for nginx's user");
  }
  return well(what, line->arguments[0] + " may connect to the workers");
}

}  // namespace harbor::ctl::doctor
