#include "infra/store/merge.hpp"

#include <algorithm>
#include <string_view>

#include "infra/store/value_check.hpp"

namespace racefill {
namespace {

/// The place of `provenance`; columns.size() in tables without stamps.
std::size_t provenance_index(const table& tab) {
  return tab.index_of("provenance");
}

bool is_gelding(const sql_value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && (*text == "gelding" || *text == "G");
}

char rank_of(const column& col, row_source source, const sql_value& value) {
  switch (col.rank) {
    case rank_rule::by_source:
      return source == row_source::profile ? '2' : '1';
    case rank_rule::gelding:
      return is_gelding(value) ? '9' : '1';
    case rank_rule::even:
      break;
  }
  return '1';
}

/// YYYYMMDD; zeros when not known.
std::string stamp_day(date day) {
  const auto text = to_string(day);
  if (text.size() != 10)
    return "00000000";
  return text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 2);
}

/// Sets the stamps of a row just bound; an unknown name becomes the key.
void stamp(const table& tab, const void* row, bound_row& out) {
  const auto source = tab.source(row);
  const auto day = stamp_day(tab.as_of(row));
  std::string stamps;
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto& col = tab.columns[i];
    if (col.rule != merge_rule::stamped)
      continue;
    if (!is_null(out.cells[i])) {
      stamps += rank_of(col, source, out.cells[i]) + day;
      continue;
    }
    if (!col.nullable)
      out.cells[i] = out.key;
    stamps += stamp_none;
  }
  out.cells[provenance_index(tab)] = stamps;
}

/// Fills what only the store itself knows.
void fill_own(const table& tab, const std::string& now, bound_row& out) {
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto rule = tab.columns[i].rule;
    if (rule == merge_rule::once || rule == merge_rule::on_change)
      out.cells[i] = now;
  }
}

void merge_stamped(const table& tab, bound_row& into, const bound_row& from) {
  const auto at = provenance_index(tab);
  auto& own = std::get<std::string>(into.cells[at]);
  const auto& other = std::get<std::string>(from.cells[at]);
  std::size_t position = 0;
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto rule = tab.columns[i].rule;
    if (rule == merge_rule::newest && into.cells[i] < from.cells[i])
      into.cells[i] = from.cells[i];
    if (rule != merge_rule::stamped)
      continue;
    const auto old_stamp = std::string_view{own}.substr(position, stamp_size);
    const auto new_stamp = std::string_view{other}.substr(position, stamp_size);
    // Variants order by kind first, so NULL is below every value.
    const auto wins = !is_null(from.cells[i])
                      && (is_null(into.cells[i]) || new_stamp > old_stamp
                          || (new_stamp == old_stamp && new_stamp != stamp_none
                              && from.cells[i] > into.cells[i]));
    if (wins) {
      into.cells[i] = from.cells[i];
      own.replace(position, stamp_size, new_stamp);
    }
    position += stamp_size;
  }
}

} // namespace

bound_row bind_row(const table& tab, const void* row, const std::string& now,
                   std::vector<refused_value>& refused) {
  bound_row out;
  out.cells.resize(tab.columns.size());
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto& col = tab.columns[i];
    if (!col.get)
      continue;
    auto value = col.get(row);
    if (const auto reason = check_value(col, value)) {
      refused.push_back({col.name, *reason, to_text(value).value_or("")});
      value = sql_value{};
    }
    out.cells[i] = std::move(value);
  }
  out.key = to_text(out.cells[tab.index_of(tab.key.front())]).value_or("");
  if (tab.is_stamped())
    stamp(tab, row, out);
  fill_own(tab, now, out);
  return out;
}

bound_row stub_row(const table& tab, const std::string& key,
                   const std::string& now) {
  bound_row out;
  out.key = key;
  out.cells.resize(tab.columns.size());
  std::string stamps;
  for (std::size_t i = 0; i < tab.columns.size(); ++i) {
    const auto& col = tab.columns[i];
    if (col.rule == merge_rule::stamped)
      stamps += stamp_none;
    if (col.rule == merge_rule::key
        || (col.rule == merge_rule::stamped && !col.nullable))
      out.cells[i] = key;
  }
  out.cells[provenance_index(tab)] = stamps;
  fill_own(tab, now, out);
  return out;
}

void merge_row(const table& tab, bound_row& into, const bound_row& from) {
  if (tab.is_stamped()) {
    merge_stamped(tab, into, from);
    return;
  }
  for (std::size_t i = 0; i < tab.columns.size(); ++i)
    if (tab.columns[i].rule == merge_rule::plain || !is_null(from.cells[i]))
      into.cells[i] = from.cells[i];
}

void merge_rows(const table& tab, std::vector<bound_row>& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept > 0 && rows[kept - 1].key == rows[i].key) {
      merge_row(tab, rows[kept - 1], rows[i]);
      continue;
    }
    if (kept != i)
      rows[kept] = std::move(rows[i]);
    ++kept;
  }
  rows.resize(kept);
}

} // namespace racefill
