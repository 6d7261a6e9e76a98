/// OLD_JOB: `old_job schema|checksums` prints SQL for a database as the job
/// before us left it.
#include <iostream>
#include <string_view>

#include "tests/infra/store/old_job.hpp"

int main(int argc, char** argv) {
  const std::string_view what = argc == 2 ? argv[1] : "";
  if (what == "schema")
    std::cout << racefill::old_job_schema();
  else if (what == "checksums")
    std::cout << racefill::old_job_checksums() << ";\n";
  else
    std::cerr << "old_job schema|checksums\n";
  return what == "schema" || what == "checksums" ? 0 : 2;
}
