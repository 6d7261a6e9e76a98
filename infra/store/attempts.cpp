#include "infra/store/attempts.hpp"

#include <algorithm>

#include "infra/store/value_check.hpp"

namespace racefill {

void save_attempts(sql_session& session, const ledger_context& context,
                   const std::vector<attempt_entry>& attempts) {
  constexpr std::size_t rows_max = 500;
  constexpr std::size_t text_max = 300;
  for (std::size_t first = 0; first < attempts.size(); first += rows_max) {
    const auto last = std::min(attempts.size(), first + rows_max);
    std::vector<sql_value> values;
    for (auto i = first; i < last; ++i) {
      const auto& x = attempts[i];
      values.insert(values.end(),
                    {x.item, context.now, text_value(context.run_id), x.state,
                     std::int64_t{x.requests},
                     text_value(cleaned(x.responses, text_max)),
                     std::int64_t{x.races}, std::int64_t{x.runners},
                     text_value(cleaned(x.error, text_max))});
    }
    session.execute("INSERT INTO racefill_attempts (item,at,run_id,state,"
                    "requests,responses,races,runners,error) VALUES "
                      + value_tuples(session.kind(), last - first, 9)
                      + " ON CONFLICT (item,at) DO NOTHING",
                    values);
  }
}

} // namespace racefill
