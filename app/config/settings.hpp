/// Every setting of racefill as plain data, a struct a section of the conf
/// file. The key of a member is `section.member`; app/config/setting_keys.cpp
/// holds its range and unit. Nobody but app/ reads this: actors get their own
/// structs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/log/log.hpp"
#include "messages/date.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// In which order the days of a run are asked for.
enum class run_order : std::uint8_t { newest_first, oldest_first };

struct settings {
  struct api_section {
    /// Where the API lives, without `/v1`.
    std::string url = "https://api.theracingapi.com";
    /// Regions whose races are asked for.
    std::vector<std::string> regions{"gb", "ire"};
    /// Races asked for a page; the provider's most is 500.
    std::int32_t page_limit = 500;
    /// Certificates trusted instead of the system's; "" for the system's.
    std::string ca_file;
    /// Username and password, mode 0600; "" for the environment alone.
    std::string credentials_file;
    /// Store the odds of each runner: 71 % of the bytes.
    bool keep_odds = false;
    /// Store tips, verdicts and forecasts.
    bool keep_editorial = true;
    /// Bookmakers listed besides the well-known ones.
    std::vector<std::string> bookmakers;
  };

  struct provider_section {
    /// Before this day an empty answer means: not offered.
    date history_start{19380}; // 2023-01-23
    /// So many not offered in a row, and the rest is not asked for.
    std::int32_t not_offered_run = 30;
  };

  struct guard_section {
    /// Halt the run before it writes what cannot be true.
    bool enabled = true;
    /// Racing days without racing, in a row, that cannot be true.
    std::int32_t empty_days = 2;
    /// Share of a field that is always there and may be missing.
    std::int32_t null_percent = 50;
    /// Share of a day's races that may have far fewer runners than declared.
    std::int32_t short_percent = 65;
    /// A day's average field, of the usual one, at least.
    std::int32_t field_percent = 60;
    /// Days in a row that cannot be read.
    std::int32_t broken_days = 5;
    /// Share of profiles that may contradict their racecards.
    std::int32_t disagree_percent = 30;
    /// Refusals alike, in a row, that halt one kind of call.
    std::int32_t refused_in_a_row = 5;
  };

  struct maintain_section {
    /// Files of logs/ that nobody has written to for so long are archived.
    std::int32_t archive_days = 30;
    /// Archived files are deleted after so long; 0 for never.
    std::int32_t keep_days = 0;
  };

  struct gate_section {
    /// Requests the account allows in a window.
    std::int32_t requests = 2;
    /// Length of the window.
    std::int32_t window_seconds = 1;
    /// What frees a slot.
    gate_mode mode = gate_mode::ack;
    /// Added to the window for the server's own scheduling.
    std::int32_t guard_ms = 5;
    /// Requests of each window left to other programs of the account.
    std::int32_t reserve = 0;
    /// Racecard requests in a second; 0 for the account's limit alone.
    std::int32_t racecards_per_second = 0;
    /// Horse requests in a second; 0 for the account's limit alone.
    std::int32_t horses_per_second = 0;
    /// Course requests in a second; 0 for the account's limit alone.
    std::int32_t courses_per_second = 0;
    /// Requests the provider's edge allows this address in its own window.
    std::int32_t ip_requests = 100;
    /// Length of that window.
    std::int32_t ip_window_seconds = 10;
    /// Callers the gate lets wait; those beyond are refused.
    std::int32_t waiting_max = 64;
    /// A longer Retry-After is taken as this.
    std::int32_t retry_after_max_seconds = 900;
    /// Retries allowed, of all requests of the last five minutes.
    std::int32_t retry_budget_percent = 10;
    /// Retries always allowed in five minutes, whatever the share.
    std::int32_t retry_budget_floor = 10;
    /// Failures in a row that open the circuit breaker.
    std::int32_t breaker_failures = 10;
    /// An open breaker tries one call after so long.
    std::int32_t breaker_probe_seconds = 30;
    /// Write each send and reply down, for verify-gate.
    bool log = false;
    /// Where, beneath state.dir; at 64 MB it moves to the same name with .1.
    std::string log_file = "logs/gate.jsonl";
  };

  struct http_section {
    /// For one whole exchange, connecting and dripping included.
    std::int32_t deadline_seconds = 30;
    /// Tries a request gets before its day or horse is parked.
    std::int32_t attempts = 5;
    /// Wait after the first failed attempt; doubled after each further one.
    std::int32_t backoff_initial_ms = 1000;
    /// The longest wait between two attempts.
    std::int32_t backoff_max_ms = 60000;
  };

  struct concurrency_section {
    /// Days fetched at a time.
    std::int32_t racecard_fetchers = 4;
    /// Horses fetched at a time.
    std::int32_t enrichers = 6;
    /// Database sessions that write; SQLite uses one.
    std::int32_t writers = 1;
  };

  struct writer_section {
    /// Rows held before they are written in one transaction.
    std::int32_t batch_rows = 500;
    /// Rows held this long are written, however few.
    std::int32_t batch_age_ms = 1000;
  };

  struct checkpoint_section {
    /// Days of data between two writes of the checkpoint file.
    std::int32_t every_days = 10;
    /// For people and jq; beneath state.dir unless absolute.
    std::string file = "logs/backfill_all_tables_checkpoint.json";
    /// A JSON array of all errors; beneath state.dir unless absolute.
    std::string errors_file = "logs/backfill_all_tables_errors.json";
  };

  struct run_section {
    /// First day of the range.
    date start_date{16436}; // 2015-01-01
    /// Last day of the range; not known: today in Europe/London.
    date end_date;
    /// Which days come first.
    run_order order = run_order::newest_first;
    /// Leave out the calls for horses; a later run makes them.
    bool fast = false;
  };

  struct database_section {
    /// `sqlite:PATH` or `postgresql://user@host:port/name`, without password.
    std::string url = "sqlite:racefill.db";
    /// The database password alone, mode 0600; "" for the environment or
    /// pgpass.
    std::string password_file;
    /// PostgreSQL gives up a statement after so long.
    std::int32_t statement_timeout_seconds = 60;
    /// PostgreSQL gives up waiting for a lock after so long.
    std::int32_t lock_timeout_seconds = 10;
  };

  struct monitor_section {
    /// The remote monitor listens on this address.
    std::string host = "127.0.0.1";
    /// The remote monitor's port; 0 for none.
    std::int32_t port = 0;
    /// Viewers at a time.
    std::int32_t viewers_max = 64;
  };

  struct page_section {
    /// The status page and /metrics listen on this address.
    std::string host = "127.0.0.1";
    /// Their port; 0 for none.
    std::int32_t port = 0;
    /// The page's address is written here; then port 0 means any free port.
    std::string port_file;
  };

  struct supervisor_section {
    /// Restarts of one actor within the window before the run gives up.
    std::int32_t restarts_max = 5;
    /// Length of that window.
    std::int32_t restarts_window_seconds = 60;
  };

  struct state_section {
    /// Holds logs/ and the checkpoint.
    std::string dir = ".";
  };

  struct drain_section {
    /// What is held is finished within this time, then the run stops.
    std::int32_t grace_seconds = 30;
  };

  struct serve_section {
    /// After the range: today's and the next days' racecards, again and again.
    bool upkeep = true;
    /// When upkeep begins, HH:MM by the clocks of Europe/London.
    std::string at = "06:00";
    /// Hours between two rounds of upkeep, counted from then.
    std::int32_t every_hours = 24;
    /// Days after today whose racecards upkeep asks for.
    std::int32_t days_ahead = 1;
    /// Each upkeep also asks for days whose rows have gone from the tables.
    bool gap_check = true;
    /// Wait before what failed is asked again; doubled each time, up to a day.
    std::int32_t retry_minutes = 60;
    /// A program run when a run ends, pauses or parks days; "" for none.
    std::string on_event;
    /// That program is killed after so long.
    std::int32_t event_timeout_seconds = 60;
  };

  api_section api;
  provider_section provider;
  guard_section guard;
  maintain_section maintain;
  gate_section gate;
  http_section http;
  concurrency_section concurrency;
  writer_section writer;
  checkpoint_section checkpoint;
  run_section run;
  database_section database;
  monitor_section monitor;
  page_section page;
  log_settings log;
  supervisor_section supervisor;
  state_section state;
  drain_section drain;
  serve_section serve;
};

} // namespace racefill
