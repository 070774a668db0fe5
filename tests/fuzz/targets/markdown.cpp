// A message's body as HTML: whatever stands in it, only what markdown.h promises comes out.
#include "messaging/markdown.h"

#include <algorithm>

#include "../fuzz.h"
#include "core/text.h"

namespace {

using namespace harbor;
using fuzz::require;

constexpr std::size_t kLimit = 20;  // links asked for
constexpr std::size_t kLargestHtml = 512 << 10;
constexpr std::size_t kDeepest = 64;
constexpr std::string_view kTags[] = {"p",    "blockquote", "ul",     "ol", "li", "h1",
                                      "h2",   "h3",         "h4",     "h5", "h6", "pre",
                                      "code", "em",         "strong", "del"};
constexpr std::string_view kLinkBegin = "a href=\"";
constexpr std::string_view kLinkEnd =
    "\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\"";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// "&amp;", "&#39;", "&#x27;": an entity and nothing else, at the front of `text`.
void take_entity(std::string_view& text) {
  const auto end = text.find(';');
  std::string_view name = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
  if (name.starts_with('#')) name.remove_prefix(1);
  require(!name.empty() && std::all_of(name.begin(), name.end(), is_letter_or_digit),
          "an ampersand begins an entity", text.substr(0, 80));
  text.remove_prefix(end + 1);
}

void check_text(std::string_view text) {
  while (true) {
    const auto odd = text.find_first_of("&<>\"'");
    if (odd == std::string_view::npos) return;
    text.remove_prefix(odd);
    require(text.front() == '&', "text is escaped", text.substr(0, 80));
    take_entity(text);
  }
}

void check_target(std::string_view target) {
  require(target.starts_with("http://") || target.starts_with("https://"),
          "a link leads to the web", target);
  check_text(target);
}

// Reads HTML as strictly as it is written: no other tag, attribute, comment or bare character.
class Reader {
 public:
  explicit Reader(std::string_view html) : rest_(html) {}

  void read() {
    while (!rest_.empty()) {
      const auto tag = rest_.find('<');
      check_text(rest_.substr(0, tag));
      if (tag == std::string_view::npos) break;
      rest_.remove_prefix(tag + 1);
      const auto end = rest_.find('>');
      require(end != std::string_view::npos, "a tag ends", rest_.substr(0, 80));
      read_tag(rest_.substr(0, end));
      rest_.remove_prefix(end + 1);
    }
    require(open_.empty(), "every tag is closed");
  }

 private:
  void read_tag(std::string_view tag) {
    if (tag == "br" || tag == "hr") return;
    if (tag.starts_with('/')) {
      require(!open_.empty() && open_.back() == tag.substr(1), "tags nest", tag);
      open_.pop_back();
    } else if (tag.starts_with(kLinkBegin)) {
      read_link(tag);
    } else {
      require(std::find(std::begin(kTags), std::end(kTags), tag) != std::end(kTags),
              "no other tag and no attribute", tag);
      open(tag);
    }
  }

  void read_link(std::string_view tag) {
    require(tag.ends_with(kLinkEnd), "a link has these attributes only", tag);
    require(std::find(open_.begin(), open_.end(), "a") == open_.end(), "no link in a link", tag);
    tag.remove_prefix(kLinkBegin.size());
    check_target(tag.substr(0, tag.size() - kLinkEnd.size()));
    open("a");
  }

  void open(std::string_view tag) {
    open_.push_back(tag);
    require(open_.size() <= kDeepest + 2, "nesting is bounded");
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;
};

void check_links(std::string_view body) {
  const auto links = messaging::links_in(body, kLimit);
  require(links.size() <= kLimit, "links are bounded");
  for (auto link = links.begin(); link != links.end(); ++link) {
    require(std::find(links.begin(), link, *link) == link, "each link once", *link);
    messaging::WebLink again;
    require(messaging::read_web_link(*link, again) && again.url == *link, "a link is one", *link);
    check_target("https://" + again.domain);
  }
  const auto fewer = messaging::links_in(body, 1);
  require(fewer.size() == std::min<std::size_t>(links.size(), 1) &&
              std::equal(fewer.begin(), fewer.end(), links.begin()),
          "a lower limit gives the first of them");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body = fuzz::text_of(data, size);
  if (!is_utf8(body)) return 0;  // a body comes from JSON
  const std::string html = messaging::markdown_html(body);
  require(is_utf8(html), "HTML is UTF-8");
  require(html.size() <= kLargestHtml + 6 * body.size() + 1024, "HTML is bounded");
  Reader(html).read();
  check_links(body);
  return 0;
}
