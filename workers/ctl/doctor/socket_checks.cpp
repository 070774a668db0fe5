// The workers' sockets: somebody answers, only nginx may ask, and a burst can wait.

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "ctl/doctor/families.h"
#include "ctl/doctor/unix_listeners.h"
#include "http/fastcgi_client.h"

namespace harbor::ctl::doctor {
namespace {

// What the socket units ask for: a full queue is a refusal at once, which nginx turns into 502.
constexpr std::int64_t kBacklog = 4096;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

Finding no_answer(std::string_view what, const std::string& socket, const http::NoAnswer& none,
                  const char* units) {
  return unreachable(what, socket + ": " + none.why,
                     std::string("systemctl status ") + units + ", and its journal");
}

std::string mode_text(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777U);
  return text;
}

std::vector<std::filesystem::path> sockets_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.is_socket(error)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

// Who may connect is believed about addresses, request ids and claims.
std::string open_to_everybody(const std::filesystem::path& folder) {
  struct stat info {};
  if (::stat(folder.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0) {
    return folder.string() + " has mode " + mode_text(info.st_mode);
  }
  for (const auto& socket : sockets_in(folder)) {
    if (::stat(socket.c_str(), &info) == 0 && (info.st_mode & S_IRWXO) != 0) {
      return socket.string() + " has mode " + mode_text(info.st_mode);
    }
  }
  return {};
}

// Of the workers' own two; one that is not there is said by its own line.
std::vector<UnixListener> listeners_of(const Config& config, const std::vector<UnixListener>& all) {
  std::vector<UnixListener> found;
  for (const std::string& path : {config.http.listen, config.stream.listen}) {
    const auto same = [&](const UnixListener& listener) { return listener.path == path; };
    const auto at = std::find_if(all.begin(), all.end(), same);
    if (at != all.end()) found.push_back(*at);
  }
  return found;
}

}  // namespace

Findings check_api_socket(const Examination& examination) {
  constexpr const char* kWhat = "api socket";
  const std::string& socket = examination.config.http.listen;
  const auto answer = http::ask_fastcgi(socket,
                                        {{"REQUEST_METHOD", "GET"},
                                         {"REQUEST_URI", "/readyz"},
                                         {"QUERY_STRING", ""},
                                         {"REMOTE_ADDR", "127.0.0.1"},
                                         {"REQUEST_ID", "doctor"}},
                                        examination.timeout_ms * 4 / 5);
  if (!answer)
    return {no_answer(kWhat, socket, answer.error(), "'harbor-api@*' harbor-api.socket")};
  const std::string detail =
      socket + ": /readyz says " + std::to_string(answer->status) + " " + first_line(answer->body);
  if (answer->status == 200) return {well(kWhat, detail)};
  return {
      unreachable(kWhat, detail, "the database is not to be had for the workers: their journal")};
}

// A HEAD of no stream at all: answered by the event loop itself.
Findings check_sse_socket(const Examination& examination) {
  constexpr const char* kWhat = "sse socket";
  const std::string& socket = examination.config.stream.listen;
  const auto answer =
      http::ask_fastcgi(socket, {{"REQUEST_METHOD", "HEAD"}, {"REQUEST_ID", "doctor"}},
                        examination.timeout_ms * 4 / 5);
  if (!answer) return {no_answer(kWhat, socket, answer.error(), "'harbor-sse@*'")};
  if (answer->status == 200) return {well(kWhat, socket + ": answers")};
  return {unreachable(kWhat, socket + ": answers " + std::to_string(answer->status),
                      "is that the sse worker's socket (stream.listen)?")};
}

Findings check_socket_access(const Examination& examination) {
  constexpr const char* kWhat = "socket access";
  const Config& config = examination.config;
  for (const std::string& path : {config.http.listen, config.stream.listen}) {
    const std::string open = open_to_everybody(std::filesystem::path(path).parent_path());
    if (open.empty()) continue;
    return {wrong_setting(kWhat, open + ": whoever may connect is believed",
                          "SocketMode=0660 of the socket units, 0755 for their folder")};
  }
  return {well(kWhat, "nothing there is open to everybody")};
}

Findings check_backlog(const Examination& examination) {
  constexpr const char* kWhat = "socket backlog";
  const auto all = unix_listeners();
  if (!all) return {warning(kWhat, "the kernel does not say", "`ss -xl` as root")};
  std::string detail;
  for (const UnixListener& listener : listeners_of(examination.config, *all)) {
    if (listener.backlog < kBacklog) {
      return {wrong_setting(kWhat,
                            listener.path + ": " + std::to_string(listener.backlog) +
                                " may wait, not " + std::to_string(kBacklog),
                            "net.core.somaxconn (systemctl restart systemd-sysctl), then"
                            " `systemctl restart` of the socket unit once")};
    }
    detail += (detail.empty() ? "" : ", ") +
              std::filesystem::path(listener.path).filename().string() + ": " +
              std::to_string(listener.waiting) + " of " + std::to_string(listener.backlog) +
              " wait";
  }
  if (!detail.empty()) return {well(kWhat, detail)};
  return {warning(kWhat, "nobody listens on the workers' sockets", "see the lines above")};
}

}  // namespace harbor::ctl::doctor
