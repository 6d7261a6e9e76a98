#include "app/rounds/round_range.hpp"

#include <algorithm>
#include <chrono>

#include "infra/files/checkpoint_file.hpp"
#include "infra/pure/instant.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

bool has_flag(const command_context& context, const std::string& key) {
  auto names_it = [&](const setting_override& x) { return x.key == key; };
  return std::any_of(context.call.flags.begin(), context.call.flags.end(),
                     names_it)
         || std::any_of(context.call.sets.begin(), context.call.sets.end(),
                        names_it);
}

// What a run has written of it into its own record.
std::string reopened_by(const std::string& stats) {
  static const std::string key = "\"reopened\":\"";
  const auto at = stats.find(key);
  if (at == std::string::npos)
    return {};
  const auto from = at + key.size();
  return stats.substr(from, stats.find('"', from) - from);
}

// A flag beside --resume may only say what is resumed anyway.
caf::error check_against_flags(const command_context& context,
                               const run_range& resumed) {
  const auto asked = range_of_conf(context.conf);
  auto differs = [&](const char* key, bool same) {
    return has_flag(context, key) && !same;
  };
  if (differs("run.start_date", asked.start == resumed.start)
      || differs("run.end_date", asked.end == resumed.end)
      || differs("run.order", asked.oldest_first == resumed.oldest_first))
    return caf::make_error(
      fault::bad_settings,
      "--resume continues " + to_string(resumed.start) + " to "
        + to_string(resumed.end) + ", "
        + (resumed.oldest_first ? "oldest" : "newest")
        + "-first; leave the other range out, or start a new run without "
          "--resume (settled days are never asked twice)");
  return {};
}

caf::expected<run_range> range_of_file(const command_context& context) {
  auto x = range_of_conf(context.conf);
  std::string note;
  const auto path = in_state_dir(context.conf, context.conf.checkpoint.file);
  auto image = load_checkpoint(path, &note);
  if (!image) {
    if (fault_of(image.error()) == fault::files_refused) {
      x.note = "no run in the ledger and no checkpoint file: starting from "
               "what the data shows";
      return x;
    }
    return caf::make_error(fault::bad_settings,
                           describe(image.error())
                             + "; move the file away to start from the data");
  }
  if (image->start.known() && image->end.known()) {
    x.start = image->start;
    x.end = image->end;
    x.oldest_first = image->order == "oldest-first";
  }
  // Only our own file proves anything: the old job counted failures as done.
  if (!image->run_id.empty())
    x.known_empty = image->empty_dates;
  x.start_time = image->start_time;
  x.note = "restored from " + path + (note.empty() ? "" : " (" + note + ")");
  return x;
}

} // namespace

run_range range_of_conf(const settings& conf) {
  run_range x;
  x.start = conf.run.start_date;
  x.end = conf.run.end_date.known() ? conf.run.end_date : today_in_london();
  x.oldest_first = conf.run.order == run_order::oldest_first;
  return x;
}

std::string reopened_text(const day_plan_request& plan) {
  std::string text;
  if (plan.retry_all)
    text = "all";
  else if (plan.retry_empty)
    text = "empty";
  if (plan.ask_before_history)
    text += (text.empty() ? "" : " ") + std::string("history");
  return text;
}

date today_in_london() {
  return london_date(std::chrono::system_clock::now());
}

caf::expected<run_range> choose_range(const command_context& context,
                                      record_store& store) {
  if (!context.call.resume)
    return range_of_conf(context.conf);
  auto last = store.load_last_run();
  if (!last)
    return std::move(last.error());
  caf::expected<run_range> x = run_range{};
  if (last->run_id.empty()) {
    x = range_of_file(context);
    if (!x)
      return x;
  } else {
    x->start = last->start;
    x->end = last->end;
    x->oldest_first = last->order == "oldest-first";
    x->start_time = last->started_at;
    if (last->outcome != "finished")
      x->reopened = reopened_by(last->stats);
    x->note = "resuming run " + last->run_id;
  }
  if (auto err = check_against_flags(context, *x))
    return err;
  return x;
}

} // namespace racefill
