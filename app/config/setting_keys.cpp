#include "app/config/setting_keys.hpp"

#include <type_traits>

#include "app/config/setting_key_kinds.hpp"
#include "app/config/setting_values.hpp"

namespace racefill {
namespace {

using namespace setting_key_kinds;

void add_api(std::vector<setting_key>& out) {
  using api = s::api_section;
  out.push_back(url<&s::api, &api::url>(
    "api.url", "https://HOST or http://HOST", {"https://", "http://"},
    "Where the API lives, without /v1."));
  out.push_back(value<&s::api, &api::regions>(
    "api.regions", "list", "region codes between commas, as in gb, ire",
    "Regions whose races are asked for."));
  out.push_back(number<&s::api, &api::page_limit>(
    "api.page_limit", 1, 500, "races", "Races asked for a page."));
  out.push_back(text<&s::api, &api::ca_file>(
    "api.ca_file", "a PEM file, or empty",
    "Certificates trusted instead of the system's; empty for the system's."));
  out.push_back(text<&s::api, &api::credentials_file>(
    "api.credentials_file", "a file of mode 0600, or empty",
    "Holds the lines username=... and password=...; empty: environment only."));
  out.push_back(toggle<&s::api, &api::keep_odds>(
    "api.keep_odds", "Store the odds of each runner, 71 % of the bytes."));
  out.push_back(toggle<&s::api, &api::keep_editorial>(
    "api.keep_editorial", "Store tips, verdicts and betting forecasts."));
  auto bookmakers = value<&s::api, &api::bookmakers>(
    "api.bookmakers", "list", "names between commas, as in Tote, Bet UK",
    "Bookmakers listed in ra_bookmakers besides the 19 well-known ones.");
  bookmakers.assign = [](settings& all, std::string_view input) {
    return read_names(input, all.api.bookmakers);
  };
  out.push_back(std::move(bookmakers));
  using provider = s::provider_section;
  auto start = value<&s::provider, &provider::history_start>(
    "provider.history_start", "date", "YYYY-MM-DD",
    "An empty answer for a day before this one means: not offered.");
  start.assign = [](settings& all, std::string_view input) {
    return !input.empty() && read(input, all.provider.history_start);
  };
  out.push_back(std::move(start));
  out.push_back(number<&s::provider, &provider::not_offered_run>(
    "provider.not_offered_run", 1, 10000, "days",
    "So many days not offered in a row, and no earlier one is asked for."));
}

void add_guard(std::vector<setting_key>& out) {
  using guard = s::guard_section;
  out.push_back(toggle<&s::guard, &guard::enabled>(
    "guard.enabled", "Halt a run before it writes what cannot be true."));
  out.push_back(number<&s::guard, &guard::empty_days>(
    "guard.empty_days", 0, 1000, "days",
    "So many racing days in a row without racing halt the run; 0 for off."));
  out.push_back(number<&s::guard, &guard::null_percent>(
    "guard.null_percent", 0, 99, "percent",
    "A field that is always there may be missing in so many; 0 for off."));
  out.push_back(number<&s::guard, &guard::short_percent>(
    "guard.short_percent", 0, 99, "percent",
    "Races of a day that may lack a quarter of their runners; 0 for off."));
  out.push_back(number<&s::guard, &guard::field_percent>(
    "guard.field_percent", 0, 99, "percent",
    "A day's average field is at least this of the usual one; 0 for off."));
  out.push_back(number<&s::guard, &guard::broken_days>(
    "guard.broken_days", 0, 1000, "days",
    "So many unreadable days in a row halt the run; 0 for off."));
  out.push_back(number<&s::guard, &guard::disagree_percent>(
    "guard.disagree_percent", 0, 99, "percent",
    "Profiles that may contradict their racecards; 0 for off."));
  out.push_back(number<&s::guard, &guard::refused_in_a_row>(
    "guard.refused_in_a_row", 0, 1000, "refusals",
    "So many alike (404, 422, 308 ...) in a row stop such calls; 0 for off."));
}

void add_maintain(std::vector<setting_key>& out) {
  using maintain = s::maintain_section;
  out.push_back(number<&s::maintain, &maintain::archive_days>(
    "maintain.archive_days", 1, 36500, "days",
    "Files of logs/ untouched for so long are archived by maintain."));
  out.push_back(number<&s::maintain, &maintain::keep_days>(
    "maintain.keep_days", 0, 36500, "days",
    "Archived files are deleted after so long; 0 for never."));
}

void add_gate(std::vector<setting_key>& out) {
  using gate = s::gate_section;
  out.push_back(number<&s::gate, &gate::requests>(
    "gate.requests", 1, 1000, "requests",
    "Requests the account allows in a window.", live));
  out.push_back(number<&s::gate, &gate::window_seconds>(
    "gate.window_seconds", 1, 3600, "seconds", "Length of the window.", live));
  out.push_back(value<&s::gate, &gate::mode>(
    "gate.mode", "choice", "ack, reply or paced",
    "What frees a slot: the kernel's acknowledgement, the reply, or time.",
    live));
  out.push_back(number<&s::gate, &gate::guard_ms>(
    "gate.guard_ms", 0, 10000, "milliseconds",
    "Added to the window for the server's own scheduling.", live));
  out.push_back(
    number<&s::gate, &gate::reserve>("gate.reserve", 0, 999, "requests",
                                     "Left of each window to others with the "
                                     "account; 0 refuses them on this host.",
                                     live));
  out.push_back(number<&s::gate, &gate::racecards_per_second>(
    "gate.racecards_per_second", 0, 1000, "requests",
    "Racecard requests in a second; 0 for the account's limit alone.", live));
  out.push_back(number<&s::gate, &gate::horses_per_second>(
    "gate.horses_per_second", 0, 1000, "requests",
    "Horse requests in a second; 0 for the account's limit alone.", live));
  out.push_back(number<&s::gate, &gate::courses_per_second>(
    "gate.courses_per_second", 0, 1000, "requests",
    "Course requests in a second; 0 for the account's limit alone.", live));
  out.push_back(number<&s::gate, &gate::ip_requests>(
    "gate.ip_requests", 1, 100000, "requests",
    "Requests the provider's edge allows one address in its window.", live));
  out.push_back(number<&s::gate, &gate::ip_window_seconds>(
    "gate.ip_window_seconds", 1, 3600, "seconds",
    "Length of the edge's window.", live));
  out.push_back(number<&s::gate, &gate::waiting_max>(
    "gate.waiting_max", 1, 10000, "callers",
    "Callers the gate lets wait; those beyond are refused."));
  out.push_back(number<&s::gate, &gate::retry_after_max_seconds>(
    "gate.retry_after_max_seconds", 1, 86400, "seconds",
    "A longer Retry-After is taken as this."));
  out.push_back(number<&s::gate, &gate::retry_budget_percent>(
    "gate.retry_budget_percent", 0, 100, "percent",
    "Retries allowed, as a share of the last five minutes' requests."));
  out.push_back(number<&s::gate, &gate::retry_budget_floor>(
    "gate.retry_budget_floor", 0, 10000, "requests",
    "Retries always allowed in five minutes, whatever the share."));
  out.push_back(number<&s::gate, &gate::breaker_failures>(
    "gate.breaker_failures", 1, 1000, "requests",
    "Failures in a row that open the circuit breaker."));
  out.push_back(number<&s::gate, &gate::breaker_probe_seconds>(
    "gate.breaker_probe_seconds", 1, 3600, "seconds",
    "An open breaker tries one request after so long."));
  out.push_back(toggle<&s::gate, &gate::log>(
    "gate.log", "Write each send and reply down, for verify-gate."));
  out.push_back(needed<&s::gate, &gate::log_file>(
    "gate.log_file", "a file", {""},
    "Where, beneath state.dir; at 64 MB it moves to the same name with .1."));
}

void add_work(std::vector<setting_key>& out) {
  using http = s::http_section;
  out.push_back(number<&s::http, &http::deadline_seconds>(
    "http.deadline_seconds", 1, 600, "seconds",
    "For one whole exchange, connecting and dripping included."));
  out.push_back(number<&s::http, &http::attempts>(
    "http.attempts", 1, 20, "attempts",
    "Tries a request gets before its day or horse is parked."));
  out.push_back(number<&s::http, &http::backoff_initial_ms>(
    "http.backoff_initial_ms", 1, 600000, "milliseconds",
    "Wait after the first failed attempt; doubled after each further one."));
  out.push_back(number<&s::http, &http::backoff_max_ms>(
    "http.backoff_max_ms", 1, 3600000, "milliseconds",
    "The longest wait between two attempts."));
  using concurrency = s::concurrency_section;
  out.push_back(number<&s::concurrency, &concurrency::racecard_fetchers>(
    "concurrency.racecard_fetchers", 1, 64, "workers",
    "Days fetched at a time.", live));
  out.push_back(number<&s::concurrency, &concurrency::enrichers>(
    "concurrency.enrichers", 1, 64, "workers", "Horses fetched at a time.",
    live));
  out.push_back(number<&s::concurrency, &concurrency::writers>(
    "concurrency.writers", 1, 16, "sessions",
    "Database sessions that write; SQLite uses one.", live));
  using writer = s::writer_section;
  out.push_back(number<&s::writer, &writer::batch_rows>(
    "writer.batch_rows", 1, 10000, "rows",
    "Rows held before they are written in one transaction.", live));
  out.push_back(number<&s::writer, &writer::batch_age_ms>(
    "writer.batch_age_ms", 1, 60000, "milliseconds",
    "Rows held this long are written, however few.", live));
  using checkpoint = s::checkpoint_section;
  out.push_back(number<&s::checkpoint, &checkpoint::every_days>(
    "checkpoint.every_days", 1, 10000, "days",
    "Days of data between two writes of the checkpoint file."));
  out.push_back(needed<&s::checkpoint, &checkpoint::file>(
    "checkpoint.file", "a file", {""},
    "The checkpoint for people and jq; beneath state.dir unless absolute."));
  out.push_back(needed<&s::checkpoint, &checkpoint::errors_file>(
    "checkpoint.errors_file", "a file", {""},
    "All errors, a JSON array; beneath state.dir unless absolute."));
  using run = s::run_section;
  auto first = value<&s::run, &run::start_date>(
    "run.start_date", "date", "YYYY-MM-DD", "First day of the range.");
  first.assign = [](settings& all, std::string_view input) {
    return !input.empty() && read(input, all.run.start_date);
  };
  out.push_back(std::move(first));
  out.push_back(value<&s::run, &run::end_date>(
    "run.end_date", "date", "YYYY-MM-DD, or empty",
    "Last day of the range; empty for today in Europe/London."));
  out.push_back(value<&s::run, &run::order>("run.order", "choice",
                                            "newest-first or oldest-first",
                                            "Which days come first."));
  out.push_back(toggle<&s::run, &run::fast>(
    "run.fast", "Leave out the calls for horses; a later run makes them."));
}

std::vector<setting_key> make_keys() {
  std::vector<setting_key> out;
  add_api(out);
  add_guard(out);
  add_maintain(out);
  add_gate(out);
  add_work(out);
  add_outside_keys(out);
  return out;
}

} // namespace

const std::vector<setting_key>& setting_keys() {
  static const auto keys = make_keys();
  return keys;
}

const setting_key* find_setting_key(std::string_view name) {
  for (const auto& key : setting_keys())
    if (key.name == name)
      return &key;
  return nullptr;
}

const std::vector<std::string>& setting_names() {
  static const auto names = [] {
    std::vector<std::string> out;
    for (const auto& key : setting_keys())
      out.push_back(key.name);
    return out;
  }();
  return names;
}

std::string_view section_of(std::string_view key) {
  return key.substr(0, key.find('.'));
}

} // namespace racefill
