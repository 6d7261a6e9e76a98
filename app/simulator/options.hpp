/// SIMULATE OPTIONS: the command line of `simulate`, read and checked.
#pragma once

#include <string>
#include <vector>

#include "app/simulator/server.hpp"
#include "app/simulator/world.hpp"

namespace racefill {

/// Everything that `simulate` can be told.
struct simulate_options {
  bool help = false;
  bool truth = false;
  sim::world_options world;
  sim::server_settings server;
  std::string fixtures_dir;
  bool verbatim = false;
  std::string port_file;
  // truth
  date from;
  date to;
  bool fast = false;
  date profile_date;
};

/// Reads the arguments; user and password come from SIM_USERNAME and
/// SIM_PASSWORD. Throws std::invalid_argument with one line for people.
simulate_options read_simulate_options(const std::vector<std::string>& args);

/// What --help prints.
std::string simulate_help();

} // namespace racefill
