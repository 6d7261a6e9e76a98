/// OLD_JOB: a PostgreSQL database as the job before us left it, made up.
#pragma once

#include <string>

namespace racefill {

/// Its tables: VARCHARs, NOT NULLs that real data violates, no foreign keys,
/// other names for some columns.
std::string old_job_schema();

/// `days` days from 2023-01-01 with `races` races of `runners` runners each.
/// Every fifth horse is bare, every seventh jockey's name has his claim, every
/// tenth day lacks the runners of one race, some runners are orphans.
std::string old_job_rows(int days, int races, int runners);

/// Takes NOT NULLs, columns and all: a checksum of what racefill must leave as
/// it is, a row a table.
std::string old_job_checksums();

} // namespace racefill
