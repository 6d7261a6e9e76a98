#include "app/config/config.hpp"

#include <algorithm>
#include <array>
#include <unistd.h>

#include "app/config/conf_file.hpp"
#include "app/config/database_url.hpp"
#include "app/config/nearest.hpp"
#include "app/config/setting_keys.hpp"
#include "app/config/small_file.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

constexpr std::size_t conf_bytes_max = 1 << 20;
constexpr std::size_t shown_max = 40;

using problems = std::vector<std::string>;

caf::error refuse(const problems& lines) {
  std::string text;
  for (const auto& line : lines)
    text += (text.empty() ? "" : "\n") + line;
  return caf::make_error(fault::bad_settings, std::move(text));
}

/// A value between quotes, cut and without control characters.
std::string in_quotes(std::string_view value) {
  std::string out = "\"";
  for (char c : value.substr(0, shown_max))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return out + (value.size() > shown_max ? "…\"" : "\"");
}

bool names_a_secret(std::string_view key) {
  for (const char* word : {"password", "passwd", "secret", "token", "username"})
    if (key.find(word) != std::string_view::npos)
      return true;
  return false;
}

std::string unknown_key(std::string_view key) {
  if (names_a_secret(key))
    return "is no setting: credentials come from RACING_API_USERNAME, "
           "RACING_API_PASSWORD and RACEFILL_DB, or from a file of mode 0600 "
           "named in api.credentials_file or database.password_file";
  return "is no setting" + did_you_mean(key, setting_names());
}

/// Sets one key; the problem without its place, "" when taken over.
std::string assign(settings& x, const std::string& name,
                   const std::string& value) {
  const auto* key = find_setting_key(name);
  if (key == nullptr)
    return unknown_key(name);
  if (key->may_hold_secret && holds_password(value))
    return "holds a password; name the user alone and give the password in "
           "RACEFILL_DB, or in a file of mode 0600 named in "
           "database.password_file";
  if (key->assign(x, value))
    return {};
  std::string out = "must be " + key->allowed;
  if (!key->unit.empty())
    out += ' ' + key->unit;
  if (!key->may_hold_secret)
    out += ", not " + in_quotes(value);
  if (value.find(" #") != std::string::npos)
    out += " (a comment needs a line of its own)";
  return out;
}

void read_file(settings& x, const std::string& path, problems& out) {
  const auto text = read_small_file(path, conf_bytes_max, file_privacy::any);
  if (!text) {
    out.push_back(error_lines(text.error()).front());
    return;
  }
  if (text->find_first_not_of(" \t\r\n") == std::string::npos) {
    out.push_back(path
                  + " is empty; copy conf/racefill.conf there, or leave it out "
                    "to run on the defaults");
    return;
  }
  const auto conf = parse_conf(*text);
  for (const auto& problem : conf.problems)
    out.push_back(path + ' ' + problem);
  for (const auto& entry : conf.entries) {
    const auto problem = assign(x, entry.key, entry.value);
    if (!problem.empty())
      out.push_back(path + " line " + std::to_string(entry.line) + ": "
                    + entry.key + ' ' + problem);
  }
}

struct variable {
  const char* name;
  const char* key;
};

constexpr std::array variables{
  variable{"RACING_API_BASE_URL", "api.url"},
  variable{"RACING_API_TIMEOUT", "http.deadline_seconds"},
  variable{"RACING_API_MAX_RETRIES", "http.attempts"},
  variable{"RACEFILL_DB", "database.url"},
  variable{"RACEFILL_STATE_DIR", "state.dir"},
  variable{"RACEFILL_LOG_LEVEL", "log.level"},
};

std::string find_variable(const environment& env, const char* name) {
  const auto found = env.find(name);
  return found == env.end() ? std::string{} : found->second;
}

void read_environment(settings& x, const environment& env, problems& out) {
  for (const auto& [name, key] : variables) {
    auto value = find_variable(env, name);
    if (value.empty())
      continue;
    std::string problem;
    if (std::string_view{key} == "database.url") {
      // Here, and only here, a URL may bring its password along.
      const auto target = split_database_url(value);
      problem = target.problem;
      value = target.url;
    }
    if (problem.empty())
      problem = assign(x, key, value);
    if (!problem.empty())
      out.push_back(std::string{name} + ' ' + problem);
  }
}

/// Accepts the base URL of the old job, which ended in /v1.
void normalise(settings& x) {
  auto& url = x.api.url;
  while (url.ends_with('/'))
    url.pop_back();
  if (url.ends_with("/v1"))
    url.resize(url.size() - 3);
}

} // namespace

environment process_environment() {
  environment out;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr;
       ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

std::vector<std::string> misspelt_variables(const environment& env) {
  problems out;
  for (const std::string prefix : {"RACEFILL_", "RACING_API_"}) {
    // Only what follows the prefix tells a slip from another program's name.
    std::vector<std::string> known;
    for (const char* name :
         {"RACEFILL_CONFIG", "RACING_API_USERNAME", "RACING_API_PASSWORD"})
      if (std::string_view{name}.starts_with(prefix))
        known.push_back(name + prefix.size());
    for (const auto& x : variables)
      if (std::string_view{x.name}.starts_with(prefix))
        known.push_back(x.name + prefix.size());
    for (const auto& [name, value] : env) {
      if (!name.starts_with(prefix))
        continue;
      const auto rest = name.substr(prefix.size());
      if (std::find(known.begin(), known.end(), rest) != known.end())
        continue;
      if (const auto meant = nearest(rest, known); !meant.empty())
        out.push_back("the environment's " + name
                      + " is not read (did you mean " + prefix + meant + "?)");
    }
  }
  return out;
}

std::string conf_file_of(const config_sources& sources) {
  if (!sources.file.empty())
    return sources.file;
  auto named = find_variable(sources.env, "RACEFILL_CONFIG");
  if (!named.empty())
    return named;
  // One that exists but cannot be read must stop the start, so only F_OK.
  if (!sources.system_file.empty()
      && ::access(sources.system_file.c_str(), F_OK) == 0)
    return sources.system_file;
  return {};
}

caf::expected<settings> load_settings(const config_sources& sources) {
  settings out;
  problems found;
  const auto path = conf_file_of(sources);
  if (!path.empty())
    read_file(out, path, found);
  read_environment(out, sources.env, found);
  for (const auto* layer : {&sources.sets, &sources.flags})
    for (const auto& change : *layer) {
      const auto problem = assign(out, change.key, change.value);
      if (!problem.empty())
        found.push_back(change.label + ' ' + problem);
    }
  if (sources.test_range)
    out.run.end_date = out.run.start_date + 6;
  normalise(out);
  // Half-read settings would only raise complaints that lead astray.
  if (found.empty())
    found = validate(out);
  if (!found.empty())
    return refuse(found);
  return out;
}

std::vector<std::string> validate(const settings& x) {
  problems out;
  if (x.run.end_date.known() && x.run.end_date < x.run.start_date)
    out.push_back("the range ends (" + to_string(x.run.end_date)
                  + ") before it starts (" + to_string(x.run.start_date)
                  + "); mend run.start_date or run.end_date");
  if (x.gate.reserve >= x.gate.requests)
    out.push_back("gate.reserve (" + std::to_string(x.gate.reserve)
                  + ") leaves nothing of gate.requests ("
                  + std::to_string(x.gate.requests) + "); lower the reserve");
  if (x.http.backoff_initial_ms > x.http.backoff_max_ms)
    out.emplace_back("http.backoff_initial_ms is above http.backoff_max_ms; "
                     "lower the one or raise the other");
  if (x.monitor.port != 0 && x.monitor.port == x.page.port)
    out.emplace_back("monitor.port and page.port are the same; change one");
  const auto target = split_database_url(x.database.url);
  if (!target.problem.empty())
    out.push_back("database.url " + target.problem);
  return out;
}

caf::error assign_setting(settings& x, const setting_override& change) {
  auto copy = x;
  auto problem = assign(copy, change.key, change.value);
  if (!problem.empty())
    return refuse({change.label + ' ' + problem});
  const auto found = validate(copy);
  if (!found.empty())
    return refuse(found);
  x = std::move(copy);
  return {};
}

settings_diff diff_reloadable(const settings& before, const settings& after) {
  settings_diff out;
  for (const auto& key : setting_keys())
    if (key.print(before) != key.print(after))
      (key.reloadable ? out.live : out.restart).push_back(key.name);
  return out;
}

std::vector<std::string> error_lines(const caf::error& err) {
  auto text = describe(err);
  const auto prefix = to_string(fault::bad_settings) + ": ";
  if (text.starts_with(prefix))
    text.erase(0, prefix.size());
  std::vector<std::string> out;
  for (std::size_t from = 0; from <= text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    out.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

std::string in_state_dir(const settings& x, const std::string& path) {
  if (path.empty() || path.front() == '/' || x.state.dir == ".")
    return path;
  return x.state.dir + (x.state.dir.ends_with('/') ? "" : "/") + path;
}

} // namespace racefill
