#include <algorithm>
#include <cstdio>
#include <map>

#include "app/monitor/panels.hpp"

namespace racefill {
namespace {

std::string right(const std::string& text, std::size_t cells) {
  return text.size() < cells ? std::string(cells - text.size(), ' ') + text
                             : text;
}

styled_line head(const std::string& left, const std::string& a,
                 std::size_t a_end, const std::string& b, std::size_t b_end) {
  styled_line line{left, tint::bold};
  line.pad_to(a_end - a.size()).add(a, tint::dim);
  line.pad_to(b_end - b.size()).add(b, tint::dim);
  return line;
}

styled_line numbers(const std::string& name, std::int64_t a, std::size_t a_end,
                    std::int64_t b, std::size_t b_end) {
  styled_line line{cut_to(harmless(name), 20)};
  const auto first = with_commas(a);
  const auto second = with_commas(b);
  line.pad_to(a_end > first.size() ? a_end - first.size() : 0).add(first);
  line.pad_to(b_end > second.size() ? b_end - second.size() : 0).add(second);
  return line;
}

// A pool's workers are called fetcher_1, fetcher#2 …: the name without that.
std::string pool_of(const std::string& name) {
  const auto end = name.find_last_not_of("0123456789");
  if (end == std::string::npos || end + 1 == name.size())
    return name;
  const auto mark = std::string("_-#/. ").find(name[end]) != std::string::npos;
  return name.substr(0, mark ? end : end + 1);
}

struct pool {
  std::int64_t alive = 0;
  std::int64_t all = 0;
  std::int64_t restarts = 0;
  std::string last_error;
};

styled_line actor_line(const std::string& name, const pool& x,
                       const std::string& branch, std::size_t columns) {
  styled_line line{branch, tint::dim};
  line.add(harmless(name) + (x.all > 1 ? " x" + std::to_string(x.all) : ""));
  line.pad_to(branch.empty() ? 24 : 31);
  line.add(" ");
  if (x.alive == x.all)
    line.add("alive", tint::good);
  else
    line.add(x.all > 1 ? std::to_string(x.all - x.alive) + " dead" : "dead",
             tint::bad);
  if (x.restarts > 0)
    line.add("  restarts " + std::to_string(x.restarts), tint::warn);
  if (!x.last_error.empty() && columns > line.cells() + 4)
    line.add("  " + cut_to(harmless(x.last_error), columns - line.cells() - 2),
             tint::dim);
  line.cut(columns);
  return line;
}

} // namespace

styled_lines stages_panel(const snapshot& x, panel_space) {
  styled_lines out{head("Stages", "backlog", 28, "credit", 37)};
  for (const auto& stage : x.stages)
    out.push_back(numbers(stage.name, stage.backlog, 28, stage.credit, 37));
  return out;
}

styled_lines tables_panel(const snapshot& x, panel_space) {
  styled_lines out{head("Tables", "rows", 28, "changed", 38)};
  for (const auto& table : x.run.tables)
    out.push_back(numbers(table.table, table.rows, 28, table.changed, 38));
  if (x.run.tables.empty())
    out.push_back({"nothing written yet", tint::dim});
  return out;
}

styled_lines actors_panel(const snapshot& x, panel_space space,
                          std::size_t lines) {
  styled_lines out;
  std::int64_t restarts = 0;
  std::int64_t dead = 0;
  std::map<std::string, pool> pools;
  for (const auto& child : x.children) {
    restarts += child.restarts;
    dead += child.alive ? 0 : 1;
    auto& into = pools[pool_of(child.name)];
    into.alive += child.alive ? 1 : 0;
    ++into.all;
    into.restarts += child.restarts;
    if (!child.last_error.empty())
      into.last_error = child.last_error;
  }
  styled_line title{"Actors", tint::bold};
  title.add(
    "  " + std::to_string(x.children.size() - static_cast<std::size_t>(dead))
      + " alive",
    tint::good);
  if (dead > 0)
    title.add("  " + std::to_string(dead) + " dead", tint::bad);
  title.add("  restarts " + std::to_string(restarts),
            restarts > 0 ? tint::warn : tint::dim);
  out.push_back(std::move(title));
  if (lines > x.children.size() + 1) {
    out.push_back({"supervisor"});
    for (std::size_t i = 0; i < x.children.size(); ++i) {
      const auto& child = x.children[i];
      const bool is_last = i + 1 == x.children.size();
      const auto branch = space.utf8 ? (is_last ? "└─ " : "├─ ")
                                     : (is_last ? "`- " : "|- ");
      out.push_back(actor_line(child.name,
                               pool{child.alive ? 1 : 0, 1, child.restarts,
                                    child.last_error},
                               branch, space.columns));
    }
    return out;
  }
  // Too little room for all: those with something to tell come first.
  std::vector<std::pair<std::string, pool>> sorted(pools.begin(), pools.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) {
                     const auto dead_a = a.second.all - a.second.alive;
                     const auto dead_b = b.second.all - b.second.alive;
                     return std::pair{dead_a, a.second.restarts}
                            > std::pair{dead_b, b.second.restarts};
                   });
  for (const auto& [name, each] : sorted) {
    if (out.size() >= lines)
      break;
    out.push_back(actor_line(name, each, "", space.columns));
  }
  return out;
}

styled_lines errors_panel(const snapshot& x, panel_space space,
                          std::size_t lines) {
  styled_lines out;
  styled_line title{"Errors", tint::bold};
  title.add("  " + with_commas(x.run.session_errors) + " parked",
            x.run.session_errors > 0 ? tint::bad : tint::dim);
  title.add("  " + with_commas(x.run.session_quarantined) + " quarantined",
            x.run.session_quarantined > 0 ? tint::warn : tint::dim);
  out.push_back(std::move(title));
  const auto& all = x.run.last_errors;
  for (auto entry = all.rbegin(); entry != all.rend() && out.size() < lines;
       ++entry) {
    styled_line line{cut_to(harmless(entry->key), 14), tint::bad};
    line.pad_to(15).add(right(
      entry->timestamp.size() >= 19 ? entry->timestamp.substr(11, 8) : "", 8));
    line.add("  " + harmless(entry->error));
    line.cut(space.columns);
    out.push_back(std::move(line));
  }
  return out;
}

} // namespace racefill
