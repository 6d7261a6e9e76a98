#include "app/manual/manual.hpp"

#include <set>
#include <vector>

#include "app/cli/cli_table.hpp"
#include "app/config/setting_keys.hpp"

namespace racefill {
namespace {

std::vector<option_spec> options_of(const command_spec& spec) {
  auto out = spec.options;
  if (spec.takes_common)
    out.insert(out.end(), common_options().begin(), common_options().end());
  if (spec.prints_report)
    out.push_back(json_option());
  return out;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words)
    out += (out.empty() ? "" : " ") + word;
  return out;
}

std::vector<std::string> command_names() {
  std::vector<std::string> out;
  for (const auto& spec : command_table())
    out.push_back(spec.name);
  return out;
}

// What may follow an option, as words; "" for anything.
std::string values_of(const option_spec& option) {
  if (option.name == "--order")
    return "newest-first oldest-first";
  if (option.name == "--retry")
    return "failed empty all";
  if (option.name == "--log-level")
    return "debug info warn error off";
  if (option.name == "--set") {
    std::vector<std::string> keys;
    for (const auto& name : setting_names())
      keys.push_back(name + '=');
    return joined(keys);
  }
  return {};
}

bool takes_file(const option_spec& option) {
  return option.argument == "FILE" || option.argument == "DIR";
}

// Between single quotes of a shell.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return out + '\'';
}

constexpr const char* ctl_verbs = "pause resume drain reload set retry";

} // namespace

std::string bash_completion() {
  std::string out
    = "# bash completion for racefill; made from its own tables\n"
      "_racefill() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - "
      "1]}\n"
      "  local command=${COMP_WORDS[1]} words=\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    words='"
      + joined(command_names())
      + " help --help --version'\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
        "    return\n"
        "  fi\n"
        "  case $prev in\n";
  std::set<std::string> seen;
  for (const auto& spec : command_table())
    for (const auto& option : options_of(spec)) {
      if (!seen.insert(option.name).second)
        continue;
      if (const auto values = values_of(option); !values.empty())
        out += "    " + option.name + ") words='" + values + "' ;;\n";
      else if (takes_file(option))
        out += "    " + option.name
               + ") mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") && return "
                 ";;\n";
    }
  out += "  esac\n"
         "  [[ -n $words ]] || case $command in\n";
  for (const auto& spec : command_table()) {
    std::vector<std::string> names{"--help"};
    for (const auto& option : options_of(spec))
      names.push_back(option.name);
    if (spec.id == command::ctl)
      names.insert(names.begin(), ctl_verbs);
    out += "    " + spec.name + ") words='" + joined(names) + "' ;;\n";
  }
  return out
         + "  esac\n"
           "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
           "  [[ ${COMPREPLY[0]:-} == *= ]] && compopt -o nospace\n"
           "  return 0\n"
           "}\n"
           "complete -F _racefill racefill\n";
}

std::string zsh_completion() {
  std::string out = "#compdef racefill\n"
                    "# made from racefill's own tables\n"
                    "local -a commands\n"
                    "commands=(\n";
  for (const auto& spec : command_table())
    out += "  " + quoted(spec.name + ':' + spec.summary) + '\n';
  out += ")\n"
         "if (( CURRENT == 2 )); then\n"
         "  _describe command commands\n"
         "  return\n"
         "fi\n"
         "local command=$words[2]\n"
         "shift words\n"
         "(( CURRENT-- ))\n"
         "case $command in\n";
  for (const auto& spec : command_table()) {
    out += "  " + spec.name + ")\n    _arguments '--help[tell more]'";
    for (const auto& option : options_of(spec)) {
      std::string help;
      for (char c : option.help)
        help += c == '[' || c == ']' || c == ':' ? std::string{'\\', c}
                                                 : std::string(1, c);
      auto text = option.name + (option.argument.empty() ? "" : "=") + '['
                  + help + ']';
      if (const auto values = values_of(option); !values.empty())
        text += ':' + option.argument + ":(" + values + ')';
      else if (takes_file(option))
        text += ':' + option.argument + ":_files";
      else if (!option.argument.empty())
        text += ':' + option.argument + ": ";
      out += " \\\n      " + quoted(text);
    }
    if (spec.id == command::ctl)
      out += std::string{" \\\n      '1:action:("} + ctl_verbs + ")'";
    out += "\n    ;;\n";
  }
  return out + "esac\n";
}

std::string fish_completion() {
  std::string out = "# made from racefill's own tables\n"
                    "complete -c racefill -f\n";
  for (const auto& spec : command_table())
    out += "complete -c racefill -n __fish_use_subcommand -a " + spec.name
           + " -d " + quoted(spec.summary) + '\n';
  for (const auto& spec : command_table())
    for (const auto& option : options_of(spec)) {
      out += "complete -c racefill -n '__fish_seen_subcommand_from " + spec.name
             + "' -l " + option.name.substr(2);
      if (!option.argument.empty())
        out += takes_file(option) ? " -r -F" : " -x";
      if (const auto values = values_of(option); !values.empty())
        out += " -a " + quoted(values);
      out += " -d " + quoted(option.help) + '\n';
    }
  return out + "complete -c racefill -n '__fish_seen_subcommand_from ctl' -a "
         + quoted(ctl_verbs) + '\n';
}

} // namespace racefill
