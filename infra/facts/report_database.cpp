#include "infra/facts/report_database.hpp"

#include <charconv>
#include <filesystem>

namespace racefill {
namespace {

// An SQLite file that the reports need not open: it is not there, or nobody
// has written to it yet.
bool is_missing(const database_url& url) {
  if (url.kind != dialect::sqlite)
    return false;
  std::error_code failed;
  const auto size = std::filesystem::file_size(url.path, failed);
  if (!failed)
    return size == 0;
  return failed == std::errc::no_such_file_or_directory
         || failed == std::errc::not_a_directory;
}

} // namespace

caf::expected<report_database>
report_database::open(const store_settings& settings) {
  const auto url = parse_database_url(settings.url);
  if (!url)
    return url.error();
  report_database out;
  out.name_ = url->display();
  out.kind_ = url->kind;
  if (is_missing(*url))
    return out;
  auto session = open_session(settings);
  if (!session)
    return session.error();
  try {
    out.session_ = std::move(*session);
    // A report reads the same indexes again and again.
    if (url->kind == dialect::sqlite)
      out.session_->query("PRAGMA cache_size=-65536");
    out.open_ = std::make_unique<transaction>(*out.session_, access_mode::read);
  } catch (const sql_error& err) {
    return to_error(err);
  }
  return out;
}

bool report_database::has(const std::string& table) {
  if (!exists())
    return false;
  auto found = shapes_.find(table);
  if (found == shapes_.end())
    found = shapes_.emplace(table, read_shape(*session_, table)).first;
  return found->second.exists;
}

bool report_database::has(const std::string& table, const std::string& column) {
  return has(table) && shapes_.at(table).find(column) != nullptr;
}

bool report_database::is_unique(const std::string& table,
                                const std::vector<std::string>& columns) {
  return has(table) && shapes_.at(table).is_unique(columns);
}

void report_database::require(const std::string& table,
                              const std::vector<std::string>& columns) {
  std::string missing;
  if (!has(table))
    missing = "table " + table;
  else
    for (const auto& column : columns)
      if (missing.empty() && !has(table, column))
        missing = "column " + table + '.' + column;
  if (!missing.empty())
    throw sql_error{fault::store_refused,
                    name_ + " has no " + missing
                      + "; `racefill migrate` adds what is missing"};
}

std::vector<sql_row>
report_database::query(const std::string& sql,
                       const std::vector<sql_value>& values) {
  return exists() ? session_->query(sql, values) : std::vector<sql_row>{};
}

std::int64_t report_database::number(const std::string& sql) {
  const auto rows = query(sql);
  return rows.empty() || rows[0].empty() ? 0 : to_number(rows[0][0]);
}

std::string report_database::day_text(const std::string& column) const {
  return kind_ == dialect::sqlite ? "substr(" + column + ",1,10)"
                                  : "to_char(" + column + ",'YYYY-MM-DD')";
}

std::string report_database::year_of(const std::string& column) const {
  return kind_ == dialect::sqlite
           ? "CAST(substr(" + column + ",1,4) AS INTEGER)"
           : "CAST(EXTRACT(YEAR FROM " + column + ") AS INTEGER)";
}

std::string report_database::is_future(const std::string& column,
                                       int seconds) const {
  return column + ">" + now_plus(kind_, seconds);
}

std::int64_t to_number(const std::optional<std::string>& cell) noexcept {
  // Sums come back as numeric in PostgreSQL, `12` or `12.0`: the digits before
  // the point are the number.
  std::int64_t out = 0;
  if (cell)
    std::from_chars(cell->data(), cell->data() + cell->size(), out);
  return out;
}

double to_real(const std::optional<std::string>& cell) noexcept {
  double out = 0;
  if (cell)
    std::from_chars(cell->data(), cell->data() + cell->size(), out);
  return out;
}

date to_day(const std::optional<std::string>& cell) noexcept {
  const auto day = cell && cell->size() >= 10
                     ? parse_date(std::string_view{*cell}.substr(0, 10))
                     : caf::none;
  return day ? *day : date{};
}

std::string sql_text(const std::string& text) {
  std::string out = "'";
  for (const auto c : text)
    out += c == '\'' ? "''" : std::string(1, c);
  return out + '\'';
}

} // namespace racefill
