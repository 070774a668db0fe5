#include "ctl/archive_file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ctl/command.h"

namespace harbor::ctl {
namespace {

[[noreturn]] void refuse(const std::string& path, const char* doing) {
  throw Refused(path + " cannot be " + doing + ": " + std::strerror(errno));
}

bool is_regular(std::FILE* file) {
  struct stat info {};
  return ::fstat(::fileno(file), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

ArchiveFile::ArchiveFile(std::string path) : path_(std::move(path)), file_(open(path_)) {}

ArchiveFile::File ArchiveFile::open(const std::string& path) {
  if (path == "-") return spool(stdin, "standard input");
  File file(std::fopen(path.c_str(), "rbe"));
  if (!file) refuse(path, "opened");
  return is_regular(file.get()) ? std::move(file) : spool(file.get(), path);
}

ArchiveFile::File ArchiveFile::spool(std::FILE* from, const std::string& path) {
  File copy(std::tmpfile());
  if (!copy) refuse("a temporary file", "made");
  std::array<char, 1 << 16> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), from)) {
    if (std::fwrite(buffer.data(), 1, size, copy.get()) != size) {
      refuse("a temporary file", "written");
    }
  }
  if (std::ferror(from) != 0) refuse(path, "read");
  std::rewind(copy.get());
  return copy;
}

bool ArchiveFile::next(std::string& line) {
  while (read_line(line)) {
    ++line_number_;
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) return true;
  }
  return false;
}

bool ArchiveFile::read_line(std::string& line) {
  line.clear();
  int c = 0;
  while ((c = ::getc_unlocked(file_.get())) != EOF && c != '\n') {
    if (line.size() == kLongestLine) {
      ++line_number_;
      throw Refused(place() + ": is longer than 64 MiB");
    }
    line += static_cast<char>(c);
  }
  if (std::ferror(file_.get()) != 0) refuse(path_, "read");
  return c != EOF || !line.empty();
}

void ArchiveFile::rewind() {
  std::rewind(file_.get());
  line_number_ = 0;
}

std::string ArchiveFile::place() const { return path_ + ":" + std::to_string(line_number_); }

}  // namespace harbor::ctl
