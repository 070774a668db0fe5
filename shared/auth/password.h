#pragma once
// Passwords as argon2id hashes (RFC 9106, libsodium's string form), a bounded number at once:
// each takes the configured memory and tens of milliseconds. A bounded number waits for a turn, so
// that a flood of sign-ins takes neither all memory nor all threads.

#include <atomic>
#include <semaphore>
#include <string>
#include <string_view>

#include "core/config.h"

namespace harbor::auth {

constexpr std::size_t kShortestPassword = 8;
constexpr std::size_t kLongestPassword = 1024;

class PasswordHasher {
 public:
  explicit PasswordHasher(const Config::Auth& config);

  /// The hash to store. Throws std::bad_alloc where the memory is not to be had.
  std::string hash(std::string_view password);

  /// True if `password` made `stored`. An empty `stored` (unknown account, no password) takes
  /// the same time and is never true. Throws ApiError busy when auth.hash_queue others wait
  /// already, or no turn comes within auth.hash_wait.
  bool verify(std::string_view stored, std::string_view password);

 private:
  class Turn;

  std::string hash_now(std::string_view password) const;

  const Config::Auth config_;
  std::counting_semaphore<> turns_;
  std::atomic<std::int64_t> waiting_{0};
  const std::string decoy_;  ///< what unknown accounts are compared with
};

}  // namespace harbor::auth
