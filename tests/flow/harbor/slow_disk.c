// Preloaded into a worker: fdatasync and fsync take as many milliseconds longer as the file named
// by HARBOR_SLOW_DISK says at that moment, and do their work only then: what was answered before
// was answered too early. Each adds a byte to the file of that name with .syncs behind it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void count(const char* path) {
  char name[4096];
  snprintf(name, sizeof name, "%s.syncs", path);
  FILE* file = fopen(name, "ae");
  if (file == NULL) return;
  fputc('.', file);
  fclose(file);
}

static void wait_for_the_disk(void) {
  const char* path = getenv("HARBOR_SLOW_DISK");
  FILE* file = path != NULL ? fopen(path, "re") : NULL;
  long ms = 0;
  if (file == NULL) return;
  if (fscanf(file, "%ld", &ms) != 1) ms = 0;
  fclose(file);
  count(path);
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
