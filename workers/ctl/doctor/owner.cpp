#include "ctl/doctor/owner.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace harbor::ctl::doctor {
namespace {

// /proc/locks names a file as "08:01:1234": device in hexadecimal, inode in decimal.
bool is_of_inode(const std::string& name, ino_t inode) {
  return name.substr(name.rfind(':') + 1) == std::to_string(inode);
}

std::string name_of_process(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

void become_owner_of(const std::string& path) {
  struct stat info {};
  if (::geteuid() != 0 || ::stat(path.c_str(), &info) != 0 || info.st_uid == 0) return;
  const passwd* const user = ::getpwuid(info.st_uid);
  const int groups =
      user != nullptr ? ::initgroups(user->pw_name, user->pw_gid) : ::setgroups(0, nullptr);
  if (groups != 0 || ::setgid(user != nullptr ? user->pw_gid : info.st_gid) != 0) return;
  [[maybe_unused]] const int done = ::setuid(info.st_uid);
}

std::string user_text() {
  const passwd* const user = ::getpwuid(::geteuid());
  return user != nullptr ? user->pw_name : "uid " + std::to_string(::geteuid());
}

std::string holder_text(const std::string& database) {
  struct stat info {};
  if (::stat((database + ".lock").c_str(), &info) != 0) return {};
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    // "3: FLOCK  ADVISORY  WRITE 812 08:01:1234 0 EOF"; a line with "->" is of one who waits.
    std::istringstream words(line);
    std::string number, kind, advisory, mode, pid, file;
    words >> number >> kind >> advisory >> mode >> pid >> file;
    if (kind == "FLOCK" && is_of_inode(file, info.st_ino)) {
      return ": process " + pid + " (" + name_of_process(pid) + ")";
    }
  }
  return {};
}

}  // namespace harbor::ctl::doctor
