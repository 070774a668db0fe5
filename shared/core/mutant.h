#pragma once
// Test-only defects, so that the tests can be proven: each must make a flow or chaos test fail.
// A build without HARBOR_MUTANTS (every build but `./dev test mutants`) has none of them: the
// function is then a constant and its branches vanish.

#ifdef HARBOR_MUTANTS
#include <cstdlib>
#include <string_view>
#endif

namespace harbor {

#ifdef HARBOR_MUTANTS
/// True if the environment's HARBOR_MUTANT names this defect.
inline bool mutant(std::string_view name) {
  static const char* const chosen = std::getenv("HARBOR_MUTANT");
  return chosen != nullptr && name == chosen;
}
#else
constexpr bool mutant(const char* /*name*/) { return false; }
#endif

}  // namespace harbor
