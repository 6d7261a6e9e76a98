/// MAINTAIN: packs old files of logs/ away and notes the database's size.
#include <chrono>

#include "app/commands/command.hpp"
#include "app/commands/report_scope.hpp"
#include "app/print/json_report.hpp"
#include "infra/facts/sizes.hpp"
#include "infra/files/log_packer.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

/// What maintain has found and done.
struct upkeep {
  std::string database;
  bool exists = false;
  std::string folder;
  archive_result files;
  database_size size;
  std::vector<database_size> before; ///< Ascending, today's not among them.
};

archive_settings archive_of(const settings& conf) {
  archive_settings out;
  out.folder = in_state_dir(conf, "logs");
  const auto checkpoint = in_state_dir(conf, conf.checkpoint.file);
  out.keep = {checkpoint, checkpoint + ".bak",
              in_state_dir(conf, conf.checkpoint.errors_file),
              in_state_dir(conf, "logs/backfill_analysis.json")};
  if (!conf.log.file.empty())
    out.keep.insert(in_state_dir(conf, conf.log.file));
  out.older_than = std::chrono::hours{24 * conf.maintain.archive_days};
  out.delete_after = std::chrono::hours{24 * conf.maintain.keep_days};
  out.now = std::chrono::system_clock::now();
  return out;
}

std::string signed_bytes(std::int64_t x) {
  return (x < 0 ? "-" : "+") + human_bytes(x < 0 ? -x : x);
}

std::string growth_text(const upkeep& x) {
  std::string out;
  auto since = [&](const database_size* old) {
    if (old == nullptr)
      return;
    const auto days = x.size.taken_on - old->taken_on;
    const auto grown = x.size.bytes - old->bytes;
    out += "  since " + to_string(old->taken_on) + "  " + signed_bytes(grown)
           + ", " + signed_bytes(days > 0 ? grown / days : grown) + " a day, "
           + with_commas(x.size.runners - old->runners) + " runners\n";
  };
  const auto* last = x.before.empty() ? nullptr : &x.before.back();
  const auto* month = size_on(x.before, x.size.taken_on + -30);
  since(last);
  if (month != last)
    since(month);
  return out;
}

std::string text_of(const upkeep& x) {
  std::string out;
  for (const auto& file : x.files.archived)
    out += "Archived " + file.name + ", " + human_bytes(file.bytes) + " as "
           + human_bytes(file.packed_bytes) + ".\n";
  for (const auto& name : x.files.deleted)
    out += "Deleted archive/" + name + ".\n";
  if (out.empty())
    out = "No file of " + x.folder + " is old enough to be archived.\n";
  out += "Archive   " + human_bytes(x.files.held_bytes) + " in " + x.folder
         + "/archive\n";
  if (!x.exists)
    return out + "Database  " + x.database + " does not exist yet\n";
  out += "Database  " + human_bytes(x.size.bytes) + ", "
         + with_commas(x.size.races) + " races, " + with_commas(x.size.runners)
         + " runners, " + with_commas(x.size.horses) + " horses\n";
  return out + growth_text(x);
}

void add_size(json_report& out, const database_size& x) {
  out.member("taken_on", to_string(x.taken_on))
    .member("bytes", x.bytes)
    .member("races", x.races)
    .member("runners", x.runners)
    .member("horses", x.horses);
}

std::string json_of(const upkeep& x) {
  json_report out;
  out.open('{')
    .member("schema", report_schema)
    .member("report", "maintain")
    .member("database", x.database)
    .open("archived", '[');
  for (const auto& file : x.files.archived)
    out.open('{')
      .member("name", file.name)
      .member("bytes", file.bytes)
      .member("packed_bytes", file.packed_bytes)
      .close();
  out.close().open("deleted", '[');
  for (const auto& name : x.files.deleted)
    out.item(name);
  out.close().member("archive_bytes", x.files.held_bytes);
  out.open("size", '{');
  add_size(out, x.size);
  out.close().open("sizes_before", '[');
  for (const auto& old : x.before) {
    out.open('{');
    add_size(out, old);
    out.close();
  }
  return out.close().close().take();
}

/// A role that may not write there still gets its report.
void note(const command_context& context, const database_size& size) {
  auto session = open_session(store_settings_of(context));
  auto noted = session ? note_size(**session, size)
                       : caf::expected<void>{session.error()};
  if (!noted)
    log_warn("maintain", "maintain could not note the database's size",
             {{"error", describe(noted.error())}});
}

} // namespace

int maintain_command(const command_context& context) {
  upkeep found;
  const auto files = archive_of(context.conf);
  found.folder = files.folder;
  auto archived = archive_files(files);
  if (!archived)
    return fail_with(archived.error());
  found.files = std::move(*archived);
  return with_report_database(context, [&](report_database& db) {
    found.database = db.name();
    found.exists = db.exists();
    found.size = measure_database(db, today_in_london());
    found.before = read_sizes(db);
    while (!found.before.empty()
           && found.before.back().taken_on >= found.size.taken_on)
      found.before.pop_back();
    if (db.has("racefill_sizes")) {
      db.close(); // The note is a write.
      note(context, found.size);
    }
    return print_report(context.call.json ? json_of(found) : text_of(found), 0);
  });
}

} // namespace racefill
