/// COMPARE_TRUTH: holds a database against what it should hold.
///
///   compare_truth check DB-URL TRUTH-FILE   against `racefill simulate truth`
///   compare_truth dump DB-URL               all tables as canonical JSON lines
///
/// A password comes from RACEFILL_DB as for racefill itself. Exit status: 0
/// equal, 1 different (the first differences are printed), 2 could not compare.
/// It shares no code with the decoders; of the store only the connection and
/// the list of tables with their column types.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "infra/sql/sql_session.hpp"
#include "infra/store/table_model.hpp"

namespace {

using namespace racefill;
using simdjson::dom::element;
using simdjson::dom::element_type;

/// Column to canonical JSON text.
using row_map = std::map<std::string, std::string>;
/// Key to row, and table to rows.
using table_map = std::map<std::string, row_map>;
using database_map = std::map<std::string, table_map>;

constexpr int differences_shown = 20;

// What legitimately differs between two runs that filled the same.
const std::set<std::string> volatile_columns{
  "created_at", "updated_at", "fetched_at", "enriched_at", "first_seen_at",
  "settled_at", "attempts",   "run_id",     "error"};
const std::set<std::string> volatile_tables{
  "racefill_meta", "racefill_runs", "racefill_lease", "racefill_attempts"};

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof(buffer), "\\u%04x", c);
      out += buffer;
    } else {
      out += c;
    }
  }
  return out + '"';
}

// 20, 20.0 and 2e1 are one number.
std::string number(double x) {
  char buffer[40];
  if (std::nearbyint(x) == x && std::abs(x) < 1e15)
    std::snprintf(buffer, sizeof(buffer), "%.0f", x);
  else
    std::snprintf(buffer, sizeof(buffer), "%.15g", x);
  return buffer;
}

std::string canonical(const element& x) {
  std::string out;
  switch (x.type()) {
    case element_type::ARRAY: {
      const simdjson::dom::array items = x;
      for (const element item : items)
        out += (out.empty() ? "[" : ",") + canonical(item);
      return (out.empty() ? "[" : out) + "]";
    }
    case element_type::OBJECT: {
      const simdjson::dom::object members = x;
      row_map sorted;
      for (const auto member : members)
        sorted[std::string{member.key}] = canonical(member.value);
      for (const auto& [key, value] : sorted)
        out += (out.empty() ? "{" : ",") + json_text(key) + ":" + value;
      return (out.empty() ? "{" : out) + "}";
    }
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return number(x.get_double());
    case element_type::STRING:
      return json_text(x.get_string());
    case element_type::BOOL:
      return x.get_bool() ? "true" : "false";
    case element_type::NULL_VALUE:
      break;
  }
  return "null";
}

class converter {
public:
  std::string operator()(const column& col,
                         const std::optional<std::string>& value) {
    if (!value)
      return "null";
    switch (col.type) {
      case col_type::smallint:
      case col_type::integer:
      case col_type::bigint:
      case col_type::numeric:
      case col_type::real:
        return number(std::strtod(value->c_str(), nullptr));
      case col_type::boolean:
        return *value == "1" || *value == "t" || *value == "true" ? "true"
                                                                  : "false";
      case col_type::text_array:
      case col_type::json: {
        element parsed;
        if (parser_.parse(*value).get(parsed) != simdjson::SUCCESS)
          return "NOT JSON: " + *value;
        return canonical(parsed);
      }
      default:
        return json_text(*value);
    }
  }

private:
  simdjson::dom::parser parser_;
};

// The expression that yields one text form of a column in both databases.
std::string selected(dialect kind, const column& col) {
  if (kind == dialect::postgres) {
    if (col.type == col_type::text_array)
      return "to_jsonb(" + col.name + ")::text";
    if (col.type == col_type::instant)
      return "to_char(" + col.name
             + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    return col.name + "::text";
  }
  return "CAST(" + col.name + " AS TEXT)";
}

table_map read_table(sql_session& session, const table& from) {
  std::string columns;
  for (const auto& col : from.columns)
    columns += (columns.empty() ? "" : ",") + selected(session.kind(), col);
  transaction reading{session, access_mode::read};
  const auto rows = session.query("SELECT " + columns + " FROM " + from.name);
  reading.commit();
  converter convert;
  table_map out;
  for (const auto& row : rows) {
    row_map values;
    std::string key;
    for (std::size_t i = 0; i < from.columns.size(); ++i)
      values[from.columns[i].name] = convert(from.columns[i], row[i]);
    for (const auto& name : from.key)
      key += (key.empty() ? "" : "|") + values[name];
    if (!out.emplace(key, std::move(values)).second)
      throw std::runtime_error(from.name + " holds the key " + key + " twice");
  }
  return out;
}

database_map read_truth(const std::string& path) {
  std::ifstream file{path};
  if (!file)
    throw std::runtime_error("cannot read " + path);
  std::map<std::string, const table*> known;
  database_map out;
  for (const auto* each : target_tables()) {
    known[each->name] = each;
    out[each->name]; // A table without any true row must be empty.
  }
  simdjson::dom::parser parser;
  for (std::string line; std::getline(file, line);) {
    const element parsed = parser.parse(line).value();
    const std::string name{std::string_view{parsed["table"]}};
    const auto found = known.find(name);
    if (found == known.end())
      throw std::runtime_error("the truth names a table " + name);
    const simdjson::dom::object members = parsed["row"];
    row_map values;
    for (const auto member : members)
      values[std::string{member.key}] = canonical(member.value);
    std::string key;
    for (const auto& column : found->second->key)
      key += (key.empty() ? "" : "|") + values.at(column);
    out[name][key] = std::move(values);
  }
  return out;
}

class differences {
public:
  void tell(const std::string& text) {
    if (++count_ <= differences_shown)
      std::cout << text.substr(0, 600) << '\n';
  }
  int count() const {
    return count_;
  }

private:
  int count_ = 0;
};

void compare_rows(const std::string& where, const row_map& expected,
                  const row_map& found, differences& to) {
  for (const auto& [column, value] : expected) {
    const auto it = found.find(column);
    if (it == found.end())
      to.tell(where + " has no column " + column);
    else if (it->second != value)
      to.tell(where + "." + column + ": expected " + value + ", found "
              + it->second);
  }
}

// Rows of the truth and of the table, each held against the other.
std::size_t compare_table(const std::string& name, const table_map& truth,
                          const table_map& found, differences& to) {
  for (const auto& [key, row] : truth) {
    const auto it = found.find(key);
    if (it == found.end())
      to.tell(name + " " + key + " is missing");
    else
      compare_rows(name + " " + key, row, it->second, to);
  }
  // The program brings the bookmakers that it knows; a card adds to them.
  if (name != "ra_bookmakers")
    for (const auto& [key, row] : found)
      if (truth.count(key) == 0)
        to.tell(name + " " + key + " should not be there");
  return truth.size();
}

int check(sql_session& session, const std::string& truth_file) {
  const auto truth = read_truth(truth_file);
  differences found;
  std::size_t rows = 0;
  for (const auto* each : target_tables())
    // No endpoint lists the bookmakers, so no world has a truth about them.
    if (std::string_view{each->name} != "ra_bookmakers")
      rows += compare_table(each->name, truth.at(each->name),
                            read_table(session, *each), found);
  if (found.count() == 0 && rows == 0)
    throw std::runtime_error("the truth is empty; nothing was compared");
  std::cout << rows << " true rows, " << found.count() << " differences\n";
  return found.count() == 0 ? 0 : 1;
}

int dump(sql_session& session) {
  for (const auto* each : all_tables()) {
    if (volatile_tables.count(each->name) > 0)
      continue;
    for (const auto& [key, row] : read_table(session, *each)) {
      std::cout << each->name;
      for (const auto& [column, value] : row)
        if (volatile_columns.count(column) == 0)
          std::cout << ' ' << column << '=' << value;
      std::cout << '\n';
    }
  }
  return 0;
}

int run(const std::vector<std::string>& words) {
  const bool checks = words.size() == 3 && words[0] == "check";
  if (!checks && !(words.size() == 2 && words[0] == "dump")) {
    std::cerr << "compare_truth check DB-URL TRUTH-FILE | dump DB-URL\n";
    return 2;
  }
  store_settings settings;
  settings.url = words[1];
  settings.statement_timeout_ms = 600'000;
  if (const char* secret = std::getenv("RACEFILL_DB"))
    settings.password = split_password(secret).second;
  auto session = open_session(settings);
  if (!session)
    throw std::runtime_error("cannot open " + words[1]);
  return checks ? check(**session, words[2]) : dump(**session);
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& err) {
    std::cerr << "compare_truth: " << err.what() << '\n';
    return 2;
  }
}
