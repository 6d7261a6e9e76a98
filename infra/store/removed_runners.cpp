#include "infra/store/removed_runners.hpp"

#include <set>
#include <vector>

#include "infra/store/table_model.hpp"

namespace racefill {
namespace {

/// Far more races than a day has, and fewer than a statement may name.
constexpr std::size_t ids_per_statement_max = 500;

std::string list(dialect kind, std::size_t count, std::size_t first) {
  std::string out = "(";
  for (std::size_t i = 0; i < count; ++i)
    out += (i == 0 ? "" : ",") + placeholder(kind, first + i);
  return out + ")";
}

/// Hands `ids` over in pieces.
template <class Ids, class Use>
void in_pieces(const Ids& ids, Use use) {
  std::vector<sql_value> piece;
  for (const auto& id : ids) {
    piece.emplace_back(id);
    if (piece.size() == ids_per_statement_max) {
      use(piece);
      piece.clear();
    }
  }
  if (!piece.empty())
    use(piece);
}

} // namespace

void mark_removed_runners(sql_session& session, const day_unit& unit,
                          const std::string& now) {
  std::set<std::string> races;
  for (const auto& race : unit.races)
    races.insert(race.race_id);
  std::set<std::string> listed;
  for (const auto& runner : unit.runners)
    listed.insert(runner_id_of(runner));
  std::set<std::string> gone; // Sorted, so that all writers lock alike.
  const auto kind = session.kind();
  in_pieces(races, [&](const std::vector<sql_value>& ids) {
    for (const auto& row :
         session.query("SELECT runner_id FROM ra_mst_runners "
                       "WHERE removed_at IS NULL AND race_id IN "
                         + list(kind, ids.size(), 1),
                       ids))
      if (listed.count(row[0].value_or("")) == 0)
        gone.insert(row[0].value_or(""));
  });
  in_pieces(gone, [&](const std::vector<sql_value>& ids) {
    std::vector<sql_value> values{now, now};
    values.insert(values.end(), ids.begin(), ids.end());
    session.execute("UPDATE ra_mst_runners SET removed_at="
                      + placeholder(kind, 1)
                      + ",updated_at=" + placeholder(kind, 2)
                      + " WHERE removed_at IS NULL AND runner_id IN "
                      + list(kind, ids.size(), 3),
                    values);
  });
}

} // namespace racefill
