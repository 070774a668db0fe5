#pragma once
// Cuts an event stream (HTML standard, section 9.2.6) into frames. Pure.

#include <string>
#include <string_view>

namespace harbor::bench {

class FrameReader {
 public:
  /// Calls `on_frame(std::string_view)` with each frame that is now complete, without its empty
  /// line. Takes lines that end in LF, as every server here writes them.
  template <class OnFrame>
  void feed(std::string_view bytes, OnFrame on_frame) {
    const bool joined = !rest_.empty();
    if (joined) rest_.append(bytes);
    std::string_view text = joined ? std::string_view(rest_) : bytes;
    for (auto end = text.find("\n\n"); end != std::string_view::npos; end = text.find("\n\n")) {
      on_frame(text.substr(0, end));
      text.remove_prefix(end + 2);
    }
    rest_ = std::string(text);
  }

 private:
  std::string rest_;
};

}  // namespace harbor::bench
