#include "app/cli/cli_table_reports.hpp"

namespace racefill {
namespace {

/// `2024-03-01`, `2024-03-01..2024-03-09` or `2024-03-01..`.
std::string add_recheck(invocation& x, const std::string& value) {
  const auto dots = value.find("..");
  const auto first = parse_date(value.substr(0, dots)).value_or(date{});
  auto last = first;
  const bool is_range = dots != std::string::npos;
  const bool is_open = is_range && dots + 2 == value.size();
  if (is_range)
    last = is_open ? date{}
                   : parse_date(value.substr(dots + 2)).value_or(date{});
  if (!first.known() || (!is_open && !last.known())
      || (last.known() && last < first))
    return "must be DATE, DATE..DATE or DATE.., as in "
           "2024-03-01..2024-03-09";
  x.recheck.push_back({first, last});
  return {};
}

std::string set_month(invocation& x, const std::string& value) {
  if (value.size() != 7 || !parse_date(value + "-01"))
    return "must be YYYY-MM, as in 2024-03";
  x.month = value;
  return {};
}

} // namespace

option_spec gaps_option() {
  option_spec out;
  out.name = "--gaps";
  out.help = "only days that are missing or thin";
  out.apply = [](invocation& x, const std::string&) {
    x.gaps = true;
    return std::string{};
  };
  return out;
}

std::vector<option_spec> recheck_options() {
  option_spec recheck;
  recheck.name = "--recheck";
  recheck.argument = "DATE..";
  recheck.help = "ask settled days (DATE, DATE..DATE, DATE..) again and tell "
                 "what would change; repeatable";
  recheck.apply = add_recheck;
  option_spec apply;
  apply.name = "--apply";
  apply.help = "with --recheck: also write it";
  apply.apply = [](invocation& x, const std::string&) {
    x.apply = true;
    return std::string{};
  };
  return {recheck, apply};
}

std::vector<command_spec> make_maintenance_commands() {
  command_spec maintain;
  maintain.id = command::maintain;
  maintain.name = "maintain";
  maintain.summary = "archive old logs, show the database's growth";
  maintain.about
    = "Packs files of logs/ that nobody has written to for "
      "maintain.archive_days into logs/archive/. The checkpoint, the error "
      "file and the log in use stay. Notes the database's size, and shows how "
      "it has grown.";
  maintain.examples = {"racefill maintain",
                       "racefill maintain --set maintain.archive_days=7"};
  command_spec report;
  report.id = command::report;
  report.name = "report";
  report.summary = "one month: runs, days, rows, failures, growth";
  report.about = "What was done in a month, for those who were not there.";
  option_spec month;
  month.name = "--month";
  month.argument = "YYYY-MM";
  month.help = "which month (this one)";
  month.apply = set_month;
  report.options = {month};
  report.examples = {"racefill report",
                     "racefill report --month 2024-03 --json"};
  maintain.prints_report = true;
  report.prints_report = true;
  return {maintain, report};
}

std::string check_reports_together(const invocation& x) {
  if (x.apply && x.recheck.empty())
    return "--apply goes with --recheck DATE..";
  if (x.recheck.empty())
    return {};
  if (x.gaps || x.resume || x.test || x.retry != retry_scope::none)
    return "--recheck names its days itself; leave --gaps, --resume, --test "
           "and --retry out";
  for (const auto& flag : x.flags)
    if (flag.key == "run.start_date" || flag.key == "run.end_date")
      return "--recheck names its days itself; leave " + flag.label + " out";
  return {};
}

} // namespace racefill
