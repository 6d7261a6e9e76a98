/// MIGRATE: creates or completes the tables, or tells what it would do.
#include "infra/store/migrate.hpp"

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/terminal.hpp"
#include "infra/store/adopt.hpp"

namespace racefill {
namespace {

std::string lines_of(const std::vector<schema_difference>& differences) {
  std::string out;
  for (const auto& x : differences)
    out += "  " + to_string(x.kind) + "  " + x.table
           + (x.column.empty() ? "" : '.' + x.column)
           + (x.text.empty() ? "" : ": " + x.text) + '\n';
  return out;
}

/// What a migration would not mend by itself.
bool is_told_only(difference_kind x) {
  return x == difference_kind::other_type || x == difference_kind::not_null;
}

int check(const command_context& context) {
  auto db = report_database::open(store_settings_of(context));
  if (!db)
    return fail_with(db.error());
  if (!db->exists())
    return print_report(db->name()
                          + " does not exist yet; racefill migrate makes it, "
                            "with all tables.\n",
                        to_int(exit_status::left));
  auto session = open_session(store_settings_of(context));
  if (!session)
    return fail_with(session.error());
  const auto differences = inspect_schema(**session);
  if (!differences)
    return fail_with(differences.error());
  if (differences->empty())
    return print_report(db->name() + " is as racefill needs it.\n", 0);
  bool open = false;
  for (const auto& x : *differences)
    open = open || !is_told_only(x.kind);
  return print_report(db->name() + " differs from what racefill needs:\n"
                        + lines_of(*differences)
                        + (open ? "racefill migrate adds what is missing.\n"
                                : "None of it stands in racefill's way.\n"),
                      to_int(open ? exit_status::left : exit_status::settled));
}

/// The one place where the ledger learns of rows that were there before it.
/// "" when there was nothing to learn.
caf::expected<std::string> adopt(const command_context& context,
                                 sql_session& session) {
  const auto found = adopt_existing(session, {store_settings_of(context).source,
                                              today_in_london()});
  if (!found)
    return found.error();
  const auto known = found->horses_done + found->horses_pending
                     + found->days_done + found->days_pending;
  if (known == 0)
    return std::string{};
  return "The ledger took over what the tables hold: "
         + with_commas(found->days_done) + " days done, "
         + with_commas(found->days_pending) + " to be asked, "
         + with_commas(found->horses_done) + " horses done, "
         + with_commas(found->horses_pending) + " to be fetched.\n";
}

} // namespace

int migrate_command(const command_context& context) {
  if (context.call.check_only)
    return check(context);
  auto session = open_session(store_settings_of(context));
  if (!session)
    return fail_with(session.error());
  migrate_options options;
  options.relax = context.call.relax;
  const auto done = apply_schema(**session, options);
  if (!done)
    return fail_with(done.error());
  const auto adopted = adopt(context, **session);
  if (!adopted)
    return fail_with(adopted.error());
  auto out = (*session)->name()
             + (done->empty() ? " was as racefill needs it.\n"
                              : " is now as racefill needs it:\n");
  return print_report(out + lines_of(*done) + wrapped_text(*adopted, 0), 0);
}

} // namespace racefill
