/// BENCH DECODE: recorded days, parsed and extracted on one core.
///
///   bench_decode FOLDER [Google Benchmark's options]
///
/// Beside bare parses of the same bytes by simdjson, reusing nothing as we do,
/// and by Poco. Every pass goes over all days of the folder.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <Poco/JSON/Parser.h>
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "infra/racing_api/racing_api.hpp"

namespace {

using namespace racefill;

std::vector<day_pages> days;
std::size_t bytes = 0;

void load(const std::string& folder) {
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    const auto name = file.path().stem().string();
    const auto day = name.size() > 10
                       ? parse_date(name.substr(name.size() - 10))
                       : parse_date("2024-01-01");
    std::ifstream in{file.path(), std::ios::binary};
    std::string body{std::istreambuf_iterator<char>{in}, {}};
    bytes += body.size();
    days.emplace_back();
    days.back().task.day = *day;
    days.back().bodies.push_back(std::move(body));
  }
}

/// `work` on every day, once a pass.
template <class Work>
void over_all(benchmark::State& state, Work work) {
  for (auto _ : state)
    for (const auto& day : days)
      work(day);
  const auto passes = static_cast<double>(state.iterations());
  state.counters["mb_per_second"] = benchmark::Counter(
    passes * static_cast<double>(bytes) / 1e6, benchmark::Counter::kIsRate);
  state.counters["ms_a_day"] = benchmark::Counter(
    passes * static_cast<double>(days.size()) / 1e3,
    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["day_mb"] = static_cast<double>(bytes) / 1e6
                             / static_cast<double>(days.size());
}

void extracted(benchmark::State& state) {
  const racing_api api{{}};
  over_all(state, [&](const day_pages& day) {
    auto unit = api.decode_day(day);
    if (!unit)
      state.SkipWithError("a day cannot be decoded");
    benchmark::DoNotOptimize(unit);
  });
}

void simdjson_parse(benchmark::State& state) {
  over_all(state, [](const day_pages& day) {
    simdjson::dom::parser parser;
    benchmark::DoNotOptimize(parser.parse(day.bodies[0]).error());
  });
}

void poco_parse(benchmark::State& state) {
  over_all(state, [](const day_pages& day) {
    Poco::JSON::Parser parser;
    benchmark::DoNotOptimize(parser.parse(day.bodies[0]));
  });
}

BENCHMARK(extracted)->Unit(benchmark::kMillisecond);
BENCHMARK(simdjson_parse)->Unit(benchmark::kMillisecond);
BENCHMARK(poco_parse)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2)
    return 2;
  load(argv[1]);
  if (days.empty())
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
