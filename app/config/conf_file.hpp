/// CONF_FILE: the text of a conf file, taken apart; and written.
///
/// Lines are `section.key = value`, `# comment` or blank; a comment has a line
/// of its own. A value ends with its line; blanks around it do not belong to
/// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace racefill {

/// One setting as it stands in a file.
struct conf_entry {
  std::string key;
  std::string value;
  int line = 0; ///< From 1.
};

/// A whole file, or all that is wrong with it.
struct conf_text {
  std::vector<conf_entry> entries;
  std::vector<std::string> problems; ///< One line each: `line 3: …`.
};

/// Takes any bytes. A byte order mark and CR LF are accepted; bytes that are no
/// UTF-8 text, lines without `=`, malformed and repeated keys are problems. No
/// problem repeats a value. Knows nothing of which keys exist.
conf_text parse_conf(std::string_view text);

/// conf/racefill.conf as it ships: every key with its default, unit, range and
/// comment.
std::string render_conf();

} // namespace racefill
