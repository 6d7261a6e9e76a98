#include "app/commands/probe_history.hpp"

#include <chrono>
#include <thread>

#include "app/commands/report_scope.hpp"
#include "app/print/json_report.hpp"
#include "app/rounds/lone_call.hpp"

namespace racefill {
namespace {

constexpr int calls_max = 15;

/// Asks days for the bisection, each call a whole window after the last reply.
class history_probe {
public:
  history_probe(live_api live, const command_context& context)
    : live_(std::move(live)), pause_(context.conf.gate.window_seconds) {
  }

  /// Whether the provider has races on the day. Faults: those of the call.
  caf::expected<bool> has_races(date day) {
    if (calls_ > 0)
      std::this_thread::sleep_for(pause_);
    ++calls_;
    const auto reply = call_once(live_, live_.api->racecards(day, 0));
    if (!reply)
      return reply.error();
    const auto err = error_of(*reply, "racecards " + to_string(day));
    const auto reason = fault_of(err);
    // Before its history the provider may answer so, instead of an empty page.
    if (reason == fault::not_found || reason == fault::invalid_request)
      return false;
    if (err)
      return err;
    const auto extent = live_.api->racecards_extent(reply->body);
    if (!extent)
      return extent.error();
    return extent->total > 0;
  }

  bool may_ask() const noexcept {
    return calls_ < calls_max;
  }

  int calls() const noexcept {
    return calls_;
  }

private:
  live_api live_;
  std::chrono::seconds pause_;
  int calls_ = 0;
};

/// The Saturday on or before a day, but none of spring 2020, when racing in
/// both countries stood still.
date sure_racing_day(date day) {
  const auto weekday = std::chrono::weekday{day.sys()};
  const auto saturday
    = day + -static_cast<int>((weekday - std::chrono::Saturday).count());
  const auto still_from = *parse_date("2020-03-18");
  const auto still_to = *parse_date("2020-06-08");
  return saturday >= still_from && saturday <= still_to
           ? *parse_date("2020-06-13")
           : saturday;
}

struct history_bounds {
  date none_on; ///< The newest day found without races; before `served_on`.
  date served_on;
};

/// Halves between a day that has nothing and one that has, first by Saturdays,
/// then by days. Faults: those of the calls.
caf::error halve(history_probe& probe, history_bounds& bounds) {
  while (bounds.served_on - bounds.none_on > 1 && probe.may_ask()) {
    const auto middle = bounds.none_on
                        + (bounds.served_on - bounds.none_on) / 2;
    auto day = sure_racing_day(middle);
    if (day <= bounds.none_on || day >= bounds.served_on)
      day = middle;
    const auto found = probe.has_races(day);
    if (!found)
      return found.error();
    (*found ? bounds.served_on : bounds.none_on) = day;
  }
  return {};
}

std::string text_of(const history_bounds& x, date start, int calls) {
  auto out = x.none_on < start
               ? "The provider serves the range from its first Saturday on, "
                   + to_string(x.served_on)
               : "The provider's first day lies after " + to_string(x.none_on)
                   + ", on or before " + to_string(x.served_on);
  return wrapped_text(out + " (" + std::to_string(calls)
                        + " calls). For the conf file: "
                          "provider.history_start = "
                        + to_string(x.served_on) + '.',
                      0);
}

} // namespace

int probe_history(const command_context& context) {
  const auto holder = lease_holder(context);
  if (!holder)
    return fail_with(holder.error());
  if (!holder->empty())
    return fail_with(exit_status::lease_held,
                     *holder
                       + " is running with this account; probe when it "
                         "has ended");
  auto live = open_live_api(context);
  if (!live)
    return fail_with(live.error());
  history_probe probe{std::move(*live), context};
  const auto request = plan_request_of(context);
  // The first Saturday of the range, and the last one that is over.
  const auto first = sure_racing_day(request.start + 6);
  const auto last = sure_racing_day(std::min(request.end, request.today + -1));
  history_bounds bounds{request.start + -1, first};
  const auto oldest = probe.has_races(first);
  if (!oldest)
    return fail_with(oldest.error());
  if (!*oldest) {
    bounds = {first, last};
    const auto newest = probe.has_races(last);
    if (!newest)
      return fail_with(newest.error());
    if (!*newest)
      return fail_with(exit_status::left,
                       "the provider has nothing on " + to_string(first)
                         + " nor on " + to_string(last)
                         + "; is the plan of the account the right one?");
    if (auto err = halve(probe, bounds))
      return fail_with(err);
  }
  if (!context.call.json)
    return print_report(text_of(bounds, request.start, probe.calls()), 0);
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "probe")
    .member("none_on", to_string(bounds.none_on))
    .member("served_on", to_string(bounds.served_on))
    .member("calls", probe.calls());
  return print_report(out.close().take(), 0);
}

} // namespace racefill
