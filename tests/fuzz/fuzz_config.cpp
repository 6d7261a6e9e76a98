/// FUZZ: any bytes as a conf file, a setting's value, a database URL, a word of
/// the command line. None may crash it or give a password away.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/cli/cli.hpp"
#include "app/config/conf_file.hpp"
#include "app/config/config.hpp"
#include "app/config/database_url.hpp"
#include "app/config/setting_keys.hpp"
#include "messages/faults.hpp"

namespace {

using namespace racefill;

void check(bool holds) {
  if (!holds)
    std::abort();
}

/// Whatever was read goes through print and assign unchanged.
void check_conf(const std::string& text) {
  const auto conf = parse_conf(text);
  settings x;
  for (const auto& entry : conf.entries)
    static_cast<void>(assign_setting(x, {entry.key, entry.value, entry.key}));
  check(validate(x).empty());
  for (const auto& key : setting_keys()) {
    settings copy;
    check(key.assign(copy, key.print(x)));
    check(key.print(copy) == key.print(x));
  }
}

void check_url(const std::string& text) {
  const auto target = split_database_url(text);
  check(target.problem.empty() != target.url.empty());
  if (target.problem.empty())
    check(split_database_url(target.url).password.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  check_conf(text);
  check_url(text);
  check_url("postgresql://" + text);
  static_cast<void>(parse_command_line({"run", text, text}));
  static_cast<void>(parse_command_line({"run", "--set", text}));
  static_cast<void>(parse_command_line({"ctl", "retry", text}));
  // A secret in a URL's usual place never comes back in an error.
  const auto refused = parse_command_line(
    {"run", "--db", "postgresql://a:GEHEIM" + text + "@h/d"});
  if (!refused)
    check(describe(refused.error()).find("GEHEIM") == std::string::npos);
  return 0;
}
