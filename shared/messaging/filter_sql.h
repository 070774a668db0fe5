#pragma once
// A MessageFilter as conditions in SQL: `m` is the message, `r` the viewer's row of its recipients.

#include <string>

#include "messaging/listing.h"

namespace harbor::messaging {

/// ?3 to ?6 are HasAttachments, MessageType, Priority and SenderEmail; NULL is any.
constexpr const char* kMessageConditions = " AND (?3 IS NULL OR m.HasAttachments = ?3)"
                                           " AND (?4 IS NULL OR m.MessageType = ?4)"
                                           " AND (?5 IS NULL OR m.Priority = ?5)"
                                           " AND (?6 IS NULL OR m.SenderEmail = ?6)";

/// Received: folder and unread, of an existing `r`.
std::string received_condition(const MessageFilter& filter);

/// Sent: the folder.
std::string sent_condition(const MessageFilter& filter);

/// One of both, ?2 being the viewer; `r` may be NULL.
std::string own_condition(const MessageFilter& filter);

}  // namespace harbor::messaging
