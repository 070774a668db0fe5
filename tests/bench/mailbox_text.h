#pragma once
// Words as people use them: a few all the time, most of them hardly ever.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace harbor::bench {

/// Draws 0…n-1, k with a weight of 1 / (k + shift)^exponent.
class Zipf {
 public:
  Zipf(std::size_t n, double shift, double exponent);
  std::size_t operator()(std::mt19937_64& random) const;

 private:
  std::vector<double> sums_;
};

/// Made-up words, the same in every run; the first is the most frequent one.
class Vocabulary {
 public:
  Vocabulary();
  const std::string& word(std::size_t rank) const { return words_[rank]; }
  /// `count` words, with a full stop here and there.
  std::string sentence(std::mt19937_64& random, std::size_t count) const;

 private:
  std::vector<std::string> words_;
  Zipf rank_;
};

}  // namespace harbor::bench
