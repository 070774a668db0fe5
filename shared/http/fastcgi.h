#pragma once
// FastCGI for REST workers: libfcgi as the protocol's parser on connections that we accept
// ourselves. (Its own accept loop loses requests at a restart, and its fields are public but
// undocumented: this file is the only one that touches them.)

#include <cstdint>
#include <functional>

#include "core/unique_fd.h"
#include "http/reply.h"
#include "http/request.h"

namespace harbor::http {

/// Reads one request from an accepted connection, answers it with what `handle` returns, and
/// closes the connection. A peer that stalls for `timeout_ms` or speaks no FastCGI is closed.
/// Bodies above `body_limit` bytes are read to their end but not kept. Throws nothing.
void serve_connection(UniqueFd connection, std::int64_t body_limit, std::int64_t timeout_ms,
                      const std::function<Reply(const Request&)>& handle);

/// Once per process, before threads.
void prepare_fastcgi();

}  // namespace harbor::http
