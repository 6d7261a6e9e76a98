#include "app/rounds/edges.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace racefill {

using std::chrono::milliseconds;
using std::chrono::seconds;

gate_limits gate_limits_of(const settings& conf) {
  const auto& gate = conf.gate;
  gate_limits x;
  x.mode = gate.mode;
  x.requests = gate.requests;
  x.window_us = std::int64_t{gate.window_seconds} * 1'000'000;
  x.guard_us = std::int64_t{gate.guard_ms} * 1'000;
  x.reserve = gate.reserve;
  x.racecards_requests = gate.racecards_per_second * gate.window_seconds;
  x.horse_requests = gate.horses_per_second * gate.window_seconds;
  x.courses_requests = gate.courses_per_second * gate.window_seconds;
  x.ip_requests = gate.ip_requests;
  x.ip_window_us = std::int64_t{gate.ip_window_seconds} * 1'000'000;
  return x;
}

writer_limits writer_limits_of(const settings& conf) {
  return {conf.writer.batch_rows, conf.writer.batch_age_ms};
}

guard_limits guard_limits_of(const settings& conf) {
  const auto& guard = conf.guard;
  const auto& regions = conf.api.regions;
  guard_limits x;
  x.history_start = conf.provider.history_start;
  x.racing_every_day = std::find(regions.begin(), regions.end(), "gb")
                       != regions.end();
  x.empty_days = guard.empty_days;
  x.null_percent = guard.null_percent;
  x.short_percent = guard.short_percent;
  x.field_percent = guard.field_percent;
  x.broken_days = guard.broken_days;
  x.disagree_percent = guard.disagree_percent;
  x.refused_in_a_row = guard.refused_in_a_row;
  return x;
}

gatekeeper_settings gate_settings_of(const settings& conf) {
  gatekeeper_settings x;
  x.limits = gate_limits_of(conf);
  x.waiting_max = static_cast<std::size_t>(conf.gate.waiting_max);
  x.permit_lifetime = seconds(conf.http.deadline_seconds + 15);
  x.retry_after_max = seconds(conf.gate.retry_after_max_seconds);
  x.retry_budget_share = conf.gate.retry_budget_percent / 100.0;
  x.retry_budget_floor = conf.gate.retry_budget_floor;
  x.breaker_failures = conf.gate.breaker_failures;
  x.breaker_probe = seconds(conf.gate.breaker_probe_seconds);
  return x;
}

api_call_settings call_settings_of(const settings& conf, std::uint64_t seed) {
  api_call_settings x;
  x.attempts = conf.http.attempts;
  x.backoff_initial = milliseconds(conf.http.backoff_initial_ms);
  x.backoff_max = milliseconds(conf.http.backoff_max_ms);
  x.seed = seed;
  return x;
}

caf::expected<http_settings> http_settings_of(const command_context& context) {
  auto url = parse_base_url(context.conf.api.url);
  if (!url)
    return std::move(url.error());
  http_settings x;
  x.url = std::move(*url);
  x.username = context.secrets.api_username;
  x.password = context.secrets.api_password.reveal();
  x.ca_file = context.conf.api.ca_file;
  if (auto err = validate(x))
    return err;
  return x;
}

store_settings store_settings_of(const command_context& context) {
  const auto& conf = context.conf.database;
  store_settings x;
  x.url = conf.url;
  x.password = context.secrets.database_password.reveal();
  x.statement_timeout_ms = std::int64_t{conf.statement_timeout_seconds} * 1'000;
  x.lock_timeout_ms = std::int64_t{conf.lock_timeout_seconds} * 1'000;
  return x;
}

caf::expected<account_seat> take_account_seat(const settings& conf,
                                              const credentials& secrets) {
  if (conf.gate.reserve > 0)
    return account_seat{};
  const auto url = parse_base_url(conf.api.url);
  if (!url)
    return url.error();
  return take_account_seat(authority(*url), secrets.api_username);
}

racing_api_settings api_settings_of(const settings& conf) {
  racing_api_settings x;
  x.regions = conf.api.regions;
  x.page_limit = conf.api.page_limit;
  x.keep_odds = conf.api.keep_odds;
  x.keep_editorial = conf.api.keep_editorial;
  x.deadline = seconds(conf.http.deadline_seconds);
  return x;
}

// SQLite admits one writer.
std::int32_t writers_max(const settings& conf) {
  return conf.database.url.rfind("sqlite:", 0) == 0 ? 1 : 16;
}

} // namespace racefill
