/// CLI_TABLE: which command knows which option.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/cli.hpp"

namespace racefill {

/// One option.
struct option_spec {
  std::string name;     ///< `--start-date`.
  std::string argument; ///< `DATE`; "" for a switch.
  std::string help;     ///< A phrase, without dot.
  /// The conf key it stands for; "" for none. A switch sets it to `true`.
  std::string key;
  /// Takes the value (`true` for a switch) over; what is wrong, "" for nothing.
  /// Empty when `key` alone says it all.
  std::function<std::string(invocation&, const std::string&)> apply;
};

/// One command.
struct command_spec {
  command id = command::none;
  std::string name;    ///< `check-config`.
  std::string summary; ///< One line in the overview.
  std::string words;   ///< What stands between name and options, `DAY|HORSE`.
  std::string about;   ///< What a person must know before the first use.
  std::vector<option_spec> options;
  std::vector<std::string> examples;
  bool takes_common = true;   ///< --config, --db …
  bool passes_on = false;     ///< Its words unread; it has its own reader.
  bool prints_report = false; ///< Has --json.
  /// Takes the words that are no options; what is wrong, "" for nothing.
  std::function<std::string(invocation&, const std::vector<std::string>&)>
    take_words;
};

/// All commands, in the order of the overview.
const std::vector<command_spec>& command_table();

/// The entry of a command; nullptr for `none`.
const command_spec* find_command(command id);
const command_spec* find_command(std::string_view name);

/// The options every command but simulate knows; --json is not among them.
const std::vector<option_spec>& common_options();

/// `--json`, where a report is printed.
const option_spec& json_option();

} // namespace racefill
