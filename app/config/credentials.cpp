#include "app/config/credentials.hpp"

#include <algorithm>
#include <unistd.h>

#include "app/config/conf_file.hpp"
#include "app/config/database_url.hpp"
#include "app/config/small_file.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

constexpr std::size_t bytes_max = 65536;

caf::error refuse(std::string text) {
  return caf::make_error(fault::bad_settings, std::move(text));
}

std::string find(const environment& env, const char* name) {
  const auto found = env.find(name);
  return found == env.end() ? std::string{} : found->second;
}

bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

bool is_quoted(const std::string& text) {
  return text.size() > 1 && text.front() == text.back()
         && (text.front() == '"' || text.front() == '\'');
}

/// The file of that name handed over by systemd; "" when there is none.
std::string handed_over(const environment& env, const char* name) {
  const auto folder = find(env, "CREDENTIALS_DIRECTORY");
  if (folder.empty())
    return {};
  auto path = folder + '/' + name;
  return ::access(path.c_str(), F_OK) == 0 ? path : std::string{};
}

/// Fills what is still empty from `username=…`, `password=…` lines.
caf::error read_api_file(const std::string& path, file_privacy privacy,
                         credentials& out) {
  const auto text = read_small_file(path, bytes_max, privacy);
  if (!text)
    return text.error();
  if (text->starts_with("export ") || text->find("\nexport ") < text->size())
    return refuse(path
                  + ": leave `export` out, and quotes too: this is no shell "
                    "script, but username=... and password=... lines");
  const auto conf = parse_conf(*text);
  if (!conf.problems.empty())
    return refuse(path + ' ' + conf.problems.front());
  for (const auto& entry : conf.entries) {
    const auto place = path + " line " + std::to_string(entry.line) + ": ";
    if ((entry.key == "username" || entry.key == "password")
        && is_quoted(entry.value))
      return refuse(place + "leave the quotes round the " + entry.key
                    + " out: they would be sent too");
    if (entry.key == "username") {
      if (out.api_username.empty())
        out.api_username = entry.value;
    } else if (entry.key == "password") {
      if (out.api_password.empty())
        out.api_password = secret{entry.value};
    } else {
      return refuse(place + "expected username=... or password=...");
    }
  }
  if (out.api_username.empty() || out.api_password.empty())
    return refuse(path + " must hold the lines username=... and password=...");
  return {};
}

caf::error read_password_file(const std::string& path, file_privacy privacy,
                              secret& out) {
  auto text = read_small_file(path, bytes_max, privacy);
  if (!text)
    return text.error();
  while (text->ends_with('\n') || text->ends_with('\r'))
    text->pop_back();
  if (text->empty() || has_control(*text))
    return refuse(path + " must hold the database password, on one line");
  out = secret{std::move(*text)};
  return {};
}

caf::error load_api(const settings& conf, const environment& env,
                    credentials& out) {
  out.api_username = find(env, "RACING_API_USERNAME");
  out.api_password = secret{find(env, "RACING_API_PASSWORD")};
  const auto complete = [&out] {
    return !out.api_username.empty() && !out.api_password.empty();
  };
  if (!complete() && !conf.api.credentials_file.empty())
    if (auto err = read_api_file(conf.api.credentials_file,
                                 file_privacy::owner_only, out))
      return err;
  const auto handed = handed_over(env, "racing_api");
  if (!complete() && !handed.empty())
    if (auto err = read_api_file(handed, file_privacy::group, out))
      return err;
  // Basic auth joins the two by a colon.
  if (out.api_username.find(':') != std::string::npos
      || has_control(out.api_username)
      || has_control(out.api_password.reveal()))
    return refuse("the API's username or password holds a colon or a control "
                  "character; check RACING_API_USERNAME and "
                  "RACING_API_PASSWORD");
  return {};
}

caf::error load_database(const settings& conf, const environment& env,
                         credentials& out) {
  const auto named = find(env, "RACEFILL_DB");
  if (!named.empty()) {
    // A password must not travel to another server that --db names.
    auto target = split_database_url(named);
    if (target.problem.empty() && target.url == conf.database.url)
      out.database_password = std::move(target.password);
  }
  if (out.database_password.empty() && !conf.database.password_file.empty())
    if (auto err = read_password_file(conf.database.password_file,
                                      file_privacy::owner_only,
                                      out.database_password))
      return err;
  const auto handed = handed_over(env, "database_password");
  if (out.database_password.empty() && !handed.empty())
    if (auto err = read_password_file(handed, file_privacy::group,
                                      out.database_password))
      return err;
  return {};
}

} // namespace

caf::expected<credentials> load_credentials(const settings& conf,
                                            const environment& env) {
  credentials out;
  if (auto err = load_api(conf, env, out))
    return err;
  if (auto err = load_database(conf, env, out))
    return err;
  return out;
}

std::string missing_api_credentials(const credentials& x) {
  std::string names;
  if (x.api_username.empty())
    names = "RACING_API_USERNAME";
  if (x.api_password.empty())
    names += names.empty() ? "RACING_API_PASSWORD" : " and RACING_API_PASSWORD";
  if (names.empty())
    return {};
  return "no credentials for the API: set " + names
         + ", or name a file of mode 0600 in api.credentials_file";
}

} // namespace racefill
