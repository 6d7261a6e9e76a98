/// SIMULATE: the command that rehearses the Racing API on this machine.
#pragma once

#include <string>
#include <vector>

namespace racefill {

/// Runs `simulate` with the arguments that follow the command's name: serves
/// until SIGINT or SIGTERM, or prints the truth (`simulate truth …`). Returns
/// the exit status: 0, or 2 for a usage error, 1 when it cannot serve.
int simulate_command(const std::vector<std::string>& args);

} // namespace racefill
