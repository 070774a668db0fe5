#pragma once
// A password from standard input: the first line of it, or a prompt without echo where it is a
// terminal. (A --password on the command line is for tests and demos: other people of the machine
// can read it there.)

#include <string>

namespace harbor::ctl {

bool stdin_is_terminal();

/// The password for `whose`; empty where the input is. On a terminal it is asked for twice.
/// Throws Refused for a password that check_password refuses, two that differ, an interrupt.
std::string read_password(const std::string& whose);

}  // namespace harbor::ctl
