#include "core/config_sample.h"

#include <algorithm>

#include "core/config.h"

namespace harbor {
namespace {

constexpr std::size_t kWidth = 100;

constexpr std::string_view kIntroduction =
    R"(# Every setting of Harbor Messaging, with what holds where nothing is said. `harborctl config sample` prints this.
#
# /etc/harbor/harbor.yaml needs only what differs: copy a section's name and the lines you change, without their '#'.
# What is not there follows the defaults of the installed version. An unknown key or a value out of bounds ends the
# start of a program with file, line, key and bound (exit code 78): try a change with `harborctl config check` first,
# then `systemctl restart harbor.target`, in which no request fails.
#
# Sizes are written in B, KiB, MiB or GiB, times in ms, s, min, h or d; a bare number counts the unit that is said.
)";

// `text` in lines of at most kWidth characters, each behind `margin`.
void append_wrapped(std::string& out, std::string_view margin, std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && margin.size() + line.size() + 1 + word.size() > kWidth) {
      out += std::string(margin) + line + "\n";
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) out += std::string(margin) + line + "\n";
}

std::string sentence(std::string_view text) {
  std::string whole(text);
  if (whole[0] >= 'a' && whole[0] <= 'z') whole[0] = static_cast<char>(whole[0] - 'a' + 'A');
  return whole + ".";
}

std::string bounds(const ConfigRow& row) {
  return std::string(row.least) + " to " + std::string(row.most);
}

std::string bare_number(const ConfigRow& row) {
  return row.unit.empty() ? "" : "; a bare number counts " + std::string(row.unit);
}

std::string words_of(const ConfigRow& row) {
  if (row.least.empty()) {
    return row.fallback.empty() && !row.required ? "Text; may be empty." : "Text.";
  }
  std::string words(row.least);
  for (auto bar = words.find('|'); bar != std::string::npos; bar = words.find('|', bar)) {
    words.replace(bar, 1, ", ");
  }
  return "One of: " + words + ".";
}

// What may be written there.
std::string form(const ConfigRow& row) {
  switch (row.kind) {
    case ConfigKind::text: return words_of(row);
    case ConfigKind::flag: return "yes or no.";
    case ConfigKind::count: return "A number, " + bounds(row) + ".";
    case ConfigKind::size: return "A size, " + bounds(row) + bare_number(row) + ".";
    case ConfigKind::duration: return "A time, " + bounds(row) + bare_number(row) + ".";
    case ConfigKind::rate:
      return "How many in which time, such as 10/15 min or 5/s; " + bounds(row) + ".";
    case ConfigKind::words: return "A list of words, " + bounds(row) + ".";
    case ConfigKind::duration_range:
      return "From a time to a time, each " + bounds(row) + bare_number(row) + ".";
  }
  return {};
}

std::string_view name_of(const ConfigRow& row) { return row.key.substr(row.key.find('.') + 1); }
std::string_view section_of(const ConfigRow& row) { return row.key.substr(0, row.key.find('.')); }

std::string_view when_to_change(std::string_view key) {
  const auto advice = config_advice();
  const auto found = std::find_if(advice.begin(), advice.end(),
                                  [&](const ConfigAdvice& row) { return row.key == key; });
  return found == advice.end() ? std::string_view() : found->when;
}

std::string_view about_section(std::string_view name) {
  const auto sections = config_sections();
  const auto found =
      std::find_if(sections.begin(), sections.end(),
                   [&](const ConfigSection& section) { return section.name == name; });
  return found == sections.end() ? std::string_view() : found->about;
}

void append_section(std::string& out, std::string_view name) {
  out += "\n";
  append_wrapped(out, "# ", about_section(name));
  out += std::string(name) + ":\n";
}

void append_key(std::string& out, const ConfigRow& row) {
  append_wrapped(out, "  # ", sentence(row.about) + " " + form(row));
  append_wrapped(out, "  # ", when_to_change(row.key));
  if (row.settable) {
    append_wrapped(
        out, "  # ",
        "A setting too: admins change it while the workers run, for a tenant or for all; "
        "this holds where they have not.");
  }
  const std::string value = row.fallback.empty() ? "\"\"" : std::string(row.fallback);
  out += "  #" + std::string(name_of(row)) + ": " + value + "\n";
}

// A list has no default to uncomment: its things' keys are explained.
void append_lists(std::string& out, std::string_view section) {
  for (const ConfigList& list : config_lists()) {
    if (list.key.substr(0, list.key.find('.')) != section) continue;
    const std::string name(list.key.substr(section.size() + 1));
    out += "\n";
    append_wrapped(out, "  # ",
                   name + ": " + std::string(list.about) + "; a list of at most " +
                       std::to_string(list.most) + ", none where nothing is said. Of each:");
    for (const ConfigRow& row : list.keys) {
      const std::string otherwise =
          row.required
              ? " Required."
              : " Default: " + std::string(row.fallback.empty() ? "none" : row.fallback) + ".";
      append_wrapped(out, "  #   ",
                     std::string(row.key) + ": " + std::string(row.about) + ". " + form(row) +
                         otherwise);
    }
  }
}

}  // namespace

std::string config_sample() {
  std::string out(kIntroduction);
  std::string_view section;
  for (const ConfigRow& row : config_table()) {
    if (section_of(row) != section) {
      append_lists(out, section);
      section = section_of(row);
      append_section(out, section);
    } else {
      out += "\n";
    }
    append_key(out, row);
  }
  append_lists(out, section);
  return out;
}

}  // namespace harbor
