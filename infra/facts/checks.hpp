/// CHECKS: the seed's five queries and eight criteria, and cross-checks of our
/// own, as values against thresholds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/facts/day_facts.hpp"
#include "infra/facts/report_database.hpp"
#include "infra/facts/table_totals.hpp"

namespace racefill {

/// How a check came out, mildest first.
enum class verdict : std::uint8_t { pass, warn, fail };

std::string to_string(verdict x);

/// What `validate --repair` enters as pending so that the next run mends it.
enum class repair_kind : std::uint8_t {
  none,              ///< A person must look.
  days,              ///< check_result::repair_days.
  unenriched_horses, ///< Those without dob or without a pedigree row.
  orphaned_horses,   ///< Ids of runners that ra_horses lacks.
  failed_work,       ///< Parked days and horses: a plain run asks days again.
};

/// A check's value in one year.
struct year_value {
  int year = 0;
  double value = 0;
  verdict outcome = verdict::pass;
};

struct check_result {
  check_result(std::string own_id, std::string own_title,
               std::string origin = {})
    : id(std::move(own_id)),
      title(std::move(own_title)),
      from(std::move(origin)) {
  }

  std::string id;    ///< `V1`, `K8`, `X2`.
  std::string title; ///< What is counted, a phrase.
  std::string from;  ///< `query 1, criterion 2`; "" for checks of our own.
  double value = 0;
  std::string unit;   ///< `%`, `runners a race`, or rows counted.
  std::string wanted; ///< The threshold in words: `over 95 %`.
  verdict outcome = verdict::pass;
  std::string detail;            ///< One line on what the value is made of.
  std::int64_t failing = 0;      ///< How many keys fail.
  std::vector<std::string> keys; ///< The first of them, at most 20.
  std::string repair;            ///< A command line; "" when none is needed.
  std::string repair_sql; ///< Statements for a person to run, where no call of
                          ///< the API mends it; racefill itself never deletes.
  repair_kind mends = repair_kind::none;
  std::vector<date> repair_days;
  std::vector<year_value> years;
};

/// What is to be proved.
struct check_request {
  date start;
  date end;
  date today; ///< In Europe/London.
  bool accept_not_offered = false;
  std::string source = "racecards_pro";
  std::vector<std::string> regions{"gb", "ire"};
  std::string range_flags; ///< As given, for the repairing commands: ""
                           ///< or ` --start-date …`.
};

/// A row of the seed's first query.
struct year_coverage {
  int year = 0;
  std::int64_t races = 0;
  std::int64_t with_runners = 0;
  std::int64_t runners = 0;
};

/// All that the checks read, read once.
struct check_facts {
  std::vector<day_facts> days;
  std::vector<ledger_day> ledger;
  horse_counts horses;
  enrichment_facts enrichment;
  std::vector<table_total> tables;
  std::vector<year_coverage> years; ///< From 2015 on, newest first.
};

struct check_report {
  std::vector<check_result> checks;
  check_facts facts;
  int passed = 0;
  int warned = 0;
  int failed = 0;
};

inline constexpr std::size_t keys_shown_max = 20;

/// Runs every check. Throws sql_error; store_refused when a table that the
/// checks need is missing.
check_report run_checks(report_database& db, const check_request& request);

// -- the groups, each appending its own checks --------------------------------

using check_list = std::vector<check_result>;

/// V1 to V4: the rows there are.
void check_coverage(report_database& db, const check_request& request,
                    const check_facts& facts, check_list& out);

/// V5, X1, X2, X4: rows against each other.
void check_rows(report_database& db, const check_request& request,
                const check_facts& facts, check_list& out);

/// K1, K7, K8, X3, X5, X6, X7: rows against the ledger.
void check_ledger(report_database& db, const check_request& request,
                  const check_facts& facts, check_list& out);

// -- small helpers of the groups ----------------------------------------------

/// `part` of `whole` in percent, two decimals; 0 for nothing of nothing. Rounds
/// half away from zero, as the seed's queries do.
double percent_of(std::int64_t part, std::int64_t whole) noexcept;

/// `part` a `whole`, one decimal, likewise.
double average_of(std::int64_t part, std::int64_t whole) noexcept;

/// `('2024-03-01','2024-03-02')`.
std::string day_list(const std::vector<date>& days);

/// pass, warn from `warn_from` on, fail from `fail_from` on.
verdict judge_count(double value, double warn_from, double fail_from) noexcept;

/// Runs `select`, which gives one key a row; the first keys and, as `failing`,
/// `count` of all.
void take_keys(report_database& db, const std::string& select,
               check_result& out);

/// `r.race_date IN (…)` with the first of these days: keys shown lie there, so
/// nobody looks for them elsewhere.
std::string on_first_days(const std::vector<date>& days);

/// Names days as failing keys and as what a repair would ask again.
void take_days(const std::vector<date>& days, check_result& out);

} // namespace racefill
