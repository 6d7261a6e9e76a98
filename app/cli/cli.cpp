#include "app/cli/cli.hpp"

#include <algorithm>
#include <set>

#include "app/cli/cli_table.hpp"
#include "app/cli/cli_table_reports.hpp"
#include "app/config/database_url.hpp"
#include "app/config/nearest.hpp"
#include "app/config/setting_keys.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

using words = std::vector<std::string>;

constexpr std::size_t shown_max = 60;

caf::error refuse(std::string text) {
  return caf::make_error(fault::bad_settings, std::move(text));
}

/// A word as an error may show it: short, and without control characters.
std::string shown(std::string_view word) {
  std::string out{word.substr(0, shown_max)};
  for (auto& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  return word.size() > shown_max ? out + "…" : out;
}

bool names_a_password(std::string_view word) {
  for (const char* part : {"password", "passwd", "secret", "token"})
    if (word.find(part) != std::string_view::npos)
      return true;
  return false;
}

constexpr const char* password_hint
  = ": a password on the command line can be read by every user of this "
    "machine; set RACING_API_PASSWORD or RACEFILL_DB in the environment, or "
    "name a file of mode 0600 in api.credentials_file or "
    "database.password_file";

/// The options a command knows, by name.
std::vector<const option_spec*> options_of(const command_spec& spec) {
  std::vector<const option_spec*> out;
  for (const auto& option : spec.options)
    out.push_back(&option);
  if (spec.takes_common)
    for (const auto& option : common_options())
      out.push_back(&option);
  if (spec.prints_report)
    out.push_back(&json_option());
  return out;
}

std::string unknown_option(const command_spec& spec, const std::string& name) {
  if (names_a_password(name))
    return name + password_hint;
  words names{"--help"};
  for (const auto* option : options_of(spec))
    names.push_back(option->name);
  const auto hint = did_you_mean(name, names);
  return "racefill " + spec.name + " has no option " + shown(name)
         + (hint.empty() ? "; see racefill " + spec.name + " --help" : hint);
}

/// Says why a value of a conf key does not fit, for its flag; "" when it does.
std::string check_keyed(const option_spec& option, const std::string& value) {
  const auto* key = find_setting_key(option.key);
  if (key->type == "date" && !parse_date(value))
    return option.name + ' ' + shown(value)
           + ": no such day; use YYYY-MM-DD, as in 2024-01-31";
  settings scratch;
  if (key->assign(scratch, value))
    return {};
  auto out = option.name + " must be " + key->allowed;
  return key->may_hold_secret ? out : out + ", not " + shown(value);
}

/// Hands an option's value to where it belongs; what is wrong, "" for nothing.
std::string apply(invocation& out, const option_spec& option,
                  const std::string& value) {
  const auto equals = option.name == "--set" ? value.find('=') + 1 : 0;
  if (holds_password(std::string_view{value}.substr(equals))
      || (option.name == "--set" && names_a_password(value.substr(0, equals))
          && find_setting_key(value.substr(0, equals - 1)) == nullptr))
    return option.name + password_hint;
  if (option.apply) {
    const auto problem = option.apply(out, value);
    return problem.empty() ? problem : option.name + ' ' + problem;
  }
  auto problem = check_keyed(option, value);
  if (problem.empty())
    out.flags.push_back(setting_override{option.key, value, option.name});
  return problem;
}

/// Reads the words after the command's name, one at a time.
class option_reader {
public:
  option_reader(const command_spec& spec, const words& given, invocation& out)
    : spec_(spec), options_(options_of(spec)), given_(given), out_(out) {
  }

  /// What is wrong, "" for nothing.
  std::string read_all() {
    words rest;
    bool only_words = false;
    while (at_ < given_.size()) {
      const auto& word = given_[at_++];
      if (only_words || !word.starts_with('-') || word == "-") {
        rest.push_back(word);
      } else if (word == "--") {
        only_words = true;
      } else if (word == "--help" || word == "-h") {
        out_.help = true;
        return {};
      } else {
        auto problem = read_option(word);
        if (!problem.empty())
          return problem;
      }
    }
    if (spec_.take_words)
      return spec_.take_words(out_, rest);
    if (!rest.empty())
      return "racefill " + spec_.name + " does not know what to do with "
             + (holds_password(rest[0]) ? "a URL" : shown(rest[0]))
             + "; see racefill " + spec_.name + " --help";
    return {};
  }

private:
  std::string read_option(const std::string& word) {
    const auto equals = word.find('=');
    const auto name = word.substr(0, equals);
    const auto found
      = std::find_if(options_.begin(), options_.end(),
                     [&](const auto* option) { return option->name == name; });
    if (found == options_.end())
      return unknown_option(spec_, name);
    const auto& option = **found;
    if (name != "--set" && name != "--what-if" && name != "--recheck"
        && !seen_.insert(name).second)
      return name + " is given twice; keep one";
    if (option.argument.empty()) {
      if (equals != std::string::npos)
        return name + " takes no value";
      return apply(out_, option, "true");
    }
    std::string value;
    if (equals != std::string::npos)
      value = word.substr(equals + 1);
    else if (at_ < given_.size() && !given_[at_].starts_with("--"))
      value = given_[at_++];
    if (value.empty())
      return name + " needs a value: " + name + ' ' + option.argument;
    return apply(out_, option, value);
  }

  const command_spec& spec_;
  std::vector<const option_spec*> options_;
  const words& given_;
  invocation& out_;
  std::size_t at_ = 0;
  std::set<std::string> seen_;
};

/// Checks what no option alone can know; what is wrong, "" for nothing.
std::string check_together(const invocation& x) {
  date start;
  date end;
  for (const auto& flag : x.flags) {
    if (flag.key == "run.start_date")
      start = parse_date(flag.value).value_or(date{});
    if (flag.key == "run.end_date")
      end = parse_date(flag.value).value_or(date{});
  }
  if (start.known() && end.known() && end < start)
    return "--end-date " + to_string(end) + " is before --start-date "
           + to_string(start);
  return check_reports_together(x);
}

std::string unknown_command(const std::string& name) {
  if (name.starts_with('-'))
    return "name a command first, then its options: racefill run "
           + shown(name.substr(0, name.find('='))) + " ...";
  words names{"help", "version"};
  for (const auto& entry : command_table())
    names.push_back(entry.name);
  const auto hint = did_you_mean(name, names);
  return "racefill has no command "
         + (holds_password(name) ? std::string{"of that name"} : shown(name))
         + (hint.empty() ? "; see racefill --help" : hint);
}

} // namespace

caf::expected<invocation> parse_command_line(const words& given) {
  invocation out;
  if (given.empty())
    return refuse("name a command, as in racefill run --test; "
                  "see racefill --help");
  const auto& first = given[0];
  if (first == "--version" || first == "-V"
      || (first == "version" && given.size() == 1)) {
    out.version = true;
    return out;
  }
  if (first == "--help" || first == "-h"
      || (first == "help" && given.size() == 1)) {
    out.help = true;
    return out;
  }
  const bool asks_help = first == "help";
  const auto& name = asks_help ? given[1] : first;
  const auto* spec = find_command(name);
  if (spec == nullptr)
    return refuse(unknown_command(name));
  out.command = spec->id;
  if (asks_help) {
    out.help = true;
    return out;
  }
  const words rest{given.begin() + 1, given.end()};
  if (spec->passes_on) {
    out.passed_on = rest;
    return out;
  }
  auto problem = option_reader{*spec, rest, out}.read_all();
  if (problem.empty() && !out.help)
    problem = check_together(out);
  if (!problem.empty())
    return refuse(std::move(problem));
  return out;
}

config_sources sources_of(const invocation& call, environment env) {
  config_sources out;
  out.file = call.config_file;
  out.env = std::move(env);
  out.sets = call.sets;
  out.flags = call.flags;
  out.test_range = call.test;
  return out;
}

std::string to_string(command x) {
  const auto* spec = find_command(x);
  return spec == nullptr ? "" : spec->name;
}

} // namespace racefill
