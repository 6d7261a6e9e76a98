/// BENCH WRITER: runner rows into PostgreSQL, three ways in turn.
///
///   bench_writer URL ROWS ROUNDS     one line of JSON on stdout
///
/// Ours; COPY into a temporary table and a merge by the same rules; and row by
/// row with a prepared statement. All take the same bound rows, 500 in a
/// transaction, into the same table with all its keys and indexes. A round is
/// each way once, on an empty table and then again on the full one; shares are
/// taken within a round, and the median of the rounds is what counts.
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "infra/store/json_array.hpp"
#include "infra/store/migrate.hpp"
#include "infra/store/row_writer.hpp"
#include "infra/store/sql_store.hpp"
#include "tests/infra/store/sample_units.hpp"

namespace {

using namespace racefill;

constexpr std::size_t batch_rows = 500;
constexpr int runners_a_race = 10;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "bench_writer: %s\n", why.c_str());
  std::exit(1);
}

std::string id_of(const char* prefix, std::size_t n) {
  auto digits = std::to_string(10'000'000 + n);
  return prefix + digits;
}

/// The n-th runner, with texts of the length that real ones have.
runner_row runner_at(std::size_t n) {
  auto x = full_runner(id_of("rac_", n / runners_a_race),
                       id_of("hrs_", n * 7919 % 50'000));
  x.horse_name = "Horse " + std::to_string(n * 7919 % 50'000);
  x.jockey_id = id_of("jky_", n % 300);
  x.trainer_id = id_of("trn_", n % 500);
  x.owner_id = id_of("own_", n % 2'000);
  x.number = static_cast<std::int32_t>(n % runners_a_race + 1);
  x.comment = "Ran on \"well\" when " + std::string(60, 'c');
  x.spotlight = std::string(200, 's');
  if (n % 10 == 0)
    x.draw = caf::none;
  x.odds.clear();
  return x;
}

/// Everything that the runners point to.
void write_parents(record_store& store, std::size_t rows) {
  write_batch batch;
  auto flush = [&] {
    if (const auto done = store.write(batch); !done)
      die(describe(done.error()));
    batch = {};
  };
  const auto on = day("2024-06-01");
  auto unit = full_day("2024-06-01", {});
  unit.races.clear();
  for (std::size_t i = 0; i < 50'000; ++i)
    unit.horses.push_back(card_horse(id_of("hrs_", i), on));
  for (std::size_t i = 0; i < 2'000; ++i) {
    unit.jockeys.push_back({id_of("jky_", i % 300), "Jockey", "", on});
    unit.trainers.push_back({id_of("trn_", i % 500), "Trainer", "", on});
    unit.owners.push_back({id_of("own_", i), "Owner", "", on});
  }
  for (std::size_t i = 0; i <= rows / runners_a_race; ++i)
    unit.races.push_back(full_race(id_of("rac_", i), on));
  batch.days.push_back(std::move(unit));
  flush();
}

std::vector<std::vector<bound_row>> bound_batches(std::size_t rows) {
  std::vector<std::vector<bound_row>> out;
  std::vector<refused_value> refused;
  for (std::size_t n = 0; n < rows; ++n) {
    if (n % batch_rows == 0)
      out.emplace_back();
    const auto row = runner_at(n);
    out.back().push_back(
      bind_row(runners_table(), &row, "2024-06-01T12:00:00Z", refused));
  }
  for (auto& batch : out)
    merge_rows(runners_table(), batch);
  return out;
}

/// A bare connection.
class wire {
public:
  explicit wire(const std::string& url) : to_(PQconnectdb(url.c_str())) {
    if (PQstatus(to_) != CONNECTION_OK)
      die(PQerrorMessage(to_));
  }

  wire(const wire&) = delete;
  wire& operator=(const wire&) = delete;

  ~wire() {
    PQfinish(to_);
  }

  void run(const std::string& sql) {
    check(PQexec(to_, sql.c_str()));
  }

  void copy(const std::string& sql, const std::string& lines) {
    check(PQexec(to_, sql.c_str()));
    if (PQputCopyData(to_, lines.data(), static_cast<int>(lines.size())) != 1
        || PQputCopyEnd(to_, nullptr) != 1)
      die(PQerrorMessage(to_));
    while (auto* result = PQgetResult(to_))
      check(result);
  }

  void prepare(const std::string& sql) {
    check(PQprepare(to_, "row", sql.c_str(), 0, nullptr));
  }

  void run_prepared(const std::vector<std::optional<std::string>>& cells) {
    std::vector<const char*> pointers;
    for (const auto& cell : cells)
      pointers.push_back(cell ? cell->c_str() : nullptr);
    check(PQexecPrepared(to_, "row", static_cast<int>(cells.size()),
                         pointers.data(), nullptr, nullptr, 0));
  }

private:
  void check(PGresult* result) {
    const auto status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK
        && status != PGRES_COPY_IN)
      die(PQerrorMessage(to_));
    PQclear(result);
  }

  PGconn* to_;
};

std::optional<std::string> cell_text(const written_column& col,
                                     const bound_row& row) {
  auto text = to_text(row.cells[col.cell]);
  if (text && col.type == "_text")
    text = array_literal(*text);
  return text;
}

/// Both baselines: their statements are made of ours, so the rules are the
/// same.
class baselines {
public:
  baselines(const std::string& url, const upsert_plan& plan)
    : wire_(url), plan_(plan) {
    for (const auto& col : plan.columns)
      columns_ += (columns_.empty() ? "" : ",") + col.name;
    const auto from = plan.sql.find(" SELECT ");
    const auto to = plan.sql.find("\nON CONFLICT");
    if (from == std::string::npos || to == std::string::npos)
      die("the upsert has another form than this bench knows");
    const auto head = plan.sql.substr(0, from);
    const auto tail = plan.sql.substr(to);
    merge_ = head + " SELECT " + columns_ + " FROM stage" + tail;
    wire_.run("CREATE TEMP TABLE stage ON COMMIT DELETE ROWS AS SELECT "
              + columns_ + " FROM ra_mst_runners WITH NO DATA");
    wire_.prepare(head + " VALUES "
                  + value_tuples(dialect::postgres, 1, plan.columns.size())
                  + tail);
  }

  void copy_and_merge(const std::vector<bound_row>& rows) {
    std::string lines;
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
        if (i > 0)
          lines += '\t';
        const auto text = cell_text(plan_.columns[i], row);
        append(lines, text);
      }
      lines += '\n';
    }
    wire_.run("BEGIN");
    wire_.copy("COPY stage FROM STDIN", lines);
    wire_.run(merge_);
    wire_.run("COMMIT");
  }

  void row_by_row(const std::vector<bound_row>& rows) {
    wire_.run("BEGIN");
    for (const auto& row : rows) {
      std::vector<std::optional<std::string>> cells;
      for (const auto& col : plan_.columns)
        cells.push_back(cell_text(col, row));
      wire_.run_prepared(cells);
    }
    wire_.run("COMMIT");
  }

  void run(const std::string& sql) {
    wire_.run(sql);
  }

private:
  static void append(std::string& out, const std::optional<std::string>& text) {
    if (!text) {
      out += "\\N";
      return;
    }
    for (const char c : *text) {
      if (c == '\\' || c == '\t' || c == '\n' || c == '\r')
        out += '\\';
      out += c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c;
    }
  }

  wire wire_;
  const upsert_plan& plan_;
  std::string columns_;
  std::string merge_;
};

using way = std::function<void(const std::vector<bound_row>&)>;

double rows_per_second(const std::vector<std::vector<bound_row>>& batches,
                       const way& write) {
  const auto start = std::chrono::steady_clock::now();
  std::size_t rows = 0;
  for (const auto& batch : batches) {
    write(batch);
    rows += batch.size();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now()
                                             - start;
  return static_cast<double>(rows) / took.count();
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

int measure(const std::string& url, std::size_t rows, int rounds) {
  store_settings settings;
  settings.url = url;
  auto session = open_session(settings);
  if (!session || !apply_schema(**session))
    die("the database cannot be prepared");
  {
    auto store = open_store(settings);
    if (!store)
      die(describe(store.error()));
    write_parents(**store, rows);
  }
  (*session)->begin(access_mode::read);
  const auto plan = make_plan(runners_table(), dialect::postgres,
                              read_shape(**session, "ra_mst_runners"));
  (*session)->commit();
  const auto batches = bound_batches(rows);
  baselines others{url, plan};
  others.run("VACUUM ANALYZE");
  const std::vector<std::pair<std::string, way>> ways{
    {"ours",
     [&](const auto& batch) {
       (*session)->begin(access_mode::write);
       write_rows(**session, plan, batch,
                  [](std::size_t, const std::string& why) { die(why); });
       (*session)->commit();
     }},
    {"copy", [&](const auto& batch) { others.copy_and_merge(batch); }},
    {"single", [&](const auto& batch) { others.row_by_row(batch); }}};
  std::map<std::string, std::vector<double>> out;
  for (int round = 0; round < rounds; ++round) {
    std::map<std::string, double> now;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      // Each is first as often as it is last.
      const auto& [name, write]
        = ways[(i + static_cast<std::size_t>(round)) % ways.size()];
      others.run("TRUNCATE ra_mst_runners");
      others.run("CHECKPOINT");
      now[name + "_first"] = rows_per_second(batches, write);
      others.run("CHECKPOINT");
      now[name + "_again"] = rows_per_second(batches, write);
    }
    for (const auto& [name, value] : now)
      out[name].push_back(value);
    for (const auto* pass : {"_first", "_again"}) {
      out[std::string{"share_of_copy"} + pass].push_back(
        now[std::string{"ours"} + pass] / now[std::string{"copy"} + pass]);
      out[std::string{"times_single"} + pass].push_back(
        now[std::string{"ours"} + pass] / now[std::string{"single"} + pass]);
    }
    out["again_to_first"].push_back(now["ours_again"] / now["ours_first"]);
    std::fprintf(stderr,
                 "writer: round %d of %d: ours %.0f, copy %.0f, row by "
                 "row %.0f rows/s\n",
                 round + 1, rounds, now["ours_first"], now["copy_first"],
                 now["single_first"]);
  }
  std::string line;
  for (const auto& [name, values] : out)
    line += (line.empty() ? "{\"" : ",\"") + name
            + "\":" + std::to_string(median(values));
  std::puts((line + "}").c_str());
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4)
    die("URL ROWS ROUNDS");
  return measure(argv[1], std::stoul(argv[2]), std::stoi(argv[3]));
}
