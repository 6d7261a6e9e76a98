#include "infra/store/row_writer.hpp"

#include <algorithm>

namespace racefill {
namespace {

struct isolation {
  sql_session& session;
  const std::function<void(std::size_t, std::size_t)>& run;
  const refusal_sink& refuse;

  void attempt(std::size_t first, std::size_t last) const {
    session.execute("SAVEPOINT racefill_rows");
    try {
      run(first, last);
      session.execute("RELEASE SAVEPOINT racefill_rows");
      return;
    } catch (const sql_error& err) {
      if (!err.row_level())
        throw;
      session.execute("ROLLBACK TO SAVEPOINT racefill_rows");
      session.execute("RELEASE SAVEPOINT racefill_rows");
      if (last - first == 1) {
        refuse(first, err.text());
        return;
      }
    }
    const auto middle = first + (last - first) / 2;
    attempt(first, middle);
    attempt(middle, last);
  }
};

} // namespace

void run_isolated(sql_session& session, std::size_t count, std::size_t step,
                  const std::function<void(std::size_t, std::size_t)>& run,
                  const refusal_sink& refuse) {
  const isolation work{session, run, refuse};
  for (std::size_t first = 0; first < count; first += step)
    work.attempt(first, std::min(count, first + step));
}

std::int64_t write_rows(sql_session& session, const upsert_plan& plan,
                        const std::vector<bound_row>& rows,
                        const refusal_sink& refuse) {
  std::int64_t changed = 0;
  auto run = [&](std::size_t first, std::size_t last) {
    changed += session.execute(upsert_sql(plan, last - first),
                               upsert_values(plan, rows, first, last));
  };
  run_isolated(session, rows.size(), plan.rows_max(), run, refuse);
  return changed;
}

} // namespace racefill
