#pragma once
// A file of lines that is read twice: once to see that all of it is right, once to take it in.
// Standard input and pipes are copied to an unnamed temporary file first.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace harbor::ctl {

/// The longest line: a message with its attachments.
constexpr std::size_t kLongestLine = 64 << 20;

class ArchiveFile {
 public:
  /// "-" is standard input. Throws Refused where it cannot be read.
  explicit ArchiveFile(std::string path);

  /// The next line that is not empty, without its line break; false after the last. Throws
  /// Refused for a line that is too long and a file that cannot be read on.
  bool next(std::string& line);

  /// Back to the first line.
  void rewind();

  /// "mail.jsonl:7", of the line that `next` gave.
  std::string place() const;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Closer>;

  static File open(const std::string& path);
  static File spool(std::FILE* from, const std::string& path);
  bool read_line(std::string& line);

  std::string path_;
  File file_;
  std::int64_t line_number_ = 0;
};

}  // namespace harbor::ctl
