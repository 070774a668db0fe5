#pragma once
// Mail of elsewhere and mail to take along, as JSON lines (CONTRACTS "Import and export").
//
// An import is no news. It takes no Seq and appends no event, so the log stays dense; its
// messages carry the tenant's Head of that moment as Version and CreatedSeq, because they lie
// before whatever comes next, and everybody has read them. Instead, the import's last
// transaction gives the tenant's log a new epoch: every cursor given out before, of a stream, a
// poll or a stored list, is then answered with a gap, and the page fetches its lists again.
//
// The format has no place for priority, expiry, read state and links outside the body: what it
// does not say is the default after an import. Attachments are left aside until there is a media
// library to put them in.

#include <boost/system/result.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace harbor::db {
class Connection;
}

namespace harbor::messaging {

/// One line.
struct ArchivedMessage {
  std::string id;                          ///< unique wherever it came from: "<…@…>"
  std::optional<std::string> in_reply_to;  ///< the id of another
  std::string date;                        ///< RFC 3339 UTC with milliseconds
  std::string from, from_name;             ///< the name may be empty
  std::vector<std::string> to;  ///< normal addresses, each once; `from` too where it was one
  std::string subject, body;
  std::size_t attachments = 0;  ///< how many the line had
};

/// Why a line is not one; for the operator.
struct ArchiveFault {
  std::string reason;
};
/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const ArchiveFault& fault,
                                             const boost::source_location&);

/// Reads a line, whatever its bytes. Control characters in subject and name become spaces, NUL
/// in the body goes. Subject, body and recipients obey `limits` as sending does, but a subject,
/// and the list of recipients, may be empty.
boost::system::result<ArchivedMessage, ArchiveFault>
read_archive_line(std::string_view line, const Config::Limits& limits);

/// The line without its line break.
std::string archive_line(const ArchivedMessage& message);

/// Names of people by address, for those who are not there yet.
using Names = std::map<std::string, std::string>;

struct ImportReport {
  std::int64_t added = 0;            ///< messages
  std::int64_t known = 0;            ///< messages that were there already
  std::int64_t people = 0;           ///< persons made
  std::int64_t members = 0;          ///< memberships made
  std::int64_t attachments = 0;      ///< left aside, of messages added
  std::int64_t unknown_parents = 0;  ///< messages added that say they answer one not there
  std::vector<std::string> some_unknown_parents;  ///< the first ten of those ids
};

/// True if the tenant has the message: imported before, or born here.
bool is_imported(db::Connection& connection, std::string_view tenant,
                 const ArchivedMessage& message);

/// Stores those of `messages` that the tenant does not have, with their people as members. A
/// person who is not there is made without password. A message whose parent is not there begins
/// a thread. Within a writing transaction; the tenant exists. Adds to `report`.
void import_messages(db::Connection& connection, std::string_view tenant,
                     std::span<const ArchivedMessage> messages, const Names& names,
                     const Config::Limits& limits, ImportReport& report);

struct ArchivePage {
  std::vector<ArchivedMessage> messages;
  std::int64_t last_id = 0;  ///< `after` of the next page; 0 where there is none
};

/// At most `limit` messages of the tenant with ids above `after`, rising. Messages that were
/// deleted for all or recalled are left out. Opens its own read transaction.
ArchivePage read_archive(db::Connection& connection, std::string_view tenant, std::int64_t after,
                         std::int64_t limit);

}  // namespace harbor::messaging
