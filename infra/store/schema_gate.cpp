#include "infra/store/schema_gate.hpp"

#include <charconv>

#include "infra/store/catalog.hpp"

namespace racefill {

int read_schema_version(sql_session& session) {
  if (!read_shape(session, "racefill_meta").exists)
    return 0;
  const auto rows = session.query(
    "SELECT value FROM racefill_meta WHERE name='schema_version'");
  if (rows.empty())
    return 0;
  const auto text = rows[0][0].value_or("");
  int version = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(),
                                   version);
  if (end.ec != std::errc{} || version < 1)
    throw sql_error{fault::store_refused,
                    "racefill_meta holds no readable schema_version; restore "
                    "this table from a backup"};
  return version;
}

void check_schema_version(sql_session& session) {
  const auto version = read_schema_version(session);
  if (version > schema_version)
    throw sql_error{fault::schema_newer,
                    session.name() + " has a ledger of version "
                      + std::to_string(version) + ", this racefill knows "
                      + std::to_string(schema_version)
                      + "; use the newer program"};
  if (version < schema_version)
    throw sql_error{fault::store_refused,
                    session.name()
                      + (version == 0 ? " has no racefill tables"
                                      : " has an older ledger")
                      + "; run `racefill migrate`"};
}

plan_map make_plans(sql_session& session) {
  plan_map out;
  for (const auto* tab : target_tables())
    out.emplace(tab, make_plan(*tab, session.kind(),
                               read_shape(session, tab->name)));
  return out;
}

} // namespace racefill
