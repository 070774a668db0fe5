#pragma once
// Whose rights a check has, and who holds a lock.

#include <string>

namespace harbor::ctl::doctor {

/// Of root alone: takes the rights of the user whose file `path` is, for the rest of this process.
/// Nothing happens where there is no such file, it is root's, or that may not be done.
void become_owner_of(const std::string& path);

/// "harbor", or "uid 998".
std::string user_text();

/// ": process 812 (harbor-api)" of who holds the writers' turn of a database; else empty.
std::string holder_text(const std::string& database);

}  // namespace harbor::ctl::doctor
