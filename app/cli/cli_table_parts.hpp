/// CLI_TABLE_PARTS: what the entries of the command table are made of.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/cli_table.hpp"

namespace racefill {

/// A switch of one command.
template <auto Member>
option_spec toggle(std::string name, std::string help) {
  option_spec out;
  out.name = std::move(name);
  out.help = std::move(help);
  out.apply = [](invocation& x, const std::string&) {
    x.*Member = true;
    return std::string{};
  };
  return out;
}

/// An option that stands for a conf key, or a switch that sets it to true.
inline option_spec keyed(std::string name, std::string argument,
                         std::string help, std::string key) {
  option_spec out;
  out.name = std::move(name);
  out.argument = std::move(argument);
  out.help = std::move(help);
  out.key = std::move(key);
  return out;
}

inline option_spec
with_value(std::string name, std::string argument, std::string help,
           std::function<std::string(invocation&, const std::string&)> apply) {
  auto out = keyed(std::move(name), std::move(argument), std::move(help), {});
  out.apply = std::move(apply);
  return out;
}

/// A command without options yet.
inline command_spec make(command id, std::string name, std::string summary,
                         std::string about) {
  command_spec out;
  out.id = id;
  out.name = std::move(name);
  out.summary = std::move(summary);
  out.about = std::move(about);
  return out;
}

/// Of run and serve.
inline option_spec accept_not_offered() {
  return toggle<&invocation::accept_not_offered>(
    "--accept-not-offered", "count days the provider does not offer as "
                            "settled");
}

/// What surrounds a back-fill: migrate, simulate, check-config, verify-gate.
std::vector<command_spec> make_upkeep();

/// The commands around a running service.
command_spec make_serve();
command_spec make_monitor();
command_spec make_ctl();

} // namespace racefill
