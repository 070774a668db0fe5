/*
harbor-bench-constant: the floor of every REST figure

  harbor-bench-constant ANSWER_FILE THREADS

Job      A FastCGI responder as libfcgi's manual shows it: THREADS threads that accept on fd 0,
         read the body, and answer with the file as it is ("Status: 201 …", headers, empty line,
         body).
Ends     At SIGTERM.
*/
#include <fcgiapp.h>

#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kExitUsage = 64;

void answer_requests(const std::string& answer) {
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) {
    char body[16384];
    while (FCGX_GetStr(body, sizeof body, request.in) == static_cast<int>(sizeof body)) {
    }
    FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
    FCGX_Finish_r(&request);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc == 3 ? std::atoi(argv[2]) : 0;
  if (threads < 1) {
    std::fputs("harbor-bench-constant ANSWER_FILE THREADS, listening on fd 0\n", stderr);
    return kExitUsage;
  }
  std::ifstream file(argv[1]);
  const std::string answer((std::istreambuf_iterator<char>(file)), {});
  FCGX_Init();
  std::signal(SIGTERM, SIG_DFL);  // its own handler sets a flag that no accepting thread looks at
  std::vector<std::thread> pool;
  pool.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) pool.emplace_back([&answer] { answer_requests(answer); });
  for (std::thread& thread : pool) thread.join();
  return 0;
}
