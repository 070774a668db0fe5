#pragma once
// Message bodies are Markdown (CommonMark with autolinks, through md4c). The HTML made here is
// safe to show: raw HTML stands as text, only http and https links become links, images become
// links, and every attribute and text is escaped.

#include <string>
#include <string_view>
#include <vector>

namespace harbor::messaging {

///
/// Bounded: what would nest deeper than 64 or come out above 512 KiB (reference links can multiply
/// a body by hundreds) is shown as the text that it is, in one <pre>.
std::string markdown_html(std::string_view body);

/// The http and https links in a body, in order, each once, at most `limit`.
std::vector<std::string> links_in(std::string_view body, std::size_t limit);

/// A link as it is kept: absolute http or https, no user information, no control characters,
/// white space or backslashes, at most 2,048 bytes. `domain` is lower-case.
struct WebLink {
  std::string url;
  std::string domain;
};

/// True and filled in where `text` is such a link (curl's URL parser decides, RFC 3986).
bool read_web_link(std::string_view text, WebLink& link);

}  // namespace harbor::messaging
