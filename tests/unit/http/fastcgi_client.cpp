#include "http/fastcgi_client.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstring>

#include "core/clock.h"
#include "core/unique_fd.h"
#include "sse/fcgi_records.h"
#include "support.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(fastcgi_client)

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string answer_bytes(std::string_view cgi) {
  return sse::stdout_records(cgi) + sse::end_records();
}

std::string why(std::string_view bytes) {
  const auto answer = http::read_fastcgi_answer(bytes);
  return answer ? std::string() : answer.error().why;
}

UniqueFd listener_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(fd.get(), 4) == 0);
  return fd;
}

BOOST_AUTO_TEST_CASE(a_question_reads_back_as_a_request) {
  const std::string long_value(300, 'x');
  const std::string question =
      http::fastcgi_question({{"REQUEST_METHOD", "GET"}, {"EMPTY", ""}, {"LONG", long_value}});
  sse::RequestParser parser;
  BOOST_REQUIRE(parser.feed(bytes_of(question)) == sse::RequestParser::State::complete);
  BOOST_TEST(parser.param("REQUEST_METHOD") == "GET");
  BOOST_TEST(parser.param("EMPTY") == "");
  BOOST_TEST(parser.param("LONG") == long_value);
}

BOOST_AUTO_TEST_CASE(an_answer_has_its_status_and_body) {
  const auto plain =
      http::read_fastcgi_answer(answer_bytes("Content-Type: text/plain\r\n\r\nall\r\n\r\nwell"));
  BOOST_REQUIRE(plain);
  BOOST_TEST(plain->status == 200);
  BOOST_TEST(plain->body == "all\r\n\r\nwell");
  const auto refused =
      http::read_fastcgi_answer(answer_bytes("Status: 503 Service Unavailable\r\nX: y\r\n\r\n"));
  BOOST_REQUIRE(refused);
  BOOST_TEST(refused->status == 503);
  BOOST_TEST(refused->body == "");
  const std::string large(200'000, 'x');
  BOOST_TEST(http::read_fastcgi_answer(answer_bytes("A: b\r\n\r\n" + large))->body == large);
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_answer_says_why) {
  const std::string whole = answer_bytes("Status: 200 OK\r\n\r\nhello");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST(!why(std::string_view(whole).substr(0, size)).empty());
  }
  BOOST_TEST(why("HTTP/1.1 200 OK\r\n\r\n") == "that is not FastCGI");
}

BOOST_AUTO_TEST_CASE(nobody_there_and_nobody_answering_are_said) {
  const TemporaryFolder folder;
  const std::string path = folder.file("s");
  const auto absent = http::ask_fastcgi(path, {}, 1000);
  BOOST_REQUIRE(!absent);
  BOOST_TEST(absent.error().why == "connect: No such file or directory");

  const UniqueFd silent = listener_at(path);
  const std::int64_t begin = steady_ms();
  const auto none = http::ask_fastcgi(path, {{"A", "b"}}, 100);
  BOOST_REQUIRE(!none);
  BOOST_TEST(none.error().why == "nothing came in time");
  BOOST_TEST(steady_ms() - begin >= 100);
  BOOST_TEST(!http::ask_fastcgi(std::string(200, 'x'), {}, 100));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
