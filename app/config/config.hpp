/// CONFIG: from defaults, conf file, environment and command line to settings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <caf/error.hpp>
#include <caf/expected.hpp>

#include "app/config/settings.hpp"

namespace racefill {

/// Names and values of environment variables.
using environment = std::map<std::string, std::string>;

/// The environment of this process.
environment process_environment();

/// One setting from the command line.
struct setting_override {
  std::string key; ///< `gate.requests`.
  std::string value;
  std::string label; ///< How a person named it: `--set gate.requests`, `--db`.
};

/// All that settings are made from, weakest first.
struct config_sources {
  /// From --config; "" for $RACEFILL_CONFIG, else `system_file` if it exists.
  /// A conf file in the working directory is never picked up by surprise.
  std::string file;
  /// RACEFILL_CONFIG, RACEFILL_DB, RACEFILL_STATE_DIR, RACEFILL_LOG_LEVEL,
  /// RACING_API_BASE_URL, RACING_API_TIMEOUT and RACING_API_MAX_RETRIES are
  /// read; empty ones count as unset.
  environment env;
  /// --set, in the order given; the last of a key wins.
  std::vector<setting_override> sets;
  /// Flags of their own, such as --db.
  std::vector<setting_override> flags;
  /// --test: the range ends six days after its start.
  bool test_range = false;
  std::string system_file = "/etc/racefill/racefill.conf";
};

/// Reads, layers and checks everything. Faults: bad_settings, whose text has
/// one line for each thing that is wrong (all of them, not the first); no line
/// ever repeats a password. An explicitly named file must exist and hold
/// something.
caf::expected<settings> load_settings(const config_sources& sources);

/// A line for each variable that is nearly one of racefill's: it would not
/// count.
std::vector<std::string> misspelt_variables(const environment& env);

/// The conf file load_settings() reads; "" for none.
std::string conf_file_of(const config_sources& sources);

/// What is wrong between settings that are right one by one (an end before its
/// start, a reserve that leaves nothing); empty when all is well.
std::vector<std::string> validate(const settings& x);

/// Sets one key, as `ctl set` does. Faults: bad_settings; then `x` is as
/// before.
caf::error assign_setting(settings& x, const setting_override& change);

/// What differs between two settings.
struct settings_diff {
  std::vector<std::string> live;    ///< Keys a running service takes over.
  std::vector<std::string> restart; ///< Keys that need a restart.
};

/// Compares key by key, in the table's order.
settings_diff diff_reloadable(const settings& before, const settings& after);

/// The lines of an error's text, for printing one by one.
std::vector<std::string> error_lines(const caf::error& err);

/// `path` itself when absolute, else beneath state.dir; "" stays "".
std::string in_state_dir(const settings& x, const std::string& path);

} // namespace racefill
