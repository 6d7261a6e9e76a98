/// FILL_DATABASE: a database as a whole run leaves it, made from the
/// simulator's world without HTTP: bodies, decoder and store are the real ones.
///
///   fill_database URL FROM TO [RACES_PER_DAY]
///
/// The default world at full size, 2015-01-01 to 2025-12-31, has 137,000 races,
/// 1.3 million runners and 112,000 horses. A password comes from RACEFILL_DB or
/// pgpass, as for racefill.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "app/simulator/body.hpp"
#include "app/simulator/world.hpp"
#include "infra/racing_api/racing_api.hpp"
#include "infra/store/migrate.hpp"
#include "infra/store/sql_store.hpp"

namespace racefill {
namespace {

constexpr int days_a_batch = 10;
constexpr std::size_t horses_a_batch = 1'000;

/// The value, or the error as what main() prints.
template <class T>
T must(caf::expected<T> x) {
  if (!x)
    throw std::runtime_error{describe(x.error())};
  return std::move(*x);
}

date day_of(const char* text) {
  const auto day = parse_date(text);
  if (!day)
    throw std::invalid_argument{std::string{text} + " is no day"};
  return *day;
}

class filler {
public:
  filler(store_settings settings, double races_per_day)
    : settings_(std::move(settings)), world_(options_of(races_per_day)) {
  }

  void fill(date from, date to) {
    {
      auto session = must(open_session(settings_));
      must(apply_schema(*session));
    }
    store_ = must(open_store(settings_));
    run_record run;
    run.run_id = "filled";
    run.started_at = "2026-01-01T00:00:00Z";
    run.start = from;
    run.end = to;
    run.order = "oldest-first";
    if (auto saved = store_->save_run(run); !saved)
      throw std::runtime_error{describe(saved.error())};
    write_batch first;
    first.references.push_back(
      must(api_->decode_courses(sim::courses_body(world_, {"gb", "ire"}), to)));
    write(first);
    in_batches(from, to);
    write_profiles(to);
    run.ended_at = "2026-01-01T20:00:00Z";
    run.outcome = "finished";
    run.exit_status = 0;
    if (auto saved = store_->save_run(run); !saved)
      throw std::runtime_error{describe(saved.error())};
  }

private:
  static sim::world_options options_of(double races_per_day) {
    sim::world_options x;
    x.races_per_day = races_per_day;
    return x;
  }

  write_batch days(date from, date to) const {
    write_batch out;
    for (auto day = from; day <= to; day = day + 1) {
      sim::page_query query;
      query.day = day;
      query.regions = {"gb", "ire"};
      sim::body_changes changes;
      changes.odds = false;
      day_pages pages;
      pages.task.day = day;
      pages.bodies = {sim::racecards_body(world_, query, changes)};
      out.days.push_back(must(api_->decode_day(pages)));
      out.days.back().attempts = 1;
    }
    return out;
  }

  void write(const write_batch& batch) {
    const auto receipt = must(store_->write(batch));
    for (const auto& x : receipt.days)
      runners_ += x.runners;
  }

  /// The next batch is made while this one is written.
  void in_batches(date from, date to) {
    auto make = [this, to](date first) {
      return days(first, std::min(first + (days_a_batch - 1), to));
    };
    auto next = std::async(std::launch::async, make, from);
    for (auto day = from; day <= to; day = day + days_a_batch) {
      const auto batch = next.get();
      if (day + days_a_batch <= to)
        next = std::async(std::launch::async, make, day + days_a_batch);
      for (const auto& unit : batch.days)
        horses_.insert(unit.new_horses.begin(), unit.new_horses.end());
      write(batch);
      if ((day - from) / days_a_batch % 10 == 0)
        std::fprintf(stderr, "\r%s, %lld runners ", to_string(day).c_str(),
                     static_cast<long long>(runners_));
    }
  }

  void write_profiles(date as_of) {
    write_batch batch;
    for (const auto& id : horses_) {
      const auto body = sim::profile_body(world_, id);
      horse_unit unit;
      if (body.empty())
        unit.state = horse_state::not_found;
      else
        unit = must(api_->decode_horse(id, body, as_of));
      unit.horse_id = id;
      unit.attempts = 1;
      if (!body.empty())
        unit.state = horse_state::done;
      batch.horses.push_back(std::move(unit));
      if (batch.horses.size() == horses_a_batch)
        write(std::exchange(batch, {}));
    }
    if (!batch.horses.empty())
      write(batch);
    std::fprintf(stderr, "\n%zu horses\n", horses_.size());
  }

  store_settings settings_;
  sim::world world_;
  std::shared_ptr<const provider> api_ = make_racing_api({});
  std::unique_ptr<record_store> store_;
  std::set<std::string> horses_;
  std::int64_t runners_ = 0;
};

int fill_main(int argc, char** argv) {
  if (argc < 4 || argc > 5) {
    std::cerr << "fill_database URL FROM TO [RACES_PER_DAY]\n";
    return 2;
  }
  store_settings settings;
  settings.url = argv[1];
  settings.statement_timeout_ms = 600'000;
  filler x{settings, argc == 5 ? std::atof(argv[4]) : 35};
  x.fill(day_of(argv[2]), day_of(argv[3]));
  return 0;
}

} // namespace
} // namespace racefill

int main(int argc, char** argv) {
  try {
    return racefill::fill_main(argc, argv);
  } catch (const std::exception& err) {
    std::cerr << "fill_database: " << err.what() << '\n';
    return 1;
  }
}
