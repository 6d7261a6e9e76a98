#include "app/config/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace racefill {
namespace {

/// Names are short; longer input is a mistake of another kind.
constexpr std::size_t text_max = 64;

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto width = b.size() + 1;
  std::vector<std::size_t> before(width);
  std::vector<std::size_t> last(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t differs = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + differs});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest(std::string_view text,
                    const std::vector<std::string>& names) {
  if (text.empty() || text.size() > text_max)
    return {};
  const auto wanted = lower(text);
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const auto& name : names) {
    const auto distance = edit_distance(wanted, lower(name));
    // A distance of all the letters would suggest anything for "x".
    if (distance < best_distance && distance < name.size()) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view text,
                         const std::vector<std::string>& names) {
  const auto name = nearest(text, names);
  return name.empty() ? name : " (did you mean " + name + "?)";
}

} // namespace racefill
