#include "ctl/run.h"

#include <filesystem>
#include <iomanip>
#include <ostream>
#include <system_error>

#include "core/service.h"
#include "db/migrate.h"

namespace harbor::ctl {
namespace {

// The options of every command, taken out of the words wherever they stand.
struct CommonOptions {
  std::vector<std::string> config_files;
  bool help = false;
  bool version = false;
  std::vector<std::string> rest;
};

CommonOptions take_common_options(std::span<const std::string> words) {
  constexpr std::string_view kConfig = "--config=";
  CommonOptions options;
  for (; !words.empty(); words = words.subspan(1)) {
    const std::string& word = words.front();
    if (word == "--") {
      options.rest.insert(options.rest.end(), words.begin(), words.end());
      break;
    }
    if (word == "--help") {
      options.help = true;
    } else if (word == "--version") {
      options.version = true;
    } else if (word.starts_with(kConfig)) {
      options.config_files.push_back(word.substr(kConfig.size()));
    } else if (word != "--config") {
      options.rest.push_back(word);
    } else if (words.size() > 1) {
      words = words.subspan(1);
      options.config_files.push_back(words.front());
    } else {
      throw UsageError("--config needs a file");
    }
  }
  return options;
}

std::string usage_line(const Command& command) {
  std::string line = "harborctl " + std::string(command.name);
  if (!command.usage.empty()) line += ' ' + std::string(command.usage);
  return line;
}

void print_help(std::ostream& out, std::string_view manual) {
  out << manual << "\nCommands:\n";
  for (const Command& command : commands()) {
    out << "  " << usage_line(command) << "\n      " << command.about << '\n';
  }
}

std::vector<std::string> files_of(const CommonOptions& options) {
  if (!options.config_files.empty()) return options.config_files;
  if (std::filesystem::exists(kDefaultConfigFile)) return {kDefaultConfigFile};
  return {};
}

struct Configuration {
  std::vector<std::string> files;
  Config values;
  std::string fault;
};

Configuration configuration(const CommonOptions& options, const Command& command) {
  const std::vector<std::string> files = files_of(options);
  try {
    return {files, load_config(files), {}};
  } catch (const ConfigError& error) {
    if (!command.judges_configuration) throw;
    return {files, default_config(), error.what()};
  }
}

Arguments arguments_of(const Command& command, const CommonOptions& options) {
  const bool two_words = command.name.find(' ') != std::string_view::npos;
  try {
    return {read_usage(command.usage), std::span(options.rest).subspan(two_words ? 2 : 1)};
  } catch (const UsageError& error) {
    throw UsageError(std::string(error.what()) + "; usage: " + usage_line(command));
  }
}

void run_checked(const Surroundings& surroundings, std::span<const std::string> words,
                 std::string_view manual) {
  const CommonOptions options = take_common_options(words);
  if (options.help) return print_help(surroundings.out, manual);
  if (options.version) {
    surroundings.out << HARBOR_VERSION << '\n';
    return;
  }
  const Command* const command = find_command(options.rest);
  if (command == nullptr) {
    throw UsageError(options.rest.empty()
                         ? "no command; see harborctl --help"
                         : "unknown command " + options.rest[0] + "; see harborctl --help");
  }
  const Arguments arguments = arguments_of(*command, options);
  const Configuration config = configuration(options, *command);
  command->run(Context{surroundings, config.values, config.files, config.fault}, arguments);
  surroundings.out.flush();
  if (!surroundings.out) throw Refused("the results cannot be written to standard output");
}

// A refused statement is a refusal; a database that cannot be had is a missing dependency.
ExitCode code_of(const db::DatabaseError& error) {
  const int primary = error.code() & 0xff;
  const bool refused = primary == SQLITE_CONSTRAINT || primary == SQLITE_ERROR ||
                       primary == SQLITE_MISMATCH || primary == SQLITE_TOOBIG;
  return refused ? kExitRefused : kExitUnavailable;
}

int report(const Surroundings& surroundings, ExitCode code, const std::exception& error) {
  surroundings.out.flush();
  surroundings.notes << "harborctl: " << error.what() << std::endl;
  return code;
}

}  // namespace

int run(const Surroundings& surroundings, std::span<const std::string> words,
        std::string_view manual) {
  try {
    run_checked(surroundings, words, manual);
    return kExitOk;
  } catch (const Ended& ended) {
    surroundings.out.flush();
    return ended.code();
  } catch (const UsageError& error) {
    return report(surroundings, kExitUsage, error);
  } catch (const ConfigError& error) {
    return report(surroundings, kExitConfig, error);
  } catch (const db::DatabaseError& error) {
    return report(surroundings, code_of(error), error);
  } catch (const std::system_error& error) {  // the database's folder or a side file
    return report(surroundings, kExitUnavailable, error);
  } catch (const std::exception& error) {  // Refused, SchemaError
    return report(surroundings, kExitRefused, error);
  }
}

}  // namespace harbor::ctl
