#include "core/clock.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(clock)

struct Reading {
  const char* text;
  std::int64_t unix_ms;
};

BOOST_AUTO_TEST_CASE(what_rfc_3339_allows_is_read) {
  constexpr Reading kReadings[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00:00.001Z", 1},
      {"1969-12-31T23:59:59.999Z", -1},
      {"1985-04-12T23:20:50.52Z", 482'196'050'520},          // RFC 3339 section 5.8
      {"1996-12-19T16:39:57-08:00", 851'042'397'000},        // the same
      {"1937-01-01T12:00:27.87+00:20", -1'041'337'172'130},  // the same
      {"2026-11-22T10:00:00.123Z", 1'795'341'600'123},
      {"2026-11-22t10:00:00z", 1'795'341'600'000},
      {"2026-11-22 10:00:00Z", 1'795'341'600'000},
      {"2026-11-22T10:00:00.1Z", 1'795'341'600'100},
      {"2026-11-22T10:00:00.123999999Z", 1'795'341'600'123},
      {"2026-11-22T10:00:00-00:00", 1'795'341'600'000},
      {"2026-11-22T10:00:00+23:59", 1'795'341'600'000 - (23 * 60 + 59) * 60'000},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
      {"2000-02-29T00:00:00Z", 951'782'400'000},
      {"0000-01-01T00:00:00Z", -62'167'219'200'000},
      {"9999-12-31T23:59:59.999Z", 253'402'300'799'999},
  };
  for (const Reading& reading : kReadings) {
    const auto got = parse_rfc3339(reading.text);
    BOOST_TEST_CONTEXT(reading.text) {
      BOOST_TEST_REQUIRE(got.has_value());
      BOOST_TEST(*got == reading.unix_ms);
    }
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_nothing) {
  constexpr const char* kTexts[] = {
      "",
      "now",
      "2026-11-22",
      "2026-11-22T10:00:00",    // no offset
      "2026-11-22T10:00Z",      // no seconds
      "2026-11-22T10:00:00.Z",  // an empty fraction
      "2026-11-22T10:00:00.1234567890Z",
      "2026-11-22T10:00:00,5Z",
      "2026-11-22T24:00:00Z",
      "2026-11-22T10:60:00Z",
      "2026-11-22T10:00:61Z",
      "2026-00-22T10:00:00Z",
      "2026-13-22T10:00:00Z",
      "2026-11-00T10:00:00Z",
      "2026-11-31T10:00:00Z",
      "2026-02-29T10:00:00Z",
      "1900-02-29T10:00:00Z",
      "26-11-22T10:00:00Z",
      "02026-11-22T10:00:00Z",
      "+2026-11-22T10:00:00Z",
      "-026-11-22T10:00:00Z",
      "2026-11-22T10:00:00+1:00",
      "2026-11-22T10:00:00+0100",
      "2026-11-22T10:00:00+24:00",
      "2026-11-22T10:00:00+00:60",
      "2026-11-22T10:00:00ZZ",
      " 2026-11-22T10:00:00Z",
      "2026-11-22T10:00:00Z ",
      "2026-11-22T10:00:00 Z",
      "2026-1a-22T10:00:00Z",
  };
  for (const char* text : kTexts) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_rfc3339(text).has_value()); }
  }
  BOOST_TEST(!parse_rfc3339(std::string_view("2026-11-22T10:00:00Z\0", 21)).has_value());
}

BOOST_AUTO_TEST_CASE(a_leap_second_reads_as_the_second_after_it) {
  BOOST_TEST(parse_rfc3339("1990-12-31T23:59:60Z").value() ==
             parse_rfc3339("1991-01-01T00:00:00Z").value());
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back) {
  for (const std::int64_t unix_ms :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{-62'167'219'200'000},
        std::int64_t{253'402'300'799'999}, std::int64_t{951'782'399'999}, now_ms()}) {
    BOOST_TEST_CONTEXT(rfc3339(unix_ms)) {
      BOOST_TEST(parse_rfc3339(rfc3339(unix_ms)).value() == unix_ms);
    }
  }
}

BOOST_AUTO_TEST_CASE(times_are_written_in_utc_with_three_digits) {
  BOOST_TEST(rfc3339(0) == "1970-01-01T00:00:00.000Z");
  BOOST_TEST(rfc3339(1'795'341'600'007) == "2026-11-22T10:00:00.007Z");
  BOOST_TEST(rfc3339(-1) == "1969-12-31T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(texts_of_times_sort_as_the_times_do) {
  std::int64_t last = -62'167'219'200'000;
  for (std::int64_t unix_ms = last; unix_ms < 253'402'300'799'999; unix_ms += 9'876'543'210'123) {
    BOOST_TEST(rfc3339(last) <= rfc3339(unix_ms));
    last = unix_ms;
  }
}

BOOST_AUTO_TEST_CASE(the_steady_clock_does_not_run_backwards) {
  const std::int64_t before = steady_ms();
  BOOST_TEST(steady_ms() >= before);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
