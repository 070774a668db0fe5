#include "ctl/doctor/nginx_syntax.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace harbor::ctl::doctor {
namespace {

constexpr std::size_t kLargestFile = 4 << 20;
constexpr int kDeepest = 32;
constexpr int kMostFiles = 1000;

using ReadResult = boost::system::result<Directives, NginxFault>;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

enum class Token { word, end_of_directive, begin_block, end_block, end_of_file };

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : rest_(text), file_(file) {}

  ReadResult read() {
    Directives directives = block(0);
    if (!fault_.empty()) return NginxFault{fault_};
    return directives;
  }

 private:
  // Until the brace that closes it; at depth 0 until the end of the file.
  Directives block(int depth) {
    Directives directives;
    if (depth > kDeepest) fail("blocks are nested too deep");
    while (fault_.empty()) {
      const Token token = next();
      if (token == Token::end_block && depth > 0) return directives;
      if (token == Token::end_of_file && depth == 0) return directives;
      if (token == Token::word) {
        directives.push_back(directive(depth));
      } else {
        fail_at(token);
      }
    }
    return directives;
  }

  // Its name has been read.
  Directive directive(int depth) {
    Directive made;
    made.name = word_;
    made.file = file_;
    made.line = line_;
    while (fault_.empty()) {
      const Token token = next();
      if (token == Token::end_of_directive) return made;
      if (token == Token::begin_block) {
        made.has_block = true;
        made.block = block(depth + 1);
        return made;
      }
      if (token == Token::word) {
        made.arguments.push_back(word_);
      } else {
        fail_at(token);
      }
    }
    return made;
  }

  Token next() {
    skip_space();
    if (rest_.empty()) return Token::end_of_file;
    switch (rest_.front()) {
      case ';': take(); return Token::end_of_directive;
      case '{': take(); return Token::begin_block;
      case '}': take(); return Token::end_block;
      case '"':
      case '\'': quoted(take()); return Token::word;
      default: bare(); return Token::word;
    }
  }

  void skip_space() {
    while (!rest_.empty()) {
      if (rest_.front() == '#') {
        while (!rest_.empty() && rest_.front() != '\n') take();
      } else if (is_space(rest_.front())) {
        take();
      } else {
        return;
      }
    }
  }

  void bare() {
    word_.clear();
    bool after_dollar = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      // "${name}" is a variable, not a block.
      if (is_space(c) || c == ';' || (c == '{' && !after_dollar)) return;
      after_dollar = c == '$';
      if (c == '\\') {
        escaped();
      } else {
        word_ += take();
      }
    }
    fail("the file ends within a word");
  }

  void quoted(char quote) {
    word_.clear();
    for (;;) {
      if (rest_.empty()) return fail("a quote is not closed");
      if (rest_.front() == '\\') {
        escaped();
      } else if (rest_.front() == quote) {
        break;
      } else {
        word_ += take();
      }
    }
    take();
    // As nginx: a word does not go on behind its quote. (Its ')' is that of an `if`.)
    if (rest_.empty() || is_space(rest_.front())) return;
    if (std::string_view(";{)").find(rest_.front()) == std::string_view::npos) {
      fail(std::string("unexpected \"") + rest_.front() + "\" behind a quote");
    }
  }

  void escaped() {
    take();
    if (rest_.empty()) return fail("the file ends within a word");
    const char c = take();
    switch (c) {
      case '"':
      case '\'':
      case '\\': word_ += c; return;
      case 't': word_ += '\t'; return;
      case 'r': word_ += '\r'; return;
      case 'n': word_ += '\n'; return;
      default:
        word_ += '\\';
        word_ += c;
        return;  // a regular expression's own
    }
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '\n') ++line_;
    return c;
  }

  void fail_at(Token token) {
    switch (token) {
      case Token::end_of_directive: return fail("unexpected \";\"");
      case Token::begin_block: return fail("unexpected \"{\"");
      case Token::end_block: return fail("unexpected \"}\"");
      case Token::end_of_file: return fail("the file ends within a directive or block");
      case Token::word: return;
    }
  }

  void fail(const std::string& why) {
    if (fault_.empty()) fault_ = file_ + ":" + std::to_string(line_) + ": " + why;
  }

  std::string_view rest_;
  const std::string& file_;
  int line_ = 1;
  std::string word_;
  std::string fault_;
};

// Replaces includes, counting files.
class Includer {
 public:
  Includer(std::string folder, const NginxSource& source)
      : folder_(std::move(folder)), source_(source) {}

  ReadResult read(const NginxFile& file, int depth) {
    if (++files_ > kMostFiles || depth > kDeepest) {
      return NginxFault{file.path + ": too many includes"};
    }
    auto directives = read_nginx(file.text, file.path);
    if (!directives) return directives;
    return expand(*std::move(directives), depth);
  }

 private:
  ReadResult expand(Directives directives, int depth) {
    Directives whole;
    for (Directive& directive : directives) {
      if (directive.name == "include" && directive.arguments.size() == 1) {
        if (auto fault = append_included(directive.arguments[0], depth, whole)) return *fault;
        continue;
      }
      if (directive.has_block) {
        auto block = expand(std::move(directive.block), depth);
        if (!block) return block;
        directive.block = *std::move(block);
      }
      whole.push_back(std::move(directive));
    }
    return whole;
  }

  std::optional<NginxFault> append_included(const std::string& pattern, int depth,
                                            Directives& whole) {
    const std::string path = pattern.starts_with('/') ? pattern : folder_ + "/" + pattern;
    for (const NginxFile& file : source_(path)) {
      auto included = read(file, depth + 1);
      if (!included) return included.error();
      std::move(included->begin(), included->end(), std::back_inserter(whole));
    }
    return std::nullopt;
  }

  std::string folder_;
  const NginxSource& source_;
  int files_ = 0;
};

}  // namespace

void throw_exception_from_error(const NginxFault& fault, const boost::source_location& /*unused*/) {
  throw std::logic_error(fault.why);
}

std::string Directive::place() const {
  return std::filesystem::path(file).filename().string() + ":" + std::to_string(line);
}

ReadResult read_nginx(std::string_view text, const std::string& file) {
  if (text.size() > kLargestFile) return NginxFault{file + ": the file is too large"};
  return Reader(text, file).read();
}

std::vector<NginxFile> split_nginx_dump(std::string_view dump) {
  constexpr std::string_view kMark = "# configuration file ";
  std::vector<NginxFile> files;
  while (!dump.empty()) {
    const auto end = std::min(dump.find('\n'), dump.size());
    const std::string_view line = dump.substr(0, end);
    if (line.starts_with(kMark) && line.ends_with(':')) {
      const auto length = line.size() - kMark.size() - 1;
      files.push_back({std::string(line.substr(kMark.size(), length)), {}});
    } else if (!files.empty()) {
      files.back().text.append(line).append("\n");
    }
    dump.remove_prefix(std::min(end + 1, dump.size()));
  }
  return files;
}

ReadResult read_nginx_tree(const NginxFile& main, const NginxSource& source) {
  const auto folder = std::filesystem::path(main.path).parent_path().string();
  return Includer(folder.empty() ? "." : folder, source).read(main, 0);
}

}  // namespace harbor::ctl::doctor
