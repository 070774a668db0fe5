/*
harbor-bench-client: the load and the stop-watch of a measurement

  harbor-bench-client requests < PLAN.json      N clients that ask as fast as they are answered
  harbor-bench-client streams < PLAN.json       streams, paced posts, the time of every delivery

Job      Does what the plan says (plan.h) to an HTTP server on 127.0.0.1 and prints what it
         measured as one JSON object, with "client_cpu_us": what itself has cost.
Trusts   The plan. Knows nothing of the product: requests are given whole, deliveries are known
         by a mark in them.
Ends     0 where every answer was the expected one and every delivery came exactly once to
         exactly its readers; else 1 with the reason. 64 on misuse.
Limits   One thread: about 100,000 answers or a million deliveries a second.
*/
#include <sys/resource.h>

#include <boost/json/serialize.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <string>

#include "request_load.h"
#include "stream_load.h"

namespace {

using namespace harbor::bench;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 64;

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

std::int64_t cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

boost::json::object measure(const std::string& what, const std::string& plan) {
  if (what == "requests") return run_request_load(read_request_plan(plan));
  return run_stream_load(read_stream_plan(plan));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 2 ? argv[1] : "";
  if (what != "requests" && what != "streams") {
    std::fputs("harbor-bench-client requests|streams < PLAN.json\n", stderr);
    return kExitUsage;
  }
  try {
    const std::string plan((std::istreambuf_iterator<char>(std::cin)), {});
    boost::json::object result = measure(what, plan);
    result["client_cpu_us"] = cpu_us();
    std::puts(boost::json::serialize(result).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "harbor-bench-client: %s\n", error.what());
    return kExitFailed;
  }
}
