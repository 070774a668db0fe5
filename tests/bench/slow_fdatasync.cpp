// Preloaded into a program that writes: fdatasync and fsync take HARBOR_FDATASYNC_MS (2)
// milliseconds longer, as they do on a disk that is not a memory in disguise.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

namespace {

timespec configured_delay() {
  const char* text = std::getenv("HARBOR_FDATASYNC_MS");
  const double ms = text != nullptr ? std::atof(text) : 2.0;
  const auto ns = static_cast<long long>(ms * 1e6);
  return {static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
}

using Sync = int (*)(int);

int delayed(const char* name, int fd) {
  static const timespec delay = configured_delay();
  timespec left = delay;
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  return reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name))(fd);
}

}  // namespace

extern "C" int fdatasync(int fd) { return delayed("fdatasync", fd); }

extern "C" int fsync(int fd) { return delayed("fsync", fd); }
