/// CHECK_CONFIG: is everything in place for a run?
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/json_report.hpp"
#include "app/rounds/lone_call.hpp"
#include "app/rounds/round_range.hpp"
#include "infra/pure/instant.hpp"
#include "infra/store/migrate.hpp"

namespace racefill {
namespace {

/// One thing that was looked at.
struct finding {
  std::string name;
  verdict outcome = verdict::pass;
  std::string text;
  exit_status status = exit_status::settled; ///< Of a failure.
};

finding failed(std::string name, const caf::error& err) {
  return {std::move(name), verdict::fail, describe(err),
          exit_status_of(fault_of(err))};
}

finding look_at_conf(const command_context& context) {
  config_sources sources = sources_of(context.call, context.env);
  const auto file = conf_file_of(sources);
  return {"conf", verdict::pass,
          file.empty() ? "no conf file: defaults, environment and flags"
                       : file + ": every key is known and within its range"};
}

finding look_at_credentials(const command_context& context) {
  const auto missing = missing_api_credentials(context.secrets);
  if (missing.empty())
    return {"credentials", verdict::pass, "username and password are there"};
  return {"credentials", verdict::fail, missing, exit_status::usage};
}

/// The nearest folder above `path` that exists.
std::filesystem::path existing_folder(std::filesystem::path path) {
  std::error_code failed;
  path = std::filesystem::absolute(path, failed);
  while (!path.empty() && !std::filesystem::is_directory(path, failed)
         && path != path.parent_path())
    path = path.parent_path();
  return path;
}

finding look_at_state_dir(const command_context& context) {
  const auto& dir = context.conf.state.dir;
  const auto folder = existing_folder(dir);
  if (::access(folder.c_str(), W_OK | X_OK) == 0)
    return {"state directory", verdict::pass, dir + " can be written"};
  return {"state directory", verdict::fail,
          folder.string()
            + " cannot be written: " + std::generic_category().message(errno)
            + "; name another with --state-dir or mend its rights",
          exit_status::files};
}

std::int64_t likely_bytes(const command_context& context, report_database& db) {
  auto input = plan_input_of(context);
  input.horses = read_horse_counts(db);
  return summarize_plan(input, day_records(read_ledger_days(
                                 db, store_settings_of(context).source)))
    .bytes.likely;
}

/// The bytes that the run adds against what the disk has.
finding look_at_room(const command_context& context, report_database& db) {
  const auto wanted = likely_bytes(context, db);
  const auto size = read_database_bytes(db);
  auto text = human_bytes(size) + " now, about " + human_bytes(wanted)
              + " to come";
  const auto url = parse_database_url(context.conf.database.url);
  if (!url || url->kind != dialect::sqlite)
    return {"database size", verdict::pass, text};
  std::error_code failure;
  const auto space = std::filesystem::space(existing_folder(url->path),
                                            failure);
  if (failure)
    return {"database size", verdict::pass, text};
  const auto free = static_cast<std::int64_t>(space.available);
  text += ", " + human_bytes(free) + " free on the disk";
  // The write-ahead log and the sorting need room besides.
  const bool is_tight = free < wanted + wanted / 5;
  return {"database size", is_tight ? verdict::warn : verdict::pass,
          text + (is_tight ? ": too little; make room first" : "")};
}

finding look_at_schema(const command_context& context) {
  auto session = open_session(store_settings_of(context));
  if (!session)
    return failed("tables", session.error());
  const auto found = inspect_schema(**session);
  if (!found)
    return failed("tables", found.error());
  std::int64_t open = 0;
  for (const auto& x : *found) {
    if (x.kind == difference_kind::foreign_shape)
      return {"tables", verdict::fail, x.table + ": " + x.text,
              exit_status::database};
    open += x.kind != difference_kind::other_type
                && x.kind != difference_kind::not_null
              ? 1
              : 0;
  }
  if (open == 0)
    return {"tables", verdict::pass, "as racefill needs them"};
  return {"tables", verdict::warn,
          with_commas(open)
            + " things are missing; racefill migrate adds them"};
}

void look_at_database(const command_context& context,
                      std::vector<finding>& out) {
  auto db = report_database::open(store_settings_of(context));
  if (!db) {
    out.push_back(failed("database", db.error()));
    return;
  }
  try {
    if (!db->exists()) {
      const auto url = parse_database_url(context.conf.database.url);
      const auto folder = existing_folder(url->path);
      if (::access(folder.c_str(), W_OK | X_OK) != 0) {
        out.push_back({"database", verdict::fail,
                       folder.string() + " cannot be written: "
                         + std::generic_category().message(errno),
                       exit_status::database});
        return;
      }
      out.push_back({"database", verdict::pass,
                     db->name()
                       + " does not exist yet; the first run makes "
                         "it"});
    } else {
      db->query("SELECT 1");
      out.push_back({"database", verdict::pass, db->name() + " answers"});
    }
    out.push_back(look_at_room(context, *db));
    const bool exists = db->exists();
    db->close();
    if (exists)
      out.push_back(look_at_schema(context));
  } catch (const sql_error& err) {
    out.push_back(failed("database", to_error(err)));
  }
}

/// One call, for yesterday's racecards: the course list is free on every plan,
/// and says nothing about what a run needs.
finding look_at_api(const command_context& context) {
  const std::string name = "API";
  // A call of ours beside a run might be one too many for the account.
  const auto holder = lease_holder(context);
  if (holder && !holder->empty())
    return {name, verdict::warn,
            "not called: " + *holder + " is running with this account"};
  auto live = open_live_api(context);
  if (!live && fault_of(live.error()) == fault::lease_held)
    return {name, verdict::warn, "not called: " + describe(live.error())};
  if (!live)
    return failed(name, live.error());
  const auto day = today_in_london() + -1;
  const auto reply = call_once(*live, live->api->racecards(day, 0));
  if (!reply)
    return failed(name, reply.error());
  const auto what = "racecards " + to_string(day);
  if (auto err = error_of(*reply, what))
    return {name, verdict::fail, last_word(err), exit_status_of(fault_of(err))};
  const auto extent = live->api->racecards_extent(reply->body);
  if (!extent)
    return failed(name, extent.error());
  return {name, verdict::pass,
          context.conf.api.url + " answered in "
            + std::to_string(reply->latency_ms) + " ms with "
            + std::to_string(extent->total) + ' ' + what};
}

std::string text_of(const std::vector<finding>& all,
                    const terminal_look& look) {
  std::string out;
  for (const auto& x : all) {
    const auto colour = x.outcome == verdict::pass   ? tint::good
                        : x.outcome == verdict::warn ? tint::warn
                                                     : tint::bad;
    out += tinted(look, colour, to_string(x.outcome)) + "  "
           + wrapped_text(x.name + ": " + x.text, 6).substr(6);
  }
  return out;
}

std::string json_of(const std::vector<finding>& all, int status) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "check-config")
    .member("exit_status", status)
    .open("findings", '[');
  for (const auto& x : all)
    out.open('{')
      .member("name", x.name)
      .member("outcome", to_string(x.outcome))
      .member("text", x.text)
      .close();
  return out.close().close().take();
}

} // namespace

int check_config_command(const command_context& context) {
  std::vector<finding> all{look_at_conf(context), look_at_credentials(context),
                           look_at_state_dir(context)};
  look_at_database(context, all);
  if (context.call.live)
    all.push_back(look_at_api(context));
  int status = 0;
  for (const auto& x : all)
    if (status == 0 && x.outcome == verdict::fail)
      status = to_int(x.status == exit_status::settled ? exit_status::left
                                                       : x.status);
  return print_report(context.call.json
                        ? json_of(all, status)
                        : text_of(all, look_of_stdout(context.env)),
                      status);
}

} // namespace racefill
