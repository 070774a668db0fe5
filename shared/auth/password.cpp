#include "auth/password.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <new>
#include <thread>

#include "core/api_error.h"
#include "core/text.h"

namespace harbor::auth {
namespace {

constexpr std::int64_t kRetryAfterS = 2;

std::ptrdiff_t turn_count(const Config::Auth& config) {
  if (config.hash_concurrency > 0) return config.hash_concurrency;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

// From construction to destruction.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : turns_(hasher.turns_) {
    if (turns_.try_acquire() || wait(hasher)) return;
    throw ApiError("busy", "Too many sign-ins at once.").retry_after(kRetryAfterS);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { turns_.release(); }

 private:
  bool wait(PasswordHasher& hasher) {
    const std::chrono::milliseconds longest(hasher.config_.hash_wait_ms);
    const bool has_place = hasher.waiting_.fetch_add(1) < hasher.config_.hash_queue;
    const bool has_turn = has_place && turns_.try_acquire_for(longest);
    hasher.waiting_.fetch_sub(1);
    return has_turn;
  }

  std::counting_semaphore<>& turns_;
};

PasswordHasher::PasswordHasher(const Config::Auth& config)
    : config_(config), turns_(turn_count(config)), decoy_(hash_now(random_token(16))) {}

std::string PasswordHasher::hash_now(std::string_view password) const {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failed = crypto_pwhash_str_alg(text.data(), password.data(), password.size(),
                                           static_cast<unsigned long long>(config_.argon2_passes),
                                           static_cast<std::size_t>(config_.argon2_memory),
                                           crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw std::bad_alloc();
  return text.data();
}

std::string PasswordHasher::hash(std::string_view password) {
  const Turn turn(*this);
  return hash_now(password);
}

bool PasswordHasher::verify(std::string_view stored, std::string_view password) {
  const Turn turn(*this);
  const std::string hash(stored.empty() ? decoy_ : stored);
  const bool equal = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  return equal && !stored.empty();
}

}  // namespace harbor::auth
