#pragma once
// nginx's configuration language, as its own reader has it (ngx_conf_read_token): words parted by
// white space, quoted where they begin with a quote, ended by ';' or a block in braces; '#' at the
// beginning of a word is a comment to the end of the line. Pure.

#include <boost/system/result.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::ctl::doctor {

struct Directive {
  std::string name;
  std::vector<std::string> arguments;
  bool has_block = false;
  std::vector<Directive> block;
  std::string file;
  int line = 0;  ///< on which it begins

  /// "nginx.conf:12", for people.
  std::string place() const;
};
using Directives = std::vector<Directive>;

/// What cannot be read, with file and line.
struct NginxFault {
  std::string why;
};

/// Never called: results are asked before they are used.
[[noreturn]] void throw_exception_from_error(const NginxFault& fault,
                                             const boost::source_location&);

/// Bounds: a file of 4 MiB, blocks 32 deep. `file` is only for what is said. Includes stand as they
/// are.
boost::system::result<Directives, NginxFault> read_nginx(std::string_view text,
                                                         const std::string& file);

struct NginxFile {
  std::string path;
  std::string text;
};

/// What `nginx -T` prints, file by file; the first is the main one. Empty where it is none.
std::vector<NginxFile> split_nginx_dump(std::string_view dump);

/// The files that an include's pattern names, in order.
using NginxSource = std::function<std::vector<NginxFile>(const std::string& pattern)>;

/// The main file with every include replaced by what it includes. Relative patterns are completed
/// with the folder of the main file, as nginx does. Bound: 1,000 files.
boost::system::result<Directives, NginxFault> read_nginx_tree(const NginxFile& main,
                                                              const NginxSource& source);

}  // namespace harbor::ctl::doctor
