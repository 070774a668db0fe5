/*
harbor-bench-sqlite: what durable rows cost without a service around them

  harbor-bench-sqlite DATABASE message|send ROWS_PER_COMMIT RECIPIENTS BODY_BYTES SECONDS

Job      Writes as fast as one connection can, with WAL and synchronous=FULL: `message` the row of
         a message alone, `send` every row that a send to RECIPIENTS people writes, so many of
         them to one commit. Makes the database, with the migrations of this build, where there
         is none.
Prints   {"requests", "seconds", "rate", "latency_us"}: of messages, and of commits.
Ends     0; 1 with the reason; 64 on misuse.
*/
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "bare_rows.h"
#include "db/database.h"
#include "db/migrate.h"
#include "latency.h"

namespace {

using namespace harbor;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 64;
constexpr std::int64_t kBusyTimeoutMs = 5000;

struct Arguments {
  std::string path;
  bool whole_send = false;
  std::size_t rows_per_commit = 0, recipients = 0, body_bytes = 0;
  double seconds = 0;
};

void commit_one(bench::BareSend& send, const Arguments& arguments, sqlite3_stmt* begin,
                sqlite3_stmt* commit) {
  bench::BareRun{begin}();
  for (std::size_t i = 0; i < arguments.rows_per_commit; ++i) {
    arguments.whole_send ? send.write_send_rows() : send.write_message_row();
  }
  bench::BareRun{commit}();
}

boost::json::object measure(const Arguments& arguments) {
  {
    db::Connection schema(arguments.path, db::Mode::create, kBusyTimeoutMs);
    db::migrate(schema);
  }
  const auto database = bench::open_bare(arguments.path);
  bench::BareSend send(database.get(), arguments.recipients, arguments.body_bytes);
  const auto begin = bench::prepare_bare(database.get(), "BEGIN IMMEDIATE");
  const auto commit = bench::prepare_bare(database.get(), "COMMIT");
  bench::Latencies latencies;
  const std::int64_t start = bench::now_ns();
  const auto end = start + static_cast<std::int64_t>(arguments.seconds * 1e9);
  std::int64_t at = start;
  while (at < end) {
    commit_one(send, arguments, begin.get(), commit.get());
    const std::int64_t now = bench::now_ns();
    latencies.add(now - at);
    at = now;
  }
  const double seconds = static_cast<double>(at - start) / 1e9;
  const std::size_t messages = latencies.count() * arguments.rows_per_commit;
  return {{"requests", messages},
          {"seconds", seconds},
          {"rate", static_cast<double>(messages) / seconds},
          {"latency_us", latencies.summary()}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fputs(
        "harbor-bench-sqlite DATABASE message|send ROWS_PER_COMMIT RECIPIENTS BODY_BYTES SECONDS\n",
        stderr);
    return kExitUsage;
  }
  const auto count = [&](int index) { return static_cast<std::size_t>(std::atoll(argv[index])); };
  try {
    const auto result = measure({.path = argv[1],
                                 .whole_send = std::string(argv[2]) == "send",
                                 .rows_per_commit = count(3),
                                 .recipients = count(4),
                                 .body_bytes = count(5),
                                 .seconds = std::atof(argv[6])});
    std::puts(boost::json::serialize(result).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "harbor-bench-sqlite: %s\n", error.what());
    return kExitFailed;
  }
}
