#include "infra/sql/sql_session.hpp"

#include "infra/sql/postgres_session.hpp"
#include "infra/sql/sqlite_session.hpp"

namespace racefill {

caf::expected<std::unique_ptr<sql_session>>
open_session(const store_settings& settings) {
  const auto url = parse_database_url(settings.url);
  if (!url)
    return url.error();
  try {
    return url->kind == dialect::sqlite ? open_sqlite(settings, *url)
                                        : open_postgres(settings, *url);
  } catch (const sql_error& err) {
    return to_error(err);
  }
}

} // namespace racefill
