/// CLI_TABLE_REPORTS: the entries of the commands and options that look after
/// what is there already.
#pragma once

#include <string>
#include <vector>

#include "app/cli/cli_table.hpp"

namespace racefill {

/// `--gaps`, of run and plan.
option_spec gaps_option();

/// `--recheck` and `--apply`, of run.
std::vector<option_spec> recheck_options();

/// `maintain` and `report`.
std::vector<command_spec> make_maintenance_commands();

/// Which of these do not go together; "" when all do.
std::string check_reports_together(const invocation& x);

} // namespace racefill
