#pragma once
// The listening unix sockets of this machine, as the kernel knows them (sock_diag(7)).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace harbor::ctl::doctor {

struct UnixListener {
  std::string path;          ///< as it was given to bind(2)
  std::int64_t backlog = 0;  ///< how many may wait, as the kernel has cut it
  std::int64_t waiting = 0;  ///< how many do
};

/// Nothing where the kernel does not say (a container may forbid it).
std::optional<std::vector<UnixListener>> unix_listeners();

}  // namespace harbor::ctl::doctor
