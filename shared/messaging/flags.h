#pragma once
// One's own flags of a message: put aside (archived), kept at hand (saved). Sender and recipients
// each have theirs, and nobody sees another's.

#include "messaging/concerned.h"

namespace harbor::messaging {

enum class Flag { archived, saved };

struct FlagOutcome : Outcome {
  bool is_archived = false;
  bool is_saved = false;
};

/// Within a writing transaction. Changes nothing, and says nothing, where it is so already. Throws
/// ApiError not_found where the caller does not see the message.
FlagOutcome set_flag(db::Connection& connection, const auth::Caller& caller, std::int64_t id,
                     Flag flag, bool value);

}  // namespace harbor::messaging
