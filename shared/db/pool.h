#pragma once
// Read connections shared by the threads of a worker: as many as configured, each lent to one
// thread at a time.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "core/config.h"
#include "db/database.h"

namespace harbor::db {

class ReaderPool {
 public:
  explicit ReaderPool(const Config::Database& config);

  /// Gives its connection back at destruction.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ReaderPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// Waits for a free connection at most the configured busy timeout; throws DatabaseError(BUSY).
  Lease lend();

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const Config::Database config_;
  std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace harbor::db
