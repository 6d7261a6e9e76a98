/// ROW MERGE: one row a key, whatever the order in which the rows were met.
///
/// Rows of one key are ordered by as_of, then by their columns; each column
/// takes its last value that is not empty. A gelding stays one (DESIGN, "Which
/// value wins"); a parent's id, name and region go together.
#pragma once

#include <vector>

#include "messages/rows.hpp"

namespace racefill {

void merge_rows(std::vector<horse_row>& rows);
void merge_rows(std::vector<pedigree_row>& rows);
void merge_rows(std::vector<entity_row>& rows);
void merge_rows(std::vector<course_row>& rows);
void merge_rows(std::vector<bookmaker_row>& rows);

/// The same horse listed twice in a race: `later` keeps what it says and takes
/// what it lacks from `earlier`. Whether it runs, `later` alone decides.
void fill_from(runner_row& later, const runner_row& earlier);

} // namespace racefill
