#include "ctl/doctor/unix_listeners.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "core/unique_fd.h"

namespace harbor::ctl::doctor {
namespace {

constexpr std::uint32_t kListening = 1U << 10;  // TCP_LISTEN, which unix sockets use as well
constexpr std::size_t kBuffer = 65'536;

bool ask(const UniqueFd& fd) {
  struct {
    nlmsghdr header;
    unix_diag_req request;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.request.sdiag_family = AF_UNIX;
  question.request.udiag_states = kListening;
  question.request.udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN;
  return ::send(fd.get(), &question, sizeof question, 0) == sizeof question;
}

template <class T>
T read_at(std::span<const char> bytes, std::size_t offset) {
  T value{};
  if (offset + sizeof value <= bytes.size())
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// The attributes behind the fixed part, each aligned to four bytes.
UnixListener read_listener(std::span<const char> message) {
  UnixListener listener;
  std::size_t at = NLMSG_LENGTH(sizeof(unix_diag_msg));
  while (at + sizeof(rtattr) <= message.size()) {
    const auto attribute = read_at<rtattr>(message, at);
    if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > message.size()) break;
    const auto content = message.subspan(at + RTA_LENGTH(0), attribute.rta_len - RTA_LENGTH(0));
    if (attribute.rta_type == UNIX_DIAG_NAME) {
      listener.path.assign(content.begin(), std::find(content.begin(), content.end(), '\0'));
    } else if (attribute.rta_type == UNIX_DIAG_RQLEN) {
      const auto lengths = read_at<unix_diag_rqlen>(content, 0);
      listener.waiting = lengths.udiag_rqueue;
      listener.backlog = lengths.udiag_wqueue;
    }
    at += RTA_ALIGN(attribute.rta_len);
  }
  return listener;
}

// False once the dump is over; `failed` where the kernel refuses it.
bool take(std::span<const char> datagram, std::vector<UnixListener>& listeners, bool& failed) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const auto header = read_at<nlmsghdr>(datagram, 0);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) break;
    failed = header.nlmsg_type == NLMSG_ERROR;
    if (failed || header.nlmsg_type == NLMSG_DONE) return false;
    listeners.push_back(read_listener(datagram.first(header.nlmsg_len)));
    datagram =
        datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
  }
  return true;
}

}  // namespace

std::optional<std::vector<UnixListener>> unix_listeners() {
  const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  const timeval patience{1, 0};
  if (!fd || ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
      !ask(fd)) {
    return std::nullopt;
  }
  std::vector<UnixListener> listeners;
  std::vector<char> buffer(kBuffer);
  for (bool failed = false;;) {
    const auto got = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return std::nullopt;
    if (take(std::span(buffer).first(static_cast<std::size_t>(got)), listeners, failed)) continue;
    if (failed) return std::nullopt;
    return listeners;
  }
}

}  // namespace harbor::ctl::doctor
