#include "infra/store/row_writer.hpp"

#include <algorithm>

namespace racefill {
namespace {

struct writing {
  sql_session& session;
  const upsert_plan& plan;
  const std::vector<bound_row>& rows;
  const refusal_sink& refuse;
  std::int64_t changed = 0;

  /// Where the database blames a row, halves the range until it is alone.
  void attempt(std::size_t first, std::size_t last) {
    try {
      changed += session.execute_alone(plan.sql,
                                       upsert_values(plan, rows, first, last));
      return;
    } catch (const sql_error& err) {
      if (!err.row_level())
        throw;
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

std::int64_t write_rows(sql_session& session, const upsert_plan& plan,
                        const std::vector<bound_row>& rows,
                        const refusal_sink& refuse) {
  writing work{session, plan, rows, refuse};
  const auto step = plan.rows_max();
  for (std::size_t first = 0; first < rows.size(); first += step)
    work.attempt(first, std::min(rows.size(), first + step));
  return work.changed;
}

} // namespace racefill
