#include "app/simulator/options.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "app/commands/simulate.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;

TEST(simulate_options, have_sensible_defaults) {
  const auto x = read_simulate_options({});
  EXPECT_EQ(x.server.limit.requests, 2);
  EXPECT_EQ(x.server.limit.window, milliseconds{1000});
  EXPECT_EQ(x.world.races_per_day, 35);
  EXPECT_FALSE(x.truth);
}

TEST(simulate_options, read_values_joined_or_apart) {
  const auto x = read_simulate_options(
    {"--seed=9", "--latency", "300+-50", "--limit", "25", "--limit", "horses=5",
     "--fault", "503:every=2", "--history-answer=404", "--window-ms", "500",
     "--no-odds"});
  EXPECT_EQ(x.world.seed, 9U);
  EXPECT_EQ(x.server.latency, milliseconds{300});
  EXPECT_EQ(x.server.jitter, milliseconds{50});
  EXPECT_EQ(x.server.limit.requests, 25);
  EXPECT_EQ(x.server.limit_each[1].requests, 5);
  EXPECT_EQ(x.server.limit_each[1].window, milliseconds{500});
  EXPECT_EQ(x.server.faults.size(), 1U);
  EXPECT_FALSE(x.server.answers.odds);
  EXPECT_EQ(x.server.answers.earlier, sim::before_history::not_found);
}

TEST(simulate_options, refuse_what_makes_no_sense) {
  const std::vector<std::vector<std::string>> wrong{
    {"--nonsense"},
    {"extra"},
    {"--seed"},
    {"--seed", "x"},
    {"--port", "70000"},
    {"--latency", "fast"},
    {"--limit", "jockeys=3"},
    {"--limit", "-1"},
    {"--fault", "nonsense"},
    {"--history-start", "2024-02-30"},
    {"--history-answer", "500"},
    {"--tls-cert", "x"},
    {"--verbatim"},
    {"truth"},
    {"truth", "--from", "2020-01-02", "--to", "2020-01-01"}};
  for (const auto& args : wrong) {
    EXPECT_THROW(read_simulate_options(args), std::invalid_argument)
      << args.back();
    EXPECT_EQ(simulate_command(args), 2);
  }
  EXPECT_EQ(
    simulate_command({"--races-per-day", "2", "--first-day", "2030-01-01"}), 2);
}

TEST(simulate_options, explain_every_flag) {
  const auto help = simulate_help();
  for (const auto* flag : {"--seed",
                           "--races-per-day",
                           "--horses",
                           "--first-day",
                           "--last-day",
                           "--oddities",
                           "--missing-profiles",
                           "--no-foreign",
                           "--no-editorial",
                           "--no-odds",
                           "--history-start",
                           "--history-answer",
                           "--host",
                           "--port",
                           "--control-port",
                           "--port-file",
                           "--tls-cert",
                           "--tls-key",
                           "--limit",
                           "--window-ms",
                           "--retry-after",
                           "--latency",
                           "--connections",
                           "--arrivals",
                           "--fixtures",
                           "--verbatim",
                           "--fault",
                           "--from",
                           "--to",
                           "--fast",
                           "--profile-date"})
    EXPECT_NE(help.find(flag), std::string::npos) << flag;
}

} // namespace
} // namespace racefill
