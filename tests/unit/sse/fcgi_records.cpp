#include "sse/fcgi_records.h"

#include <fastcgi.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "sse/event_stream.h"
#include "sse/request_bytes.h"

using namespace harbor::sse;
using namespace harbor::sse::test;
using State = RequestParser::State;

namespace {

State feed(RequestParser& parser, std::string_view bytes) {
  return parser.feed({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

RequestError error_of(std::string_view bytes, RequestLimits limits = {}) {
  RequestParser parser(limits);
  feed(parser, bytes);
  return parser.error();
}

const Params kParams{{"REQUEST_METHOD", "GET"},
                     {"HARBOR_CLAIMS", std::string(300, 'c')},
                     {"EMPTY", ""},
                     {"REQUEST_METHOD", "POST"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(fcgi_records)

BOOST_AUTO_TEST_CASE(a_request_is_read_whole_however_it_is_split) {
  const std::string bytes = request_bytes(kParams, "some body");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    RequestParser parser;
    const State first = feed(parser, std::string_view(bytes).substr(0, cut));
    BOOST_TEST((first == (cut == bytes.size() ? State::complete : State::reading)));
    feed(parser, std::string_view(bytes).substr(cut));
    BOOST_REQUIRE_MESSAGE(parser.state() == State::complete,
                          "cut at " << cut << ": " << describe(parser.error()));
    BOOST_TEST(parser.param("REQUEST_METHOD") == "GET", "the first of a name counts");
    BOOST_TEST(parser.param("HARBOR_CLAIMS").size() == 300U);
    BOOST_TEST(parser.param("EMPTY").empty());
    BOOST_TEST(parser.param("ABSENT").empty());
  }
}

BOOST_AUTO_TEST_CASE(a_request_is_read_byte_by_byte) {
  const std::string bytes = request_bytes(kParams);
  RequestParser parser;
  for (const char byte : bytes) feed(parser, {&byte, 1});
  BOOST_TEST((parser.state() == State::complete));
}

BOOST_AUTO_TEST_CASE(params_may_be_spread_over_records_at_any_byte) {
  const std::string params = param_bytes(kParams);
  for (std::size_t cut = 1; cut < params.size(); ++cut) {
    const std::string bytes = begin_request() + record(FCGI_PARAMS, params.substr(0, cut)) +
                              record(FCGI_PARAMS, params.substr(cut)) + record(FCGI_PARAMS, "") +
                              record(FCGI_STDIN, "");
    RequestParser parser;
    BOOST_REQUIRE((feed(parser, bytes) == State::complete));
    BOOST_TEST(parser.param("HARBOR_CLAIMS").size() == 300U);
  }
}

BOOST_AUTO_TEST_CASE(what_nginx_never_sends_is_an_error) {
  const std::string begin = begin_request();
  const std::string params = record(FCGI_PARAMS, param_bytes(kParams));
  const std::string ended = params + record(FCGI_PARAMS, "");
  struct Row {
    std::string_view what;
    std::string bytes;
    RequestError error;
  };
  const Row rows[] = {
      {"version 2", "\x02" + begin.substr(1), RequestError::bad_version},
      {"HTTP", "GET / HTTP/1.1\r\n\r\n", RequestError::bad_version},
      {"GET_VALUES", record(FCGI_GET_VALUES, "", 0), RequestError::bad_request_id},
      {"another id", record(FCGI_BEGIN_REQUEST, std::string(8, '\0'), 2),
       RequestError::bad_request_id},
      {"params first", params, RequestError::unexpected_record},
      {"an authorizer", begin_request(FCGI_AUTHORIZER), RequestError::bad_role},
      {"a short begin", record(FCGI_BEGIN_REQUEST, "1234567"), RequestError::bad_begin},
      {"an empty begin", record(FCGI_BEGIN_REQUEST, ""), RequestError::bad_begin},
      {"begin twice", begin + begin, RequestError::unexpected_record},
      {"body before params", begin + record(FCGI_STDIN, ""), RequestError::unexpected_record},
      {"params after params", begin + ended + params, RequestError::unexpected_record},
      {"data", begin + ended + record(FCGI_DATA, "x"), RequestError::unexpected_record},
      {"an unknown type", begin + record(99, "x"), RequestError::unexpected_record},
      {"abort", begin + params + record(FCGI_ABORT_REQUEST, ""), RequestError::aborted},
      {"abort before begin", record(FCGI_ABORT_REQUEST, ""), RequestError::unexpected_record},
      {"bytes after", request_bytes(kParams) + "x", RequestError::bytes_after},
      {"a name beyond the end",
       begin + record(FCGI_PARAMS, "\x09\x01name") + record(FCGI_PARAMS, ""),
       RequestError::bad_params},
      {"a value beyond the end",
       begin + record(FCGI_PARAMS, "\x01\x09name") + record(FCGI_PARAMS, ""),
       RequestError::bad_params},
      {"half a long length",
       begin + record(FCGI_PARAMS, std::string("\xff\xff\xff", 3)) + record(FCGI_PARAMS, ""),
       RequestError::bad_params},
      {"lengths near 2^31",
       begin + record(FCGI_PARAMS, "\xff\xff\xff\xff\xff\xff\xff\xff") + record(FCGI_PARAMS, ""),
       RequestError::bad_params},
  };
  for (const Row& row : rows) {
    const RequestError got = error_of(row.bytes);
    BOOST_TEST((got == row.error),
               row.what << ": got " << describe(got) << ", want " << describe(row.error));
  }
}

BOOST_AUTO_TEST_CASE(a_request_after_its_end_fails_when_more_comes) {
  RequestParser parser;
  BOOST_REQUIRE((feed(parser, request_bytes(kParams)) == State::complete));
  BOOST_TEST((feed(parser, "") == State::complete));
  BOOST_TEST((feed(parser, "x") == State::failed));
  BOOST_TEST((feed(parser, request_bytes(kParams)) == State::failed));
}

BOOST_AUTO_TEST_CASE(limits_hold_before_the_bytes_are_kept) {
  const RequestLimits limits{.params_bytes = 100, .params_count = 3, .body_bytes = 10};
  const std::string begin = begin_request();
  BOOST_TEST((error_of(begin + record(FCGI_PARAMS, std::string(101, 'x')).substr(0, 8), limits) ==
              RequestError::params_too_large));
  BOOST_TEST((error_of(begin + record(FCGI_PARAMS, std::string(60, '\0')) +
                           record(FCGI_PARAMS, std::string(60, '\0')),
                       limits) == RequestError::params_too_large));
  BOOST_TEST(
      (error_of(request_bytes({{"a", ""}, {"b", ""}, {"c", ""}}), limits) == RequestError::none));
  BOOST_TEST((error_of(request_bytes({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}}), limits) ==
              RequestError::too_many_params));
  BOOST_TEST((error_of(request_bytes({}, "0123456789"), limits) == RequestError::none));
  BOOST_TEST((error_of(request_bytes({}, "0123456789a"), limits) == RequestError::body_too_large));
}

BOOST_AUTO_TEST_CASE(any_damage_ends_in_a_state_and_never_worse) {
  const std::string whole = request_bytes(kParams, "body");
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = whole;
    for (auto hits = 1 + random() % 4; hits > 0; --hits) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    RequestParser parser;
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t step = std::min<std::size_t>(1 + random() % 64, rest.size());
      feed(parser, rest.substr(0, step));
      rest.remove_prefix(step);
    }
    const bool says_why = parser.error() != RequestError::none;
    BOOST_REQUIRE((says_why == (parser.state() == State::failed)));
    if (parser.state() == State::complete) parser.param("HARBOR_CLAIMS");
  }
}

BOOST_AUTO_TEST_CASE(output_is_padded_records_that_read_back) {
  for (const std::size_t size : {0U, 1U, 7U, 8U, 9U, 65'527U, 65'528U, 65'529U, 200'000U}) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 31);
    const Answer answer = decode_records(stdout_records(payload) + end_records());
    BOOST_TEST((answer.text == payload), "payload of " << size);
    BOOST_TEST(answer.ended);
  }
  BOOST_TEST(stdout_records("").empty(), "an empty STDOUT record would end the answer");
}

BOOST_AUTO_TEST_SUITE_END()
