/// CLI: the command line, strictly read into plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/expected.hpp>

#include "app/config/config.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// The first word after `racefill`.
enum class command : std::uint8_t {
  none, ///< `racefill --help` and `racefill --version` alone.
  run,
  serve,
  monitor,
  ctl,
  plan,
  analyze,
  validate,
  calendar,
  explain,
  maintain,
  report,
  migrate,
  simulate,
  check_config,
  verify_gate,
};

/// Which settled-looking days and parked horses are asked again.
enum class retry_scope : std::uint8_t { none, failed, empty, all };

/// What `ctl` asks the running service for.
enum class ctl_verb : std::uint8_t {
  none,
  pause,
  resume,
  drain,
  reload,
  set,
  retry
};

/// What `verify-gate` reads, and against which promise.
struct verify_options {
  std::vector<std::string> files;  ///< One log, in this order.
  std::int32_t requests = 2;       ///< --requests
  std::int32_t window_ms = 1'000;  ///< --window-ms
  gate_mode mode = gate_mode::ack; ///< --mode
};

/// Days named on the command line; the last one is not known for `DATE..`.
struct asked_days {
  date first;
  date last;
};

/// A command line that holds nothing but what its command knows.
struct invocation {
  racefill::command command = racefill::command::none;
  bool help = false;    ///< Print help_text(command) and exit 0.
  bool version = false; ///< Print version_text() and exit 0.

  // Common options.
  std::string config_file;             ///< --config
  std::vector<setting_override> sets;  ///< --set, checked by load_settings().
  std::vector<setting_override> flags; ///< Flags that stand for a conf key.
  bool json = false;                   ///< --json

  // run, plan, validate, calendar; the range itself is in `flags`.
  bool test = false;               ///< --test: seven days from the start.
  bool resume = false;             ///< --resume
  bool ask_before_history = false; ///< --ask-before-history
  bool accept_not_offered = false; ///< --accept-not-offered
  bool wait = false;               ///< --wait for the lease.
  bool non_interactive = false;    ///< --non-interactive
  retry_scope retry = retry_scope::none;
  bool gaps = false; ///< --gaps: only missing and thin days.

  // monitor and ctl.
  bool once = false;                  ///< --once
  std::int32_t interval_seconds = 60; ///< --interval
  std::string attach_host;            ///< --attach; "" for monitor.host.
  std::int32_t attach_port = 0;       ///< 0 for monitor.port.
  std::string client_file;            ///< --client; "" for the state directory.
  std::string export_client_file;     ///< --export-client

  // ctl.
  ctl_verb verb = ctl_verb::none;
  setting_override change;      ///< For `set`; key and value are checked.
  std::vector<date> retry_days; ///< For `retry`; empty means all failed ones.

  // One command each.
  std::string html_file;                 ///< --html; "" for the terminal.
  std::string junit_file;                ///< validate --junit; "" for none.
  std::vector<asked_days> recheck;       ///< run --recheck
  bool apply = false;                    ///< run --apply, of --recheck.
  std::string month;                     ///< report --month, `2024-03`.
  bool strict = false;                   ///< validate --strict
  bool repair = false;                   ///< validate --repair
  bool probe = false;                    ///< plan --probe
  std::vector<setting_override> what_if; ///< plan --what-if, unchecked keys.
  std::string subject;                   ///< explain: a day or a horse's id.
  bool check_only = false;               ///< migrate --check
  bool relax = false;                    ///< migrate --relax
  bool live = false;                     ///< check-config --live
  verify_options verify;
  std::vector<std::string> passed_on; ///< simulate: all of its arguments.
};

/// Reads the words after the program's name. Faults: bad_settings, whose text
/// is one line that says what is wrong and what to do; exit status 2. A
/// password among the words is refused and not repeated.
caf::expected<invocation>
parse_command_line(const std::vector<std::string>& words);

/// What load_settings() needs from a command line.
config_sources sources_of(const invocation& call, environment env);

/// The help of a command, of all for `none`: at most 80 columns.
std::string help_text(command x);

/// `racefill 0.1.0`.
std::string version_text();

/// The word for a command, `check-config`.
std::string to_string(command x);

} // namespace racefill
