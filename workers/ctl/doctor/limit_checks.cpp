// The limits of open files that the running workers have.

#include <algorithm>

#include "ctl/doctor/families.h"
#include "ctl/doctor/processes.h"

namespace harbor::ctl::doctor {
namespace {

// Descriptors of a worker that are neither requests nor streams: the sse worker's own reserve
// (workers/sse/server.cpp), and more than an api worker has.
constexpr std::int64_t kReserve = 256;

std::vector<Worker> workers(const Examination& examination, std::string_view program) {
  if (examination.config_files.empty()) return {};
  return workers_of(examination.proc, program, examination.config_files.front());
}

Finding none_runs(std::string_view what, const std::string& program) {
  return warning(what, "no " + program + " runs with this configuration",
                 "systemctl start harbor.target");
}

const Worker& poorest(const std::vector<Worker>& workers) {
  return *std::min_element(workers.begin(), workers.end(), [](const Worker& a, const Worker& b) {
    return a.open_files < b.open_files;
  });
}

std::string files_text(const std::vector<Worker>& workers) {
  const std::int64_t files = poorest(workers).open_files;
  return files == kUnlimited ? "no limit" : std::to_string(files) + " open files";
}

std::string process_text(const std::vector<Worker>& workers) {
  return "process " + poorest(workers).pid + " has " + files_text(workers);
}

}  // namespace

// Without them a request that was accepted cannot be answered.
Findings check_api_files(const Examination& examination) {
  constexpr const char* kWhat = "api files";
  const Config& config = examination.config;
  const auto running = workers(examination, "harbor-api");
  if (running.empty()) return {none_runs(kWhat, "harbor-api")};
  const std::int64_t needed = config.http.threads + config.database.readers * 3 + kReserve;
  if (poorest(running).open_files >= needed) {
    return {well(kWhat, std::to_string(running.size()) + " workers, " + files_text(running))};
  }
  return {wrong_setting(kWhat,
                        process_text(running) + ", http.threads and database.readers want " +
                            std::to_string(needed),
                        "LimitNOFILE= (systemctl edit harbor-api@)")};
}

// With fewer, a worker takes fewer streams and refuses the rest in good order.
Findings check_sse_files(const Examination& examination) {
  constexpr const char* kWhat = "sse files";
  const auto running = workers(examination, "harbor-sse");
  if (running.empty()) return {none_runs(kWhat, "harbor-sse")};
  const std::int64_t room = poorest(running).open_files - kReserve;
  const std::int64_t wanted = examination.config.stream.per_worker;
  if (room >= wanted) return {well(kWhat, files_text(running))};
  return {warning(kWhat,
                  process_text(running) + ": room for " +
                      std::to_string(std::max<std::int64_t>(room, 0)) +
                      " streams, stream.per_worker is " + std::to_string(wanted),
                  "LimitNOFILE= (systemctl edit harbor-sse@), or a smaller stream.per_worker")};
}

}  // namespace harbor::ctl::doctor
