#include "app/manual/manual.hpp"

#include <cctype>
#include <string_view>

#include "app/cli/cli.hpp"
#include "app/cli/cli_table.hpp"
#include "app/config/setting_keys.hpp"

namespace racefill {
namespace {

// Text as troff takes it: hyphens and backslashes mean themselves, and a line
// that begins with a dot or an apostrophe is no request.
std::string plain(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (char c : text) {
    if (at_start && (c == '.' || c == '\''))
      out += "\\&";
    at_start = c == '\n';
    if (c == '-')
      out += "\\-";
    else if (c == '\\')
      out += "\\e";
    else
      out += c;
  }
  return out;
}

std::string sentence(std::string text) {
  if (!text.empty())
    text.front() = static_cast<char>(
      std::toupper(static_cast<unsigned char>(text.front())));
  return text.ends_with('.') ? text : text + '.';
}

std::string head(const std::string& name, const std::string& section,
                 const std::string& what) {
  return ".TH " + name + ' ' + section
         + " \"\" \"racefill " RACEFILL_VERSION "\" \"\"\n.SH NAME\n"
         + plain(what) + '\n';
}

std::string item(const std::string& name, const std::string& argument,
                 const std::string& help) {
  auto out = ".TP\n.B " + plain(name);
  if (!argument.empty())
    out += " \\fI" + plain(argument) + "\\fR";
  return out + '\n' + plain(sentence(help)) + '\n';
}

std::string options(const std::vector<option_spec>& all) {
  std::string out;
  for (const auto& option : all)
    out += item(option.name, option.argument, option.help);
  return out;
}

std::string command_text(const command_spec& spec) {
  auto out = ".SS " + plain(spec.name);
  if (!spec.words.empty())
    out += ' ' + plain(spec.words);
  out += '\n' + plain(sentence(spec.summary)) + '\n';
  if (!spec.about.empty())
    out += plain(spec.about) + '\n';
  out += options(spec.options);
  if (spec.prints_report)
    out += options({json_option()});
  if (!spec.examples.empty()) {
    out += ".PP\n.nf\n";
    for (const auto& example : spec.examples)
      out += plain(example) + '\n';
    out += ".fi\n";
  }
  return out;
}

constexpr const char* statuses
  = ".TP\n.B 0\nAll that was asked for is settled; a check passed; drained.\n"
    ".TP\n.B 1\nFinished, but something failed or is left; a check failed.\n"
    ".TP\n.B 2\nA mistake on the command line or in the conf file.\n"
    ".TP\n.B 3\nThe database refuses or cannot be reached.\n"
    ".TP\n.B 4\nThe API refuses the credentials.\n"
    ".TP\n.B 5\nA part kept failing and was given up.\n"
    ".TP\n.B 6\nAnother run holds the lease, or asks with the same account on "
    "this "
    "host.\n"
    ".TP\n.B 7\nThe provider cannot be reached, or the data guard paused the "
    "run.\n"
    ".TP\n.B 8\nThe state directory or disk cannot be written.\n"
    ".TP\n.B 130\nInterrupted, drained cleanly.\n"
    ".TP\n.B 143\nStopped at once by a second signal.\n";

} // namespace

std::string man_page() {
  auto out = head("RACEFILL", "1",
                  "racefill - horse-racing history through a rate-limited API");
  out += ".SH SYNOPSIS\n.B racefill\n.I COMMAND\n[\\fIoptions\\fR]\n"
         ".SH DESCRIPTION\nBack\\-fills horse\\-racing history through a "
         "rate\\-limited API into SQLite or PostgreSQL: never too fast, "
         "resumable, provably complete.\n.SH COMMANDS\n";
  for (const auto& spec : command_table())
    out += command_text(spec);
  out += ".SH COMMON OPTIONS\nOf every command but simulate.\n"
         + options(common_options());
  out += ".SH EXIT STATUS\n";
  out += statuses;
  out += ".SH ENVIRONMENT\n";
  out += item("RACING_API_USERNAME, RACING_API_PASSWORD", "",
              "the API's account; never on the command line");
  out += item("RACEFILL_DB", "",
              "the database as a URL, which may hold its password here");
  out += item("RACEFILL_CONFIG", "", "the conf file");
  out += item("RACEFILL_STATE_DIR", "", "the state directory");
  out += item("CREDENTIALS_DIRECTORY", "",
              "where systemd hands over the files racing_api and "
              "database_password");
  out += ".SH FILES\n";
  out += item("/etc/racefill/racefill.conf", "", "the conf file");
  out += item("/var/lib/racefill", "",
              "the state directory of the service: database, checkpoint, logs");
  out += ".SH SEE ALSO\n.BR racefill.conf (5)\n";
  return out;
}

std::string conf_man_page() {
  auto out = head("RACEFILL.CONF", "5", "racefill.conf - settings of racefill");
  out
    += ".SH DESCRIPTION\nLines of \\fIsection.key = value\\fR; a comment has "
       "a line of its own and begins with #. A key that is missing has its "
       "default; one that is unknown or misspelt stops the start. Stronger "
       "than the file: the environment, then \\-\\-set KEY=VALUE, then flags. "
       "Passwords never stand here.\n.PP\nA running service takes some keys "
       "over on SIGHUP (\\fIsystemctl reload racefill\\fR) or "
       "\\fIracefill ctl reload\\fR; they are marked. A file with a mistake "
       "changes nothing.\n.SH KEYS\n";
  const settings defaults;
  std::string_view section;
  for (const auto& key : setting_keys()) {
    if (section_of(key.name) != section) {
      section = section_of(key.name);
      out += ".SS " + std::string{section} + '\n';
    }
    const auto value = key.print(defaults);
    out += item(key.name, value.empty() ? "" : "= " + value, key.comment);
    out
      += plain(sentence(key.allowed + (key.unit.empty() ? "" : ' ' + key.unit)))
         + (key.reloadable ? " Taken over on reload.\n" : "\n");
  }
  out += ".SH SEE ALSO\n.BR racefill (1)\n";
  return out;
}

} // namespace racefill
