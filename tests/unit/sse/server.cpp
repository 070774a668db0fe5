// The whole worker but its main(): over its socket, with a real database and no Redis.

#include "sse/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "core/clock.h"
#include "core/text.h"
#include "sse/event_stream.h"
#include "sse/request_bytes.h"
#include "support.h"

using namespace harbor;
using namespace harbor::sse;
using namespace harbor::sse::test;

namespace {

const std::string kAlice = "alice@acme.example";

/// What nginx is to the worker: one connection, one request.
class Client {
 public:
  explicit Client(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    BOOST_REQUIRE(
        ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }

  void send(std::string_view bytes) {
    BOOST_REQUIRE(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(bytes.size()));
  }

  /// Reads until the answer contains `text`; what came so far.
  std::string read_until(std::string_view text) {
    const std::int64_t end = steady_ms() + 10'000;
    while (answer_.find(text) == std::string::npos) {
      BOOST_REQUIRE_MESSAGE(receive(end), "no " << text << " in " << answer_);
    }
    return answer_;
  }

  /// Reads until the worker closes.
  Answer read_all() {
    const std::int64_t end = steady_ms() + 10'000;
    while (receive(end)) {
    }
    BOOST_REQUIRE_MESSAGE(closed_, "still open: " << answer_);
    return decode_records(answer_);
  }

 private:
  bool receive(std::int64_t end_ms) {
    pollfd wanted{fd_.get(), POLLIN, 0};
    const auto left = static_cast<int>(std::max<std::int64_t>(0, end_ms - steady_ms()));
    if (closed_ || ::poll(&wanted, 1, left) != 1) return false;
    char bytes[4096];
    const auto got = ::recv(fd_.get(), bytes, sizeof bytes, 0);
    closed_ = got <= 0;
    if (got > 0) answer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  UniqueFd fd_;
  std::string answer_;
  bool closed_ = false;
};

struct Bench {
  harbor::test::Database database;
  std::unique_ptr<Server> server;
  std::thread thread;
  int exit_code = -1;

  explicit Bench(const std::function<void(Config&)>& adjust = {}) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &term, nullptr);
    database.add_tenant("acme");
    database.add_member("acme", kAlice);
    Config& config = database.config;
    config.stream.listen = database.folder.file("sse.sock");
    config.redis.socket = database.folder.file("no-redis.sock");
    config.stream.tail_watch_ms = 10;
    config.stream.drain_ms = 100;
    if (adjust) adjust(config);
    server = std::make_unique<Server>(config);
    thread = std::thread([this] { exit_code = server->run(); });
  }

  ~Bench() {
    if (thread.joinable()) stop();
  }

  void stop() {
    ::kill(::getpid(), SIGTERM);
    thread.join();
  }

  Client client() const { return Client(database.config.stream.listen); }

  Client open(const std::string& cursor = {}) const {
    Client client = this->client();
    client.send(request_bytes({{"REQUEST_METHOD", "GET"}, {"HARBOR_CLAIMS", claims(cursor)}}));
    return client;
  }

  static std::string claims(const std::string& cursor) {
    std::string text = R"({"email":")" + kAlice + R"(","tenant":"acme","session":"7",)" +
                       R"("sessionExpiresAt":"2099-01-01T00:00:00.000Z","revocation":0,)" +
                       R"("joined":0)";
    if (!cursor.empty()) text += R"(,"cursor":")" + cursor + "\"";
    return base64url(text + "}");
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(server)

BOOST_AUTO_TEST_CASE(a_stream_is_greeted_follows_the_log_and_ends_with_the_worker) {
  Bench bench;
  Client client = bench.open();
  client.read_until("event: hello");
  bench.database.append_events("acme", 1);
  client.read_until("event: tenant:settings");
  bench.stop();
  BOOST_TEST(bench.exit_code == 0);
  Answer answer = client.read_all();
  BOOST_TEST(answer.ended);
  take_head(answer.text);
  const auto frames = parse_frames(answer.text);
  BOOST_REQUIRE(frames.size() == 3U);
  BOOST_TEST(frames[2].type == "bye");
}

BOOST_AUTO_TEST_CASE(a_revocation_ends_a_stream_without_any_event) {
  Bench bench;
  Client client = bench.open();
  client.read_until("event: hello");
  bench.database.write([&] {
    events::revoke(bench.database.connection, events::Revocation::Kind::member, kAlice, "acme");
  });
  BOOST_TEST(client.read_all().text.find("\"reason\":\"revoked\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_long_replay_arrives_whole_and_in_order) {
  Bench bench([](Config& config) { config.stream.queue = 4096; });
  bench.database.append_events("acme", 300);
  const std::string epoch = bench.database.text("SELECT Epoch FROM EventHeads");
  Client client = bench.open(epoch + ".0");
  client.read_until("id: " + epoch + ".300\n");
  bench.stop();
  Answer answer = client.read_all();
  take_head(answer.text);
  std::int64_t seq = 0;
  for (const Frame& frame : parse_frames(answer.text)) {
    if (frame.type != "tenant:settings") continue;
    BOOST_REQUIRE(frame.id.value() == epoch + "." + std::to_string(++seq));
  }
  BOOST_TEST(seq == 300);
}

BOOST_AUTO_TEST_CASE(unreadable_requests_end_their_connection_and_no_other) {
  Bench bench;
  Client good = bench.open();
  good.read_until("event: hello");
  for (const std::string& bytes : {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(100, '\xff'),
                                   request_bytes({}) + "more"}) {
    Client bad = bench.client();
    bad.send(bytes);
    BOOST_TEST(bad.read_all().text.find("event:") == std::string::npos);
  }
  Client without_claims = bench.client();
  without_claims.send(request_bytes({{"REQUEST_METHOD", "GET"}}));
  BOOST_TEST(without_claims.read_all().text.starts_with("Status: 500 "));
  Client post = bench.client();
  post.send(request_bytes({{"REQUEST_METHOD", "POST"}, {"HARBOR_CLAIMS", bench.claims({})}}));
  BOOST_TEST(post.read_all().text.starts_with("Status: 405 "));
  Client head = bench.client();
  head.send(request_bytes({{"REQUEST_METHOD", "HEAD"}, {"HARBOR_CLAIMS", bench.claims({})}}));
  BOOST_TEST(head.read_all().text.starts_with("Content-Type: text/event-stream"));
  bench.database.append_events("acme", 1);
  good.read_until("event: tenant:settings");
}

BOOST_AUTO_TEST_CASE(readers_that_come_and_go_at_random_leave_nothing) {
  Bench bench;
  for (int i = 0; i < 200; ++i) {
    Client client = bench.open();
    if (i % 3 == 0) client.read_until("event: hello");
    if (i % 5 == 0) bench.database.append_events("acme", 1);
  }
  Client last = bench.open();
  last.read_until("event: hello");
  bench.stop();
  BOOST_TEST(bench.exit_code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
