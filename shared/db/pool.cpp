#include "db/pool.h"

#include <chrono>

namespace harbor::db {

ReaderPool::ReaderPool(const Config::Database& config) : config_(config) {
  for (std::int64_t i = 0; i < config.readers; ++i) {
    free_.push_back(
        std::make_unique<Connection>(config.path, Mode::read_only, config.busy_timeout_ms));
  }
}

ReaderPool::Lease::~Lease() {
  if (connection_) pool_->give_back(std::move(connection_));
}

ReaderPool::Lease ReaderPool::lend() {
  std::unique_lock lock(mutex_);
  const auto longest = std::chrono::milliseconds(config_.busy_timeout_ms);
  if (!came_back_.wait_for(lock, longest, [this] { return !free_.empty(); })) {
    throw DatabaseError(SQLITE_BUSY, "no read connection came free");
  }
  auto connection = std::move(free_.back());
  free_.pop_back();
  return {*this, std::move(connection)};
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(connection));
  }
  came_back_.notify_one();
}

}  // namespace harbor::db
