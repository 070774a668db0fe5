#pragma once
// One run of harborctl: words in, exit code out.

#include <span>
#include <string>

#include "ctl/command.h"

namespace harbor::ctl {

/// Where the configuration is when no --config names one.
constexpr const char* kDefaultConfigFile = "/etc/harbor/harbor.yaml";

/// Runs the command that `words` (without the program's name) ask for. Results go to
/// `surroundings.out`, an error as one line to `surroundings.notes`. `manual` is what --help
/// prints above the table of commands. Returns an exit code of core/service.h.
int run(const Surroundings& surroundings, std::span<const std::string> words,
        std::string_view manual);

}  // namespace harbor::ctl
