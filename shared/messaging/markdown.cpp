#include "messaging/markdown.h"

#include <curl/curl.h>
#include <md4c.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/text.h"

namespace harbor::messaging {
namespace {

constexpr std::size_t kLongestLink = 2048;
constexpr std::size_t kLargestHtml = 512 << 10;
constexpr std::size_t kDeepestNesting = 64;
constexpr int kEndParse = -1;  // md4c passes only negative answers of a callback up to its end
constexpr unsigned kFlags = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS |
                            MD_FLAG_COLLAPSEWHITESPACE | MD_FLAG_STRIKETHROUGH;

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct CurlStringDeleter {
  void operator()(char* text) const { curl_free(text); }
};

std::string url_part(CURLU* url, CURLUPart part) {
  char* raw = nullptr;
  if (curl_url_get(url, part, &raw, 0) != CURLUE_OK) return {};
  const std::unique_ptr<char, CurlStringDeleter> text(raw);
  return text.get();
}

bool has_odd_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '\\';
  });
}

void append_escaped(std::string& html, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': html += "&amp;"; break;
      case '<': html += "&lt;"; break;
      case '>': html += "&gt;"; break;
      case '"': html += "&quot;"; break;
      case '\'': html += "&#39;"; break;
      case '\0': html += "\uFFFD"; break;
      default: html += c;
    }
  }
}

// An attribute's text. Of its entities only "&amp;", which stands in many a query, is resolved: a
// target that needs others is not one that we make a link of.
std::string attribute_text(const MD_ATTRIBUTE& attribute) {
  std::string text;
  if (attribute.size == 0) return text;  // without offsets too
  for (unsigned i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
    const MD_OFFSET begin = attribute.substr_offsets[i];
    const std::string_view part(attribute.text + begin, attribute.substr_offsets[i + 1] - begin);
    text += part == "&amp;" ? "&" : part;
  }
  return text;
}

// Renders md4c's calls. Its blocks nest; its spans cross each other now and then, and then the
// inner one ends with the outer.
class HtmlRenderer {
 public:
  std::string take() { return std::move(html_); }

  // What md4c's callbacks return.
  int verdict() const {
    return html_.size() > kLargestHtml || blocks_ + spans_.size() > kDeepestNesting ? kEndParse : 0;
  }

  void enter_block(MD_BLOCKTYPE type, void* detail) {
    ++blocks_;
    if (type == MD_BLOCK_HR) {
      html_ += "<hr>\n";
    } else if (type == MD_BLOCK_CODE) {
      html_ += "<pre><code>";
    } else if (const std::string tag = block_tag(type, detail); !tag.empty()) {
      html_ += "<" + tag + ">";
    }
  }

  void leave_block(MD_BLOCKTYPE type, void* detail) {
    --blocks_;
    while (!spans_.empty()) close_span();
    if (type == MD_BLOCK_CODE) {
      html_ += "</code></pre>\n";
    } else if (const std::string tag = block_tag(type, detail); !tag.empty()) {
      html_ += "</" + tag + ">\n";
    }
  }

  void enter_span(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_A) {
      enter_link(type, attribute_text(static_cast<MD_SPAN_A_DETAIL*>(detail)->href));
    } else if (type == MD_SPAN_IMG) {
      // Nothing is loaded from elsewhere just because a message is looked at.
      enter_link(type, attribute_text(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src));
    } else {
      html_ += "<" + span_tag(type) + ">";
      spans_.push_back({type, "</" + span_tag(type) + ">"});
    }
  }

  void leave_span(MD_SPANTYPE type) {
    const auto same = [type](const Span& span) { return span.type == type; };
    while (std::any_of(spans_.begin(), spans_.end(), same)) {
      const bool found = same(spans_.back());
      close_span();
      if (found) return;
    }
  }

  void text(MD_TEXTTYPE type, std::string_view text) {
    switch (type) {
      case MD_TEXT_BR: html_ += "<br>\n"; break;
      case MD_TEXT_SOFTBR: html_ += "\n"; break;
      case MD_TEXT_ENTITY: html_ += text; break;  // "&" letters or digits ";": HTML's own
      case MD_TEXT_NULLCHAR: html_ += "\uFFFD"; break;
      default: append_escaped(html_, text);
    }
  }

 private:
  struct Span {
    MD_SPANTYPE type;
    std::string end;  // empty for what is no link
  };

  static std::string block_tag(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_QUOTE: return "blockquote";
      case MD_BLOCK_UL: return "ul";
      case MD_BLOCK_OL: return "ol";
      case MD_BLOCK_LI: return "li";
      case MD_BLOCK_P: return "p";
      case MD_BLOCK_H: return "h" + std::to_string(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
      default: return {};
    }
  }

  static std::string span_tag(MD_SPANTYPE type) {
    switch (type) {
      case MD_SPAN_EM: return "em";
      case MD_SPAN_STRONG: return "strong";
      case MD_SPAN_CODE: return "code";
      case MD_SPAN_DEL: return "del";
      default: return "span";
    }
  }

  void enter_link(MD_SPANTYPE type, const std::string& target) {
    // A link within a link is none in HTML.
    const bool nested = std::any_of(spans_.begin(), spans_.end(),
                                    [](const Span& span) { return span.end == "</a>"; });
    WebLink link;
    const bool is_link = !nested && read_web_link(target, link);
    spans_.push_back({type, is_link ? "</a>" : ""});
    if (!is_link) return;
    html_ += "<a href=\"";
    append_escaped(html_, link.url);
    html_ += "\" rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\">";
  }

  void close_span() {
    html_ += spans_.back().end;
    spans_.pop_back();
  }

  std::string html_;
  std::vector<Span> spans_;  // open ones
  std::size_t blocks_ = 0;   // open ones
};

std::string preformatted(std::string_view body) {
  std::string html = "<pre>";
  append_escaped(html, body);
  return html + "</pre>";
}

HtmlRenderer& renderer(void* self) { return *static_cast<HtmlRenderer*>(self); }

struct FoundLinks {
  std::size_t limit;
  std::vector<std::string> urls;
};

// Ends the parse when there are enough.
int on_link(MD_SPANTYPE type, void* detail, void* self) {
  auto& found = *static_cast<FoundLinks*>(self);
  WebLink link;
  if (type == MD_SPAN_A &&
      read_web_link(attribute_text(static_cast<MD_SPAN_A_DETAIL*>(detail)->href), link) &&
      std::find(found.urls.begin(), found.urls.end(), link.url) == found.urls.end()) {
    found.urls.push_back(link.url);
  }
  return found.urls.size() >= found.limit ? kEndParse : 0;
}

}  // namespace

std::string markdown_html(std::string_view body) {
  HtmlRenderer html;
  MD_PARSER parser{};
  parser.flags = kFlags;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    renderer(self).enter_block(type, detail);
    return renderer(self).verdict();
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    renderer(self).leave_block(type, detail);
    return 0;
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* self) {
    renderer(self).enter_span(type, detail);
    return renderer(self).verdict();
  };
  parser.leave_span = [](MD_SPANTYPE type, void* /*detail*/, void* self) {
    renderer(self).leave_span(type);
    return 0;
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
    renderer(self).text(type, {text, size});
    return renderer(self).verdict();
  };
  const int ended = md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &parser, &html);
  return ended == 0 ? html.take() : preformatted(body);
}

std::vector<std::string> links_in(std::string_view body, std::size_t limit) {
  FoundLinks found{limit, {}};
  if (limit == 0) return {};
  MD_PARSER parser{};
  parser.flags = kFlags;
  parser.enter_block = [](MD_BLOCKTYPE, void*, void*) { return 0; };
  parser.leave_block = [](MD_BLOCKTYPE, void*, void*) { return 0; };
  parser.enter_span = on_link;
  parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.text = [](MD_TEXTTYPE, const MD_CHAR*, MD_SIZE, void*) { return 0; };
  md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &parser, &found);
  return std::move(found.urls);
}

bool read_web_link(std::string_view text, WebLink& link) {
  if (text.size() > kLongestLink || has_odd_byte(text)) return false;
  const std::unique_ptr<CURLU, UrlDeleter> url(curl_url());
  const std::string copy(text);
  if (curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK) {
    return false;
  }
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  if (scheme != "http" && scheme != "https") return false;
  link.url = url_part(url.get(), CURLUPART_URL);
  link.domain = to_lower(url_part(url.get(), CURLUPART_HOST));
  return !link.url.empty() && !link.domain.empty();
}

}  // namespace harbor::messaging
