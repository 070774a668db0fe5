#pragma once

#include <stdexcept>

namespace harbor::bench {

/// The measurement is void: a wrong answer, a delivery missing or doubled, a connection that ended.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace harbor::bench
