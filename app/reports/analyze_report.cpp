#include "app/reports/analyze_report.hpp"

#include <algorithm>
#include <map>

#include "app/reports/analyze_figures.hpp"
#include "infra/facts/checks.hpp"

namespace racefill {
namespace {

constexpr std::size_t ranges_shown = 12;

std::string named(const std::string& name, const std::string& value) {
  auto out = "  " + name;
  out.resize(std::max<std::size_t>(out.size() + 2, 32), ' ');
  return out + value + '\n';
}

std::string tables_text(const analysis& x, const terminal_look& look) {
  text_table table{{{"table", text_table::align::left},
                    {"rows"},
                    {"first", text_table::align::left},
                    {"last", text_table::align::left},
                    {"by", text_table::align::left}}};
  for (const auto& entry : x.tables)
    table.add({entry.table, entry.exists ? with_commas(entry.rows) : "missing",
               to_string(entry.first), to_string(entry.last),
               entry.first.known() ? entry.by : ""},
              entry.exists && entry.rows > 0 ? tint::none : tint::warn);
  return table.text(look);
}

std::string years_text(const analysis& x, const terminal_look& look) {
  // The two that speak of history in full, the entities by their making.
  text_table table{{{"year"},
                    {"races"},
                    {"filled %"},
                    {"runners"},
                    {"field"},
                    {"horses"},
                    {"jockeys"},
                    {"trainers"},
                    {"owners"}}};
  std::map<int, runner_figures> years;
  for (int year = 2015; year <= x.today.year(); ++year)
    years[year] = {};
  for (const auto& day : x.days) {
    auto& entry = years[day.day.year()];
    entry.races += day.races;
    entry.filled += day.with_runners;
    entry.runners += day.runners;
  }
  auto made = [&](const char* name, int year) {
    for (const auto& entry : x.tables)
      if (entry.table == name) {
        const auto found = entry.by_year.find(year);
        return with_commas(found == entry.by_year.end() ? 0 : found->second);
      }
    return std::string{"0"};
  };
  for (const auto& [year, entry] : years) {
    const auto field
      = entry.races == 0
          ? std::string{"-"}
          : short_number(percent_of(entry.runners, entry.races) / 100);
    table.add({std::to_string(year), with_commas(entry.races),
               entry.races == 0
                 ? "-"
                 : short_number(percent_of(entry.filled, entry.races)),
               with_commas(entry.runners), field, made("ra_horses", year),
               made("ra_jockeys", year), made("ra_trainers", year),
               made("ra_owners", year)},
              entry.races == 0 ? tint::bad : tint::none);
  }
  return table.text(look)
         + "Races and runners by race date, the others by the day their row "
           "was "
           "made.\n";
}

std::string ranges_text(const std::vector<day_range>& ranges,
                        const std::string& what) {
  std::int64_t days = 0;
  for (const auto& range : ranges)
    days += range.length();
  if (days == 0)
    return named(what, "none");
  auto out = named(what,
                   with_commas(days) + " in "
                     + with_commas(static_cast<std::int64_t>(ranges.size()))
                     + (ranges.size() == 1 ? " range" : " ranges"));
  for (std::size_t i = 0; i < std::min(ranges.size(), ranges_shown); ++i)
    out += "    " + to_string(ranges[i]) + "  ("
           + with_commas(ranges[i].length())
           + (ranges[i].length() == 1 ? " day)\n" : " days)\n");
  if (ranges.size() > ranges_shown)
    out
      += "    and "
         + with_commas(static_cast<std::int64_t>(ranges.size() - ranges_shown))
         + " more; racefill calendar shows them all\n";
  return out;
}

std::string coverage_text(const analysis& x, const terminal_look& look) {
  const auto figures = figures_of(x);
  auto out = tinted(look, tint::bold, "Runner coverage") + '\n';
  out += named("races", with_commas(figures.races));
  out += named("with runners",
               with_commas(figures.filled) + "  ("
                 + short_number(percent_of(figures.filled, figures.races))
                 + " %)");
  out += named("without runners", with_commas(figures.races - figures.filled));
  out += named("runners", with_commas(figures.runners));
  out += named(
    "average field",
    figures.races == 0
      ? "-"
      : short_number(percent_of(figures.runners, figures.races) / 100));
  out += named("expected at 10 a race", with_commas(figures.expected()));
  out += named("short of that by", with_commas(figures.deficit()));
  return out;
}

std::string enrichment_text(const analysis& x, const terminal_look& look) {
  const auto& all = x.enrichment;
  auto share = [&](std::int64_t part) {
    return with_commas(part) + "  ("
           + short_number(percent_of(part, all.horses)) + " %)";
  };
  return tinted(look, tint::bold, "Enrichment") + '\n'
         + named("horses", with_commas(all.horses))
         + named("with a date of birth", share(all.with_dob))
         + named("with a colour code (profile)", share(all.with_colour_code))
         + named("with a pedigree", share(all.with_pedigree));
}

std::string left_text(const analysis& x, const terminal_look& look) {
  const seed_estimate seed{x.range.length()};
  const auto& plan = x.plan;
  auto out = tinted(look, tint::bold, "To close the gaps") + " (likely; "
             + "racefill plan has the details)\n";
  out += named("days to ask", with_commas(plan.asked));
  out += named("calls", with_commas(plan.calls.likely) + "  ("
                          + with_commas(plan.calls.lower) + " to "
                          + with_commas(plan.calls.upper) + ')');
  out += named("time at " + short_number(plan.calls_per_second) + "/s",
               human_seconds(plan.seconds.likely));
  out += named("storage", human_bytes(plan.bytes.likely));
  if (x.bytes > 0)
    out += named("database today", human_bytes(x.bytes));
  out += '\n' + tinted(look, tint::bold, "The estimate of the first document")
         + " (an empty database, " + with_commas(seed.days) + " days)\n";
  out += named("races, runners, horses", with_commas(seed.races) + ", "
                                           + with_commas(seed.runners) + ", "
                                           + with_commas(seed.horses));
  out += named("calls", with_commas(seed.calls) + " = " + with_commas(seed.days)
                          + " + " + with_commas(seed.horses));
  out += named("time", with_commas(seed.calls / 2) + " s = "
                         + short_number(seed.seconds() / 3600) + " h");
  out += named("storage",
               short_number((seed.races_mb() + seed.runners_mb()) / 1024)
                 + " GB");
  return out;
}

} // namespace

std::vector<day_range> gaps_of(const analysis& x) {
  std::map<date, bool> known; // Races are there, or there was no racing.
  for (const auto& day : x.days)
    known[day.day] = true;
  for (const auto& day : x.ledger)
    if (day.state == day_state::empty || day.state == day_state::not_offered)
      known[day.day] = true;
  std::vector<day_range> out;
  for (auto day = x.range.first; day <= x.range.last && day < x.today;
       day = day + 1)
    if (known.count(day) == 0)
      append_day(out, day);
  return out;
}

std::vector<day_range> thin_days_of(const analysis& x) {
  std::vector<day_range> out;
  for (const auto& day : x.days)
    if (day.is_thin() && day.day < x.today)
      append_day(out, day.day);
  return out;
}

std::string analyze_text(const analysis& x, const terminal_look& look) {
  return tinted(look, tint::bold, "Database ") + x.database + '\n' + x.note
         + '\n' + tables_text(x, look) + '\n' + years_text(x, look) + '\n'
         + coverage_text(x, look) + '\n' + enrichment_text(x, look) + '\n'
         + tinted(look, tint::bold, "Gaps, ") + to_string(x.range) + '\n'
         + ranges_text(gaps_of(x), "days without anything")
         + ranges_text(thin_days_of(x), "thin days") + '\n'
         + left_text(x, look);
}

} // namespace racefill
