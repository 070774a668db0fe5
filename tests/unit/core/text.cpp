#include "core/text.h"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <set>

using namespace std::string_literals;

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(text)

std::string or_nothing(const std::optional<std::string>& value) {
  return value ? *value : "(nothing)";
}

BOOST_AUTO_TEST_CASE(well_formed_utf8_is_told_from_the_rest) {
  const std::string good[] = {
      "",
      "plain",
      "\x7f",
      "\0"s,
      "\xc2\x80",
      "\xdf\xbf",
      "\xe0\xa0\x80",
      "\xed\x9f\xbf",
      "\xee\x80\x80",
      "\xef\xbf\xbf",
      "\xf0\x90\x80\x80",
      "\xf4\x8f\xbf\xbf",
      "Gr\xc3\xbc\xc3\x9f"
      "e",
      "\xf0\x9f\x98\x80",
  };
  for (const std::string& text : good) {
    BOOST_TEST_CONTEXT(sha256_hex(text) << " " << text) { BOOST_TEST(is_utf8(text)); }
  }
  const std::string bad[] = {
      "\x80",
      "\xbf",
      "\xc0\x80",
      "\xc1\xbf",  // stray, overlong
      "\xc2",
      "\xc2 ",
      "\xe0\xa0",
      "\xf0\x90\x80",  // cut short
      "\xe0\x9f\xbf",
      "\xf0\x8f\xbf\xbf",  // overlong
      "\xed\xa0\x80",
      "\xed\xbf\xbf",  // surrogates
      "\xf4\x90\x80\x80",
      "\xf5\x80\x80\x80",
      "\xff",  // above U+10FFFF
      "\xfe",
      "\xf8\x88\x80\x80\x80",
      "a\xe2\x28\xa1",
      "\xe2\x82",
  };
  for (const std::string& text : bad) {
    BOOST_TEST_CONTEXT(sha256_hex(text)) { BOOST_TEST(!is_utf8(text)); }
  }
}

BOOST_AUTO_TEST_CASE(code_points_are_counted_and_cut_whole) {
  const std::string text = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80z";
  BOOST_TEST(code_points(text) == 5U);
  BOOST_TEST(first_code_points(text, 0).empty());
  BOOST_TEST(first_code_points(text, 2) == "a\xc3\xbc");
  BOOST_TEST(first_code_points(text, 4) == "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80");
  BOOST_TEST(first_code_points(text, 5) == text);
  BOOST_TEST(first_code_points(text, 99) == text);
}

BOOST_AUTO_TEST_CASE(a_run_of_controls_becomes_one_space) {
  BOOST_TEST(without_controls("a\r\n\tb") == "a b");
  BOOST_TEST(without_controls("\x01"s + "a\x7f") == " a ");
  BOOST_TEST(without_controls("a\0b"s) == "a b");
  BOOST_TEST(without_controls("a\xc2\x85"
                              "b") == "a b");
  BOOST_TEST(without_controls("a\xe2\x80\xa8\xe2\x80\xa9"
                              "b") == "a b");
  BOOST_TEST(without_controls("a  b") == "a  b");
  BOOST_TEST(without_controls("\xc2\xa0\xe2\x80\xa7") == "\xc2\xa0\xe2\x80\xa7");
  BOOST_TEST(without_controls("Gr\xc3\xbc\xc3\x9f"
                              "e") == "Gr\xc3\xbc\xc3\x9f"
                                      "e");
}

BOOST_AUTO_TEST_CASE(white_space_at_the_ends_goes) {
  BOOST_TEST(trim(" \t\r\n a b \v\f") == "a b");
  BOOST_TEST(trim("   ").empty());
  BOOST_TEST(trim("").empty());
}

BOOST_AUTO_TEST_CASE(only_ascii_letters_are_lowered) {
  BOOST_TEST(to_lower("ABC-xyz \xc3\x84") == "abc-xyz \xc3\x84");
}

BOOST_AUTO_TEST_CASE(ids_are_plain_decimal_numbers) {
  BOOST_TEST(parse_id("0").value() == 0);
  BOOST_TEST(parse_id("77").value() == 77);
  BOOST_TEST(parse_id("9223372036854775807").value() == std::numeric_limits<std::int64_t>::max());
  for (const std::string& text :
       {""s, "00"s, "07"s, "-1"s, "+1"s, " 1"s, "1 "s, "1x"s, "0x1"s, "1e3"s,
        "9223372036854775808"s, "99999999999999999999"s, "1\0"s}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_id(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(percent_escapes_are_read_or_refused) {
  BOOST_TEST(or_nothing(percent_decode("a%20b%2Fc%2f", false)) == "a b/c/");
  BOOST_TEST(or_nothing(percent_decode("a+b", false)) == "a+b");
  BOOST_TEST(or_nothing(percent_decode("a+b%2B", true)) == "a b+");
  BOOST_TEST(or_nothing(percent_decode("%00", false)) == "\0"s);
  BOOST_TEST(or_nothing(percent_decode("%c3%bc", false)) == "\xc3\xbc");
  BOOST_TEST(or_nothing(percent_decode("", false)).empty());
  for (const char* text : {"%", "%2", "a%", "%zz", "%2g", "%%20", "% 20", "%-1"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!percent_decode(text, false).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(base64url_reads_back_what_it_wrote) {
  BOOST_TEST(base64url("").empty());
  BOOST_TEST(base64url("f") == "Zg");  // RFC 4648 section 10, without padding
  BOOST_TEST(base64url("fo") == "Zm8");
  BOOST_TEST(base64url("foobar") == "Zm9vYmFy");
  BOOST_TEST(base64url("\xfb\xff\xfe") == "-__-");
  for (const std::string& bytes : {""s, "\0"s, "\xff\xfe\0x"s, "Harbor"s}) {
    BOOST_TEST(or_nothing(base64url_decode(base64url(bytes))) == bytes);
  }
  for (const char* text : {"A", "Zg==", "+/+/", "Zm9v YmFy", "Zh",
                           "\xc3\xbc"
                           "aa"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!base64url_decode(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(sha256_is_the_standards) {  // FIPS 180-4, examples
  BOOST_TEST(sha256_hex("abc") ==
             "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

BOOST_AUTO_TEST_CASE(addresses_are_trimmed_and_lowered) {
  BOOST_TEST(or_nothing(normal_email(" Alice@Acme.EXAMPLE\n")) == "alice@acme.example");
  BOOST_TEST(or_nothing(normal_email("a@b")) == "a@b");
  const std::string longest = std::string(64, 'a') + "@" + std::string(189, 'b');
  BOOST_TEST(or_nothing(normal_email(longest)) == longest);
  for (const std::string& text :
       {""s, "@"s, "a@"s, "@b"s, "a"s, "a@b@c"s, "a b@c"s, "a@b c"s, "a@b\nc"s, "a\0@b"s,
        "a@\xc2\x85"
        "b"s,
        "a@b\xe2\x80\xa8"s, longest + "b"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!normal_email(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(tenant_ids_have_their_grammar) {
  for (const std::string& text :
       {"a"s, "0"s, "acme"s, "a-b-1"s, "a-"s, "alls"s, std::string(63, 'a')}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(is_tenant_id(text)); }
  }
  for (const std::string& text : {""s, "-a"s, "Acme"s, "a_b"s, "a.b"s, "a b"s, "a\0"s, "\xc3\xa4"s,
                                  "all"s, "status"s, "default"s, std::string(64, 'a')}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!is_tenant_id(text)); }
  }
}

BOOST_AUTO_TEST_CASE(random_words_differ_and_keep_their_alphabet) {
  std::set<std::string> words;
  for (int i = 0; i < 200; ++i) {
    const std::string word = random_word(8);
    BOOST_TEST(word.size() == 8U);
    BOOST_TEST(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
    words.insert(word);
  }
  BOOST_TEST(words.size() == 200U);
  BOOST_TEST(random_token(32).size() == 43U);
  BOOST_TEST(random_token(32) != random_token(32));
}

BOOST_AUTO_TEST_CASE(random_numbers_stay_within_their_ends_and_reach_them) {
  std::set<std::int64_t> seen;
  for (int i = 0; i < 400; ++i) seen.insert(random_between(-1, 2));
  BOOST_TEST(seen.size() == 4U);
  BOOST_TEST(*seen.begin() == -1);
  BOOST_TEST(*seen.rbegin() == 2);
  BOOST_TEST(random_between(7, 7) == 7);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
