#include <algorithm>
#include <sstream>

#include "app/cli/cli.hpp"
#include "app/cli/cli_table.hpp"

namespace racefill {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t help_column = 28;

/// `text` between the columns `left` and 80; the first line starts where the
/// caller stands.
std::string wrapped(const std::string& text, std::size_t left) {
  std::istringstream input{text};
  std::string out;
  std::string word;
  std::size_t at = left;
  while (input >> word) {
    if (at > left && at + 1 + word.size() > columns) {
      out += '\n' + std::string(left, ' ');
      at = left;
    }
    if (at > left) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
  }
  return out;
}

/// `  --name ARGUMENT     what it does`
std::string entry(const std::string& name, const std::string& help,
                  std::size_t column) {
  auto out = "  " + name;
  if (out.size() + 2 > column)
    out += '\n' + std::string(column, ' ');
  else
    out.resize(column, ' ');
  return out + wrapped(help, column) + '\n';
}

std::string option_entry(const option_spec& option) {
  const auto& argument = option.argument;
  return entry(option.name + (argument.empty() ? "" : ' ' + argument),
               option.help, help_column);
}

constexpr const char* exit_codes
  = "Exit status:\n"
    "   0  all that was asked for is settled; a check passed; drained\n"
    "   1  finished, but something failed or is left; a check failed\n"
    "   2  a mistake on the command line or in the conf file\n"
    "   3  the database refuses or cannot be reached\n"
    "   4  the API refuses the credentials\n"
    "   5  a part kept failing and was given up\n"
    "   6  another run holds the lease, or the account on this host\n"
    "   7  the provider cannot be reached, or the data guard paused the run\n"
    "   8  the state directory or disk cannot be written\n"
    " 130  interrupted, drained cleanly\n"
    " 143  stopped at once by a second signal\n";

constexpr const char* credentials_note
  = "Credentials: RACING_API_USERNAME, RACING_API_PASSWORD and RACEFILL_DB in "
    "the environment, or files of mode 0600 named in api.credentials_file and "
    "database.password_file. Never on the command line.";

std::string overview() {
  std::string out
    = "racefill COMMAND [options]\n\n"
      "Back-fills horse-racing history through a rate-limited API into SQLite "
      "or\nPostgreSQL: never too fast, resumable, provably complete.\n\n"
      "Commands:\n";
  for (const auto& spec : command_table())
    out += entry(spec.name, spec.summary, 16);
  out += "\nOptions of every command but simulate:\n";
  for (const auto& option : common_options())
    out += option_entry(option);
  out += option_entry(json_option());
  out += "\nracefill COMMAND --help tells more; racefill --version the "
         "version.\n\n";
  out += wrapped(credentials_note, 0) + "\n\n";
  out += "First steps:\n"
         "  racefill run --test            seven days into racefill.db\n"
         "  racefill plan                  what the whole history takes\n"
         "  racefill check-config --live   is everything in place?\n\n";
  return out + exit_codes;
}

} // namespace

std::string help_text(command x) {
  const auto* spec = find_command(x);
  if (spec == nullptr)
    return overview();
  auto out = "racefill " + spec->name;
  if (!spec->words.empty())
    out += ' ' + spec->words;
  if (spec->takes_common)
    out += " [options]";
  out += "\n\n" + wrapped(spec->summary + ". " + spec->about, 0) + '\n';
  out[out.find("\n\n") + 2] = static_cast<char>(
    std::toupper(static_cast<unsigned char>(spec->summary.front())));
  if (!spec->options.empty() || spec->prints_report) {
    out += "\nOptions:\n";
    for (const auto& option : spec->options)
      out += option_entry(option);
    if (spec->prints_report)
      out += option_entry(json_option());
  }
  if (spec->takes_common) {
    out += "\nCommon options:\n";
    for (const auto& option : common_options())
      out += option_entry(option);
  }
  if (!spec->examples.empty()) {
    out += "\nExamples:\n";
    for (const auto& example : spec->examples)
      out += "  " + example + '\n';
  }
  return out + '\n' + exit_codes;
}

std::string version_text() {
  return "racefill " RACEFILL_VERSION;
}

} // namespace racefill
