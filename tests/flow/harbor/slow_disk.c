// Preloaded into a worker: fdatasync and fsync take HARBOR_SLOW_DISK_MS longer, as a real disk's do,
// and do their work only then: what was answered before was answered too early.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_the_disk(void) {
  const char* text = getenv("HARBOR_SLOW_DISK_MS");
  long ms = text != NULL ? atol(text) : 0;
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0) {
  }
}

int fdatasync(int fd) {
  wait_for_the_disk();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}

int fsync(int fd) {
  wait_for_the_disk();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
