/// NEAREST: which known name a mistyped one was meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace racefill {

/// The number of letters to insert, drop, replace or swap with the next one to
/// turn `a` into `b` (optimal string alignment). O(a.size() * b.size()).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name closest to `text`, letter case aside; "" when none is close enough
/// to be a slip of the fingers (a third of its letters, at least two).
std::string nearest(std::string_view text,
                    const std::vector<std::string>& names);

/// ` (did you mean NAME?)`, or "" when nearest() knows none.
std::string did_you_mean(std::string_view text,
                         const std::vector<std::string>& names);

} // namespace racefill
