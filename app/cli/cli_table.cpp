#include "app/cli/cli_table.hpp"

#include "app/cli/cli_table_parts.hpp"
#include "app/cli/cli_table_reports.hpp"
#include "app/config/setting_values.hpp"

namespace racefill {
namespace {

using words = std::vector<std::string>;

std::string set_retry(invocation& x, const std::string& value) {
  if (value == "failed")
    x.retry = retry_scope::failed;
  else if (value == "empty")
    x.retry = retry_scope::empty;
  else if (value == "all")
    x.retry = retry_scope::all;
  else
    return "must be failed, empty or all";
  return {};
}

std::string set_html(invocation& x, const std::string& value) {
  x.html_file = value;
  return {};
}

std::string set_junit(invocation& x, const std::string& value) {
  x.junit_file = value;
  return {};
}

/// The keys of `plan --what-if`; their values are checked here.
std::string add_what_if(invocation& x, const std::string& value) {
  const auto equals = value.find('=');
  const auto key = value.substr(0, equals);
  const auto given = equals == std::string::npos ? std::string{}
                                                 : value.substr(equals + 1);
  std::int32_t number = 0;
  const bool counts = read(given, number) && number >= 1 && number <= 1000;
  if (key == "rate" || key == "accounts") {
    if (!counts)
      return key + " must be 1 to 1000";
  } else if (key == "fast") {
    if (given != "true" && given != "false")
      return "fast must be true or false";
  } else if (key == "years") {
    std::int32_t last = 0;
    const auto dash = given.find('-');
    const auto tail = dash == std::string::npos ? given
                                                : given.substr(dash + 1);
    if (!read(given.substr(0, dash), number) || !read(tail, last)
        || number < 1900 || last > 2200 || last < number)
      return "years must be YEAR or YEAR-YEAR, as in 2023-2025";
  } else {
    return "must be rate=N, accounts=N, fast=true or years=2023-2025";
  }
  x.what_if.push_back(setting_override{key, given, "--what-if " + key});
  return {};
}

option_spec start_date() {
  return keyed("--start-date", "DATE", "first day (2015-01-01)",
               "run.start_date");
}

option_spec end_date() {
  return keyed("--end-date", "DATE", "last day (today in Europe/London)",
               "run.end_date");
}

option_spec retry() {
  return with_value("--retry", "WHAT",
                    "ask days again: failed (as always), empty or all",
                    set_retry);
}

std::vector<option_spec> range_options() {
  return {
    gaps_option(),
    start_date(),
    end_date(),
    toggle<&invocation::test>("--test", "seven days from the first one only"),
    keyed("--fast", "", "leave out the calls for horses", "run.fast"),
    keyed("--order", "ORDER", "newest-first or oldest-first (newest-first)",
          "run.order"),
    retry(),
    toggle<&invocation::ask_before_history>(
      "--ask-before-history",
      "ask for every day before provider.history_start"),
  };
}

command_spec make_run() {
  auto out
    = make(command::run, "run", "back-fill a range of days, with progress",
           "Fetches what the ledger does not know yet and writes it down. Stop "
           "it at any time with Ctrl-C, or kill it: the next run goes on where "
           "it stood. Above 100 days it shows the calls, hours and bytes and "
           "asks first.");
  out.options = range_options();
  out.options.push_back(accept_not_offered());
  out.options.push_back(toggle<&invocation::resume>(
    "--resume", "range, order and statistics of the last run"));
  out.options.push_back(keyed("--checkpoint-file", "FILE",
                              "where the checkpoint is written",
                              "checkpoint.file"));
  out.options.push_back(toggle<&invocation::wait>(
    "--wait", "wait while another run holds the lease"));
  out.options.push_back(toggle<&invocation::non_interactive>(
    "--non-interactive", "never ask; for scripts and services"));
  for (auto& option : recheck_options())
    out.options.push_back(std::move(option));
  out.prints_report = true;
  out.examples = {
    "racefill run --test",
    "racefill run --start-date 2024-01-01 --end-date 2024-12-31",
    "racefill run --resume --non-interactive",
    "racefill run --fast --db postgresql://me@host/racing",
  };
  return out;
}

std::string take_subject(invocation& x, const words& given) {
  if (given.size() != 1 || given[0].empty())
    return "explain needs one day (2024-01-31) or one horse (hrs_123)";
  const auto& word = given[0];
  const bool is_date_like = word.find_first_not_of("0123456789-")
                            == std::string::npos;
  if (is_date_like && !parse_date(word))
    return "explain " + word + ": no such day; use YYYY-MM-DD";
  x.subject = word;
  return {};
}

std::vector<command_spec> make_reports() {
  auto plan = make(command::plan, "plan",
                   "what a run would do; asks nothing of the API",
                   "Days, calls, hours and bytes by year, and a reason for "
                   "each day that would be left out.");
  plan.options = range_options();
  plan.options.push_back(with_value(
    "--what-if", "KEY=VALUE",
    "one of rate, accounts, fast, years to try; repeatable", add_what_if));
  plan.options.push_back(toggle<&invocation::probe>(
    "--probe", "find the provider's first day with at most 15 calls"));
  plan.examples = {"racefill plan --start-date 2015-01-01",
                   "racefill plan --what-if rate=5 --what-if years=2023-2025"};
  auto analyze = make(command::analyze, "analyze",
                      "what the tables hold, by table and year, and gaps",
                      "Counts, coverage, gaps and an estimate of what is "
                      "left.");
  analyze.examples = {"racefill analyze --json | jq .runner_coverage"};
  auto validate = make(command::validate, "validate",
                       "the checks that prove a back-fill complete",
                       "Five queries and eight criteria; exit 0 only if all "
                       "pass.");
  validate.options = {
    start_date(),
    end_date(),
    accept_not_offered(),
    toggle<&invocation::strict>("--strict", "warnings fail too"),
    with_value("--html", "FILE", "also write a page", set_html),
    with_value("--junit", "FILE", "also write JUnit XML", set_junit),
    toggle<&invocation::repair>(
      "--repair", "enter exactly what failed as pending, for the next run"),
  };
  validate.examples = {"racefill validate && echo complete",
                       "racefill validate --repair; racefill run"};
  auto calendar = make(command::calendar, "calendar",
                       "the coverage calendar, a cell a day",
                       "In the terminal, or as one HTML file.");
  calendar.options
    = {start_date(), end_date(),
       with_value("--html", "FILE", "write a page instead", set_html)};
  calendar.examples = {"racefill calendar --html coverage.html"};
  auto explain = make(command::explain, "explain",
                      "the whole life of one day or one horse",
                      "Every attempt, outcome and reason the ledger knows.");
  explain.words = "DAY|HORSE";
  explain.take_words = take_subject;
  explain.examples = {"racefill explain 2024-03-01",
                      "racefill explain hrs_6181308"};
  std::vector<command_spec> out{plan, analyze, validate, calendar, explain};
  for (auto& entry : out)
    entry.prints_report = true;
  return out;
}

std::vector<command_spec> make_table() {
  std::vector<command_spec> out{make_run(), make_serve(), make_monitor(),
                                make_ctl()};
  for (auto&& part :
       {make_reports(), make_maintenance_commands(), make_upkeep()})
    out.insert(out.end(), part.begin(), part.end());
  return out;
}

std::string set_config(invocation& x, const std::string& value) {
  x.config_file = value;
  return {};
}

std::string add_set(invocation& x, const std::string& value) {
  const auto equals = value.find('=');
  if (equals == std::string::npos || equals == 0)
    return "must be KEY=VALUE, as in --set gate.requests=1";
  auto key = value.substr(0, equals);
  x.sets.push_back(
    setting_override{key, value.substr(equals + 1), "--set " + key});
  return {};
}

} // namespace

const std::vector<command_spec>& command_table() {
  static const auto table = make_table();
  return table;
}

const command_spec* find_command(command id) {
  for (const auto& entry : command_table())
    if (entry.id == id)
      return &entry;
  return nullptr;
}

const command_spec* find_command(std::string_view name) {
  for (const auto& entry : command_table())
    if (entry.name == name)
      return &entry;
  return nullptr;
}

const std::vector<option_spec>& common_options() {
  static const std::vector<option_spec> options{
    with_value("--config", "FILE",
               "conf file (/etc/racefill/racefill.conf if it exists)",
               set_config),
    keyed("--db", "URL", "sqlite:PATH or postgresql://USER@HOST:PORT/NAME",
          "database.url"),
    keyed("--api-url", "URL", "where the API lives", "api.url"),
    keyed("--state-dir", "DIR", "holds logs/ and the checkpoint (.)",
          "state.dir"),
    with_value("--set", "KEY=VALUE", "any key of the conf file; repeatable",
               add_set),
    keyed("--log-level", "LEVEL", "debug, info, warn, error or off (info)",
          "log.level"),
  };
  return options;
}

const option_spec& json_option() {
  static const auto option = toggle<&invocation::json>(
    "--json", "the report as JSON, where there is one");
  return option;
}

} // namespace racefill
