#pragma once
// A tenant with people who write to each other.

#include <boost/test/unit_test.hpp>

#include "messaging/listing.h"
#include "messaging/read_state.h"
#include "messaging/send.h"
#include "support.h"

namespace harbor::test {

/// acme with ann, bob and eve, dana as its admin; globex with carol.
struct Post : Database {
  Post() {
    add_tenant("acme");
    add_tenant("globex");
    for (const char* name : {"ann", "bob", "eve"}) add_member("acme", address(name));
    add_member("acme", address("dana"), true);
    add_member("globex", address("carol", "globex"));
  }
  static std::string address(const std::string& name, const std::string& tenant = "acme") {
    return name + "@" + tenant + ".example";
  }
  auth::Caller caller(const std::string& name, const std::string& tenant = "acme") {
    return sign_in(address(name, tenant));
  }
  static messaging::Draft draft(const std::vector<std::string>& names,
                                std::optional<std::int64_t> reply_to = {}) {
    messaging::Draft draft;
    draft.tenant = "acme";
    draft.subject = "Subject";
    draft.body = "Body";
    for (const std::string& name : names) draft.recipients.push_back(address(name));
    draft.reply_to = reply_to;
    return draft;
  }
  messaging::Sent send_draft(const std::string& from, const messaging::Draft& what) {
    const auto sender = caller(from);
    return write([&] { return messaging::send(connection, sender, what, config.limits); });
  }
  messaging::Sent send(const std::string& from, const std::vector<std::string>& to,
                       std::optional<std::int64_t> reply_to = {}) {
    return send_draft(from, draft(to, reply_to));
  }
  events::VersionedCounts counts(const std::string& name) {
    return events::read_counts(connection, "acme", address(name));
  }
  std::optional<messaging::Message> see(const std::string& name, std::int64_t id) {
    return messaging::find_message(connection, {address(name), false}, id);
  }
  /// Every event of acme from the first on.
  std::vector<events::Event> events() {
    const auto head = events::read_head(connection, "acme").value();
    return events::read_page(connection, "acme", {head.epoch, 0}, 10'000, 0).events;
  }
};

}  // namespace harbor::test
