#include "core/clock.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace harbor {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

// Takes exactly `count` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take_char(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// "Z" or "+hh:mm"; minutes east of UTC.
std::optional<int> take_offset(std::string_view& text) {
  if (take_char(text, "Zz")) return 0;
  const int sign = !text.empty() && text.front() == '-' ? -1 : 1;
  if (!take_char(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take_char(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return sign * (*hours * 60 + *minutes);
}

// ".123456" as whole milliseconds; no fraction is 0.
std::optional<int> take_fraction(std::string_view& text) {
  if (!take_char(text, ".")) return 0;
  int whole_ms = 0;
  int digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (++digits <= 3) whole_ms = whole_ms * 10 + (text.front() - '0');
  }
  if (digits == 0 || digits > 9) return std::nullopt;
  for (int i = digits; i < 3; ++i) whole_ms *= 10;
  return whole_ms;
}

}  // namespace

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return duration_cast<milliseconds>(now).count();
}

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return duration_cast<milliseconds>(now).count();
}

std::string rfc3339(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{unix_ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string now_rfc3339() { return rfc3339(now_ms()); }

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  const auto y = take_digits(text, 4);
  if (!y || !take_char(text, "-")) return std::nullopt;
  const auto mon = take_digits(text, 2);
  if (!mon || !take_char(text, "-")) return std::nullopt;
  const auto d = take_digits(text, 2);
  if (!d || !take_char(text, "Tt ")) return std::nullopt;
  const auto h = take_digits(text, 2);
  if (!h || *h > 23 || !take_char(text, ":")) return std::nullopt;
  const auto min = take_digits(text, 2);
  if (!min || *min > 59 || !take_char(text, ":")) return std::nullopt;
  const auto s = take_digits(text, 2);
  if (!s || *s > 60) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;

  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mon)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  const auto time = sys_days{date} + hours{*h} + minutes{*min - *offset} + seconds{*s};
  return duration_cast<milliseconds>(time.time_since_epoch()).count() + *fraction;
}

}  // namespace harbor
