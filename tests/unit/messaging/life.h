#pragma once
// The acts of a message's life, as one person after the other does them.

#include "messaging/conversation.h"
#include "messaging/edit.h"
#include "messaging/expire.h"
#include "messaging/flags.h"
#include "messaging/forward.h"
#include "messaging/post.h"
#include "messaging/recall.h"
#include "messaging/remove.h"

namespace harbor::test {

struct Life : Post {
  messaging::FlagOutcome set_flag(const std::string& name, std::int64_t id, messaging::Flag flag,
                                  bool value) {
    const auto person = caller(name);
    return write([&] { return messaging::set_flag(connection, person, id, flag, value); });
  }
  messaging::Edited edit(const std::string& name, std::int64_t id, const messaging::Edit& change,
                         const std::optional<std::vector<std::int64_t>>& if_match = {}) {
    const auto person = caller(name);
    return write(
        [&] { return messaging::edit(connection, person, id, change, if_match, config.limits); });
  }
  messaging::Outcome remove(const std::string& name, std::int64_t id,
                            std::optional<messaging::DeleteScope> scope = {}) {
    const auto person = caller(name);
    return write([&] { return messaging::delete_message(connection, person, id, scope); });
  }
  messaging::Recalled recall(const std::string& name, std::int64_t id,
                             const std::optional<std::string>& reason = {}) {
    const auto person = caller(name);
    return write([&] { return messaging::recall(connection, person, id, reason, config.limits); });
  }
  messaging::Sent forward(const std::string& name, std::int64_t id,
                          const std::vector<std::string>& to) {
    const auto person = caller(name);
    messaging::Forward what;
    for (const std::string& recipient : to) what.recipients.push_back(address(recipient));
    return write([&] { return messaging::forward(connection, person, id, what, config.limits); });
  }
  std::int64_t expire(std::int64_t limit = 100) {
    return write([&] { return messaging::expire_messages(connection, "acme", limit); });
  }
  void read(const std::string& name, std::int64_t id) {
    const auto person = caller(name);
    write([&] { messaging::set_read(connection, person, id, true); });
  }
  void set(const std::string& assignment, std::int64_t id) {
    write([&] {
      db::execute(connection, "UPDATE Messages SET " + assignment + " WHERE Id = ?", id);
    });
  }
};

}  // namespace harbor::test
