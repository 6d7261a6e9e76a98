#include "app/manual/manual.hpp"

#include <gtest/gtest.h>

#include "app/cli/cli_table.hpp"
#include "app/config/setting_keys.hpp"

namespace racefill::test {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// As troff has it.
std::string dashes(const std::string& text) {
  std::string out;
  for (char c : text)
    out += c == '-' ? std::string{"\\-"} : std::string(1, c);
  return out;
}

TEST(manual_test, knows_every_command_and_option) {
  const auto page = man_page();
  const auto bash = bash_completion();
  const auto zsh = zsh_completion();
  const auto fish = fish_completion();
  for (const auto& spec : command_table()) {
    EXPECT_TRUE(has(page, ".SS " + dashes(spec.name))) << spec.name;
    EXPECT_TRUE(has(bash, "    " + spec.name + ") words=")) << spec.name;
    EXPECT_TRUE(has(zsh, "'" + spec.name + ':')) << spec.name;
    EXPECT_TRUE(has(fish, " -a " + spec.name + " -d")) << spec.name;
    for (const auto& option : spec.options) {
      EXPECT_TRUE(has(page, ".B " + dashes(option.name))) << option.name;
      EXPECT_TRUE(has(bash, option.name)) << option.name;
      EXPECT_TRUE(has(zsh, option.name)) << option.name;
      EXPECT_TRUE(has(fish, "-l " + option.name.substr(2))) << option.name;
    }
  }
}

TEST(manual_test, knows_every_key) {
  const auto page = conf_man_page();
  const auto bash = bash_completion();
  for (const auto& key : setting_keys()) {
    EXPECT_TRUE(has(page, ".B " + key.name)) << key.name;
    EXPECT_TRUE(has(bash, key.name + '=')) << key.name;
  }
}

TEST(manual_test, no_line_is_a_request_by_accident) {
  for (const auto& page : {man_page(), conf_man_page()}) {
    std::size_t at = 0;
    while ((at = page.find("\n'", at)) != std::string::npos)
      FAIL() << page.substr(at, 60);
  }
}

} // namespace
} // namespace racefill::test
