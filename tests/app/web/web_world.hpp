/// WEB_WORLD: a snapshot and a calendar to answer from.
#pragma once

#include <string>

#include "app/web/page_answer.hpp"
#include "app/web/page_board.hpp"

namespace racefill::test {

inline page_clock::time_point at_second(int x) {
  return page_clock::time_point{std::chrono::seconds(1000 + x)};
}

/// A run in the middle of its work, all well.
inline snapshot busy_snapshot() {
  snapshot x;
  x.version = "0.1.0";
  x.host = "host";
  x.pid = 7;
  x.command = "run";
  x.taken_at = "2026-11-25T09:00:00Z";
  x.phase = "racecards";
  x.gate.mode = "reply";
  x.gate.breaker = "closed";
  x.gate.requests = 120;
  x.gate.rate_limited = 2;
  x.gate.limit_per_second = 2;
  x.gate.rate_per_second = 1.5;
  x.gate.latency_ms_p50 = 250;
  x.gate.guard_us = 5'000;
  x.gate.statuses = {{"200", 118}, {"429", 2}};
  x.run.run_id = "r";
  x.run.start = *parse_date("2024-03-01");
  x.run.end = *parse_date("2024-03-03");
  x.run.days_total = 3;
  x.run.days_left = 1;
  x.run.days = {{"pending", 1}, {"done", 1}, {"failed", 1}};
  x.run.tables = {{"ra_mst_races", 40, 40}};
  x.run.last_errors = {{"2026-11-25T08:59:00Z", "2024-03-02", "http_status"}};
  x.stages = {{"db_writer", 3, 509}};
  x.children = {{"gatekeeper", true, 0, ""}, {"enricher/1", true, 2, "boom"}};
  x.eta_low_s = 60;
  x.eta_s = 90;
  return x;
}

inline std::vector<day_record> three_days() {
  return {{*parse_date("2024-03-01"), day_state::done, 1, 12, 101, ""},
          {*parse_date("2024-03-02"), day_state::failed, 5, 0, 0, "status 503"},
          {*parse_date("2024-03-03"), day_state::pending, 0, 0, 0, ""}};
}

inline page_site plain_site(bool only_local_names = true) {
  return make_page_site("<style>page.css</style><script>page.js</script>",
                        "a{}", "run()", "epoch", only_local_names);
}

} // namespace racefill::test
