#include "infra/store/table_model.hpp"

#include <algorithm>

namespace racefill {

const column* table::find(const std::string& column_name) const noexcept {
  const auto index = index_of(column_name);
  return index < columns.size() ? &columns[index] : nullptr;
}

std::size_t table::index_of(const std::string& column_name) const noexcept {
  const auto found
    = std::find_if(columns.begin(), columns.end(),
                   [&](const column& x) { return x.name == column_name; });
  return static_cast<std::size_t>(found - columns.begin());
}

bool table::is_stamped() const noexcept {
  return static_cast<bool>(source);
}

const std::vector<const table*>& target_tables() {
  static const std::vector<const table*> result{
    &courses_table(), &jockeys_table(), &trainers_table(),
    &owners_table(),  &horses_table(),  &pedigree_table(),
    &races_table(),   &runners_table(), &bookmakers_table()};
  return result;
}

std::vector<const table*> all_tables() {
  auto result = target_tables();
  const auto& ledger = ledger_tables();
  result.insert(result.end(), ledger.begin(), ledger.end());
  return result;
}

} // namespace racefill
