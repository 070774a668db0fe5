#include "mailbox_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

namespace harbor::bench {
namespace {

constexpr std::size_t kWords = 30'000;
constexpr std::array<std::string_view, 16> kOnsets{"b", "d", "f", "g", "h", "k",   "l",  "m",
                                                   "n", "p", "r", "s", "t", "sch", "st", "w"};
constexpr std::array<std::string_view, 10> kVowels{"a", "e", "i", "o",  "u",
                                                   "ä", "ö", "ü", "ei", "é"};

std::string made_up(std::mt19937_64& random, std::size_t syllables) {
  std::string word;
  for (; syllables > 0; --syllables) {
    word += kOnsets[random() % kOnsets.size()];
    word += kVowels[random() % kVowels.size()];
  }
  return word;
}

std::vector<std::string> made_up_words() {
  std::mt19937_64 random(1);
  std::vector<std::string> words;
  std::set<std::string> known;
  while (words.size() < kWords) {
    // Frequent words are short.
    const std::size_t syllables = words.size() < 100 ? 2 : 2 + random() % 3;
    auto word = made_up(random, syllables);
    if (known.insert(word).second) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

Zipf::Zipf(std::size_t n, double shift, double exponent) {
  double sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    sum += std::pow(static_cast<double>(k) + shift, -exponent);
    sums_.push_back(sum);
  }
}

std::size_t Zipf::operator()(std::mt19937_64& random) const {
  const double at = std::uniform_real_distribution<double>(0, sums_.back())(random);
  const auto found = std::upper_bound(sums_.begin(), sums_.end() - 1, at);
  return static_cast<std::size_t>(found - sums_.begin());
}

Vocabulary::Vocabulary() : words_(made_up_words()), rank_(kWords, 3, 1) {}

std::string Vocabulary::sentence(std::mt19937_64& random, std::size_t count) const {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += words_[rank_(random)];
    text += random() % 12 == 0 ? ". " : " ";
  }
  return text;
}

}  // namespace harbor::bench
