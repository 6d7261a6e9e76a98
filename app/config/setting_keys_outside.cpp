#include "app/config/setting_key_kinds.hpp"

namespace racefill {
namespace {

using namespace setting_key_kinds;

void add_outside(std::vector<setting_key>& out) {
  using database = s::database_section;
  out.push_back(url<&s::database, &database::url>(
    "database.url", "sqlite:PATH or postgresql://USER@HOST:PORT/NAME",
    {"sqlite:", "postgresql://", "postgres://"},
    "The database, without a password."));
  out.push_back(text<&s::database, &database::password_file>(
    "database.password_file", "a file of mode 0600, or empty",
    "Holds the database password alone; empty: environment or pgpass."));
  out.push_back(number<&s::database, &database::statement_timeout_seconds>(
    "database.statement_timeout_seconds", 1, 3600, "seconds",
    "PostgreSQL gives up a statement after so long."));
  out.push_back(number<&s::database, &database::lock_timeout_seconds>(
    "database.lock_timeout_seconds", 1, 3600, "seconds",
    "PostgreSQL gives up waiting for a lock after so long."));
  using monitor = s::monitor_section;
  out.push_back(needed<&s::monitor, &monitor::host>(
    "monitor.host", "an address", {""},
    "The remote monitor listens on this address."));
  out.push_back(number<&s::monitor, &monitor::port>(
    "monitor.port", 0, 65535, "", "The remote monitor's port; 0 for none."));
  out.push_back(number<&s::monitor, &monitor::viewers_max>(
    "monitor.viewers_max", 1, 1000, "viewers",
    "Viewers at a time; those beyond are refused."));
  using page = s::page_section;
  out.push_back(needed<&s::page, &page::host>(
    "page.host", "an address", {""},
    "The status page and /metrics listen on this address."));
  out.push_back(number<&s::page, &page::port>(
    "page.port", 0, 65535, "", "The status page's port; 0 for none."));
  out.push_back(text<&s::page, &page::port_file>(
    "page.port_file", "a file, or empty",
    "The page's address is written here; then port 0 means any free port."));
}

void add_service(std::vector<setting_key>& out) {
  out.push_back(value<&s::log, &log_settings::level>(
    "log.level", "choice", "debug, info, warn, error or off",
    "The least level that is logged.", live));
  out.push_back(value<&s::log, &log_settings::format>(
    "log.format", "choice", "text or json",
    "The shape of a log line; json for machines."));
  out.push_back(text<&s::log, &log_settings::file>(
    "log.file", "a file, or empty",
    "Log here too; beneath state.dir unless absolute, empty for stderr only."));
  out.push_back(number<&s::log, &log_settings::rotate_mb>(
    "log.rotate_mb", 1, 4096, "MiB", "The log file is rotated at this size."));
  out.push_back(number<&s::log, &log_settings::rotate_files>(
    "log.rotate_files", 1, 1000, "files", "Rotated log files that are kept."));
  using supervisor = s::supervisor_section;
  out.push_back(number<&s::supervisor, &supervisor::restarts_max>(
    "supervisor.restarts_max", 0, 1000, "restarts",
    "Restarts of one actor within the window before the run gives up."));
  out.push_back(number<&s::supervisor, &supervisor::restarts_window_seconds>(
    "supervisor.restarts_window_seconds", 1, 86400, "seconds",
    "Length of that window."));
  out.push_back(needed<&s::state, &s::state_section::dir>(
    "state.dir", "a folder", {""}, "Holds logs/ and the checkpoint."));
  out.push_back(number<&s::drain, &s::drain_section::grace_seconds>(
    "drain.grace_seconds", 1, 3600, "seconds",
    "What is held is finished within this time, then the run stops.", live));
}

void add_serve(std::vector<setting_key>& out) {
  using serve = s::serve_section;
  out.push_back(toggle<&s::serve, &serve::upkeep>(
    "serve.upkeep",
    "After the range: today's and the next days' racecards, every day.", live));
  auto at = value<&s::serve, &serve::at>(
    "serve.at", "text", "HH:MM",
    "When upkeep begins, by the clocks of Europe/London.", live);
  at.assign = [](settings& all, std::string_view input) {
    return minute_of_day(input) >= 0 && read(input, all.serve.at);
  };
  out.push_back(std::move(at));
  out.push_back(number<&s::serve, &serve::every_hours>(
    "serve.every_hours", 1, 24, "hours",
    "Between two rounds of upkeep, counted from serve.at.", live));
  out.push_back(number<&s::serve, &serve::days_ahead>(
    "serve.days_ahead", 0, 14, "days",
    "Days after today whose racecards upkeep asks for.", live));
  out.push_back(toggle<&s::serve, &serve::gap_check>(
    "serve.gap_check",
    "Upkeep also asks for days whose rows have gone from the tables.", live));
  out.push_back(number<&s::serve, &serve::retry_minutes>(
    "serve.retry_minutes", 1, 1440, "minutes",
    "Wait before what failed is asked again; doubled each time, to a day.",
    live));
  auto command = value<&s::serve, &serve::on_event>(
    "serve.on_event", "text", "an absolute path, or empty",
    "A program run when a run ends, pauses or parks days; no shell.", live);
  command.assign = [](settings& all, std::string_view input) {
    return (input.empty() || input.front() == '/')
           && read(input, all.serve.on_event);
  };
  out.push_back(std::move(command));
  out.push_back(number<&s::serve, &serve::event_timeout_seconds>(
    "serve.event_timeout_seconds", 1, 3600, "seconds",
    "That program is killed after so long.", live));
}

} // namespace

void add_outside_keys(std::vector<setting_key>& out) {
  add_outside(out);
  add_service(out);
  add_serve(out);
}

} // namespace racefill
