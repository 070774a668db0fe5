#pragma once
// The operator's words, checked before anything is opened. All throw Refused saying what is
// wrong with which word.

#include <string>
#include <string_view>

namespace harbor::ctl {

/// The tenant's id as given; its grammar is CONTRACTS "Ids, tenants, people".
std::string checked_tenant_id(std::string_view text);

/// The address in its normal form.
std::string checked_email(std::string_view text);

/// A name of a person or tenant: trimmed, 1 to 200 characters of UTF-8 without controls.
std::string checked_name(std::string_view text);

/// A password that a sign-in can repeat: 8 to 1024 bytes of UTF-8.
void check_password(std::string_view password);

}  // namespace harbor::ctl
