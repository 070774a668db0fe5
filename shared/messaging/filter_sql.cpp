#include "messaging/filter_sql.h"

namespace harbor::messaging {
namespace {

std::string folder_condition(const MessageFilter& filter, const std::string& table) {
  switch (filter.folder) {
    case Folder::inbox:
    case Folder::sent: return " AND " + table + ".IsArchived = 0";
    case Folder::archived: return " AND " + table + ".IsArchived = 1";
    case Folder::all: break;
  }
  return {};
}

}  // namespace

std::string received_condition(const MessageFilter& filter) {
  return folder_condition(filter, "r") + (filter.unread ? " AND r.IsRead = 0" : "");
}

std::string sent_condition(const MessageFilter& filter) { return folder_condition(filter, "m"); }

std::string own_condition(const MessageFilter& filter) {
  const std::string received = "(r.Id IS NOT NULL" + received_condition(filter) + ")";
  const std::string sent =
      "(m.SenderEmail = ?2 AND m.IsSenderDeleted = 0" + sent_condition(filter) + ")";
  if (filter.folder == Folder::sent && filter.unread) return " AND 0";
  if (filter.folder == Folder::sent) return " AND " + sent;
  if (filter.folder == Folder::inbox || filter.unread) return " AND " + received;
  return " AND (" + received + " OR " + sent + ")";
}

}  // namespace harbor::messaging
