#include "app/web/metrics_text.hpp"

#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/app/web/web_world.hpp"

using namespace racefill;
using namespace racefill::test;

namespace {

std::string text_of(const snapshot& x) {
  page_board board{at_second(0)};
  board.put(x, at_second(0), 1'000);
  process_facts process;
  process.resident_bytes = 4096;
  return metrics_text(*board.look(), at_second(2), process);
}

void expect_line(const std::string& text, const std::string& line) {
  EXPECT_NE(("\n" + text).find("\n" + line + "\n"), std::string::npos)
    << line << " is not in\n"
    << text;
}

} // namespace

TEST(metrics_text_test, tells_the_snapshot_in_base_units) {
  const auto text = text_of(busy_snapshot());
  expect_line(text, "racefill_gate_requests_total 120");
  expect_line(text, "racefill_gate_rate_limited_total 2");
  expect_line(text, "racefill_gate_outcomes_total{outcome=\"429\"} 2");
  expect_line(text, "racefill_gate_latency_seconds{percentile=\"50\"} 0.25");
  expect_line(text, "racefill_gate_breaker{state=\"closed\"} 1");
  expect_line(text, "racefill_gate_breaker{state=\"open\"} 0");
  expect_line(text, "racefill_day_states{state=\"failed\"} 1");
  expect_line(text, "racefill_day_states{state=\"empty\"} 0");
  expect_line(text, "racefill_phase{phase=\"racecards\"} 1");
  expect_line(text, "racefill_stage_backlog{stage=\"db_writer\"} 3");
  expect_line(text, "racefill_actor_restarts_total{actor=\"enricher/1\"} 2");
  expect_line(text, "racefill_written_rows_total{table=\"ra_mst_races\"} 40");
  expect_line(text, "racefill_snapshot_age_seconds 2");
  expect_line(text, "racefill_eta_seconds{bound=\"low\"} 60");
  expect_line(text, "process_resident_memory_bytes 4096");
  expect_line(text, "racefill_ready 1");
}

TEST(metrics_text_test, leaves_out_what_is_not_known) {
  const auto text = text_of(busy_snapshot());
  EXPECT_EQ(text.find("bound=\"high\""), std::string::npos);
  page_board board{at_second(0)};
  const auto before = metrics_text(*board.look(), at_second(1), {});
  EXPECT_EQ(before.find("racefill_gate"), std::string::npos);
  expect_line(before, "racefill_alive 1");
  expect_line(before, "racefill_ready 0");
}

TEST(metrics_text_test, names_families_once_and_by_convention) {
  std::istringstream lines{text_of(busy_snapshot())};
  const std::regex type{"# TYPE (\\S+) (counter|gauge)"};
  const std::regex value{"([a-z_]+)(\\{[a-z]+=\"[^\"]*\"\\})? [-0-9.e+]+"};
  std::set<std::string> names;
  std::string family;
  std::smatch part;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, part, type)) {
      family = part[1];
      EXPECT_TRUE(names.insert(family).second) << family << " is there twice";
      EXPECT_TRUE(family.starts_with("racefill_")
                  || family.starts_with("process_"))
        << family;
      EXPECT_EQ(family.ends_with("_total"), part[2] == "counter") << family;
    } else if (line[0] != '#') {
      ASSERT_TRUE(std::regex_match(line, part, value)) << line;
      EXPECT_EQ(part[1], family);
    }
  }
  EXPECT_GT(names.size(), 35u);
}

TEST(process_facts_test, reads_this_very_process) {
  const auto x = read_process_facts();
  EXPECT_GT(x.resident_bytes, 100'000);
  EXPECT_GT(x.open_fds, 2);
  const auto now = std::chrono::duration<double>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count();
  EXPECT_NEAR(x.started_seconds, now, 600);
}
