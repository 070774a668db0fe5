/*
harbor-bench-listing: what lists, counts and searches cost in a small tenant and in a large one

  harbor-bench-listing fill DATABASE MESSAGES
  harbor-bench-listing measure SMALL LARGE ROUNDS

Job      `fill` makes a database with one tenant of 10,000 people (mailbox_fill.h). `measure`
answers requests as an api worker does (api/dispatch.h, from the request to the reply's bytes), by
         turns in both databases, so that a busy machine hits them alike, and takes the CPU time of
         its own thread. Every answer is checked: how many items, and whether there are more.
Prints   measure: {"<kind>": {"small": T, "large": T}}, T = {count, mean, p50, p90, p99, max} in
         microseconds of CPU.
Ends     0; 1 with the reason; 64 on misuse.
*/
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "api/dispatch.h"
#include "core/log.h"
#include "failure.h"
#include "latency.h"
#include "mailbox_fill.h"
#include "mailbox_text.h"

namespace {

using namespace harbor;

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 64;
constexpr std::size_t kPage = 50;
constexpr std::size_t kWarmUps = 2;  // rounds in which nothing is counted

struct Kind {
  std::string name;
  std::string (*person)(std::size_t);
  std::string path, query;
  std::size_t items;  ///< of the answer
  bool has_more;      ///< there is a next page
};

std::string encoded(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    safe += {'%', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
  }
  return safe;
}

class Kinds {
 public:
  std::vector<Kind> all() {
    full_page("inbox", "", kPage);
    full_page("all", "&folder=all", kPage);
    full_page("unread list", "&unread=true", 2);
    full_page("attachments", "&hasAttachments=true", 2);
    for (const auto& [who, person] : kPeople) {
      kinds_.push_back({"unread, " + who, person, "/api/messaging/unread-count", "", 3, false});
    }
    full_page("search common word", searched(words_.word(2)), kPage);
    full_page("search two words", searched(words_.word(2) + " " + words_.word(7)), 10);
    full_page("search phrase", searched('"' + words_.word(0) + ' ' + words_.word(1) + '"'), 5);
    full_page("search beginning", searched(words_.word(40).substr(0, 4) + "*"), 5);
    few_hits("search rare word", bench::kRareWord, bench::kRareHits);
    few_hits("search word of others", bench::kForeignWord, 0);
    return kinds_;
  }

 private:
  static std::string searched(std::string_view typed) { return "&folder=all&q=" + encoded(typed); }

  // The busy people's mailboxes grow with the tenant: of them only what fills a page in both.
  void full_page(const std::string& name, const std::string& query, std::size_t limit) {
    for (const auto& [who, person] : kPeople) {
      kinds_.push_back({name + ", " + who, person, kList, query + "&limit=" + std::to_string(limit),
                        limit, true});
    }
  }

  void few_hits(const std::string& name, std::string_view word, std::size_t hits) {
    kinds_.push_back({name + ", fixed", &bench::fixed_person, kList, searched(word), hits, false});
  }

  static constexpr const char* kList = "/api/messaging/messages";
  const std::vector<std::pair<std::string, std::string (*)(std::size_t)>> kPeople{
      {"fixed", &bench::fixed_person}, {"busy", &bench::busy_person}};
  const bench::Vocabulary words_;
  std::vector<Kind> kinds_;
};

Config config_of(const std::string& path) {
  Config config = default_config();
  config.database.path = path;
  config.database.readers = 1;
  config.redis.socket = path + ".no-redis";
  return config;
}

std::int64_t thread_cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

void check(const Kind& kind, const http::Reply& reply) {
  if (reply.status != 200) throw bench::Failure(kind.name + ": " + reply.body);
  const auto answer = boost::json::parse(reply.body).as_object();
  const auto* const items = answer.if_contains(answer.contains("items") ? "items" : "recent");
  const std::size_t count = items->as_array().size();
  if (count != kind.items) {
    throw bench::Failure(kind.name + ": " + std::to_string(count) + " items, want " +
                         std::to_string(kind.items));
  }
  const auto* const next = answer.if_contains("nextCursor");
  if (kind.has_more != (next != nullptr && !next->is_null())) {
    throw bench::Failure(kind.name + (kind.has_more ? ": no next page" : ": a next page"));
  }
}

struct Side {
  explicit Side(const std::string& path)
      : config(config_of(path)), app(config, auth::Issuers(config.auth)) {}
  const Config config;
  api::App app;
  std::vector<bench::Latencies> costs;  ///< by kind
};

std::int64_t cost_of(Side& side, const Kind& kind, std::size_t person) {
  http::Request request;
  request.method = "GET";
  request.path = kind.path;
  request.query = "tenantId=" + std::string(bench::kMailTenant) + kind.query;
  request.scheme = "http";
  request.headers["authorization"] = "Bearer " + bench::token_of(kind.person(person));
  const std::int64_t begin = thread_cpu_ns();
  const auto reply = api::dispatch(side.app, request);
  const std::int64_t cost = thread_cpu_ns() - begin;
  check(kind, reply);
  return cost;
}

boost::json::object measure(const std::string& small_path, const std::string& large_path,
                            std::size_t rounds) {
  Side small(small_path);
  Side large(large_path);
  const auto all = Kinds().all();
  small.costs.resize(all.size());
  large.costs.resize(all.size());
  for (std::size_t round = 0; round < rounds + kWarmUps; ++round) {
    for (std::size_t person = 0; person < bench::kFixedPeople; ++person) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        for (Side* side : {&small, &large}) {
          const std::int64_t cost = cost_of(*side, all[i], person);
          if (round >= kWarmUps) side->costs[i].add(cost);
        }
      }
    }
  }
  boost::json::object result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    result[all[i].name] = boost::json::object{{"small", small.costs[i].summary()},
                                              {"large", large.costs[i].summary()}};
  }
  return result;
}

int misuse() {
  std::fputs("harbor-bench-listing fill DATABASE MESSAGES\n"
             "harbor-bench-listing measure SMALL LARGE ROUNDS\n",
             stderr);
  return kExitUsage;
}

std::size_t number(const char* text) { return static_cast<std::size_t>(std::atoll(text)); }

}  // namespace

int main(int argc, char** argv) {
  const std::string job = argc > 1 ? argv[1] : "";
  try {
    if (job == "fill" && argc == 4) {
      bench::fill_mailboxes(argv[2], number(argv[3]));
      return 0;
    }
    if (job != "measure" || argc != 5) return misuse();
    log_as("bench", LogLevel::error);
    std::puts(boost::json::serialize(measure(argv[2], argv[3], number(argv[4]))).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "harbor-bench-listing: %s\n", error.what());
    return kExitFailed;
  }
}
