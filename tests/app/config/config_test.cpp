#include "app/config/config.hpp"

#include <gmock/gmock.h>

#include "app/config/setting_keys.hpp"
#include "messages/faults.hpp"
#include "tests/app/config/scratch_folder.hpp"

namespace racefill {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class config : public scratch_folder {
protected:
  config() {
    sources_.system_file.clear(); // This machine's own file is no part of it.
  }

  /// The lines of the error; empty when the settings loaded.
  std::vector<std::string> complaints() {
    const auto loaded = load_settings(sources_);
    if (loaded)
      return {};
    EXPECT_EQ(fault_of(loaded.error()), fault::bad_settings);
    return error_lines(loaded.error());
  }

  settings loaded() {
    auto out = load_settings(sources_);
    if (out)
      return *out;
    ADD_FAILURE() << describe(out.error());
    return {};
  }

  void conf(const std::string& text) {
    sources_.file = write("racefill.conf", text, 0644);
  }

  config_sources sources_;
};

TEST_F(config, without_any_source_gives_the_defaults) {
  const auto x = loaded();
  EXPECT_EQ(x.api.url, "https://api.theracingapi.com");
  EXPECT_THAT(x.api.regions, ElementsAre("gb", "ire"));
  EXPECT_EQ(to_string(x.provider.history_start), "2023-01-23");
  EXPECT_EQ(to_string(x.run.start_date), "2015-01-01");
  EXPECT_FALSE(x.run.end_date.known());
  EXPECT_EQ(x.gate.requests, 2);
  EXPECT_EQ(x.database.url, "sqlite:racefill.db");
}

TEST_F(config, lets_each_layer_override_the_one_below) {
  conf("gate.requests = 10\nhttp.attempts = 10\ndatabase.url = sqlite:a.db\n"
       "log.level = warn\n");
  EXPECT_EQ(loaded().gate.requests, 10);
  sources_.env = {{"RACING_API_MAX_RETRIES", "11"},
                  {"RACEFILL_DB", "sqlite:b.db"},
                  {"RACEFILL_LOG_LEVEL", "error"}};
  EXPECT_EQ(loaded().http.attempts, 11);
  EXPECT_EQ(loaded().database.url, "sqlite:b.db");
  sources_.sets = {{"database.url", "sqlite:c.db", "--set database.url"},
                   {"log.level", "debug", "--set log.level"},
                   {"log.level", "off", "--set log.level"}};
  EXPECT_EQ(loaded().database.url, "sqlite:c.db");
  EXPECT_EQ(loaded().log.level, log_level::off);
  sources_.flags = {{"database.url", "sqlite:d.db", "--db"}};
  EXPECT_EQ(loaded().database.url, "sqlite:d.db");
  EXPECT_EQ(loaded().gate.requests, 10);
}

TEST_F(config, takes_an_empty_variable_for_unset) {
  sources_.env = {{"RACEFILL_DB", ""}, {"RACING_API_TIMEOUT", ""}};
  EXPECT_EQ(loaded().database.url, "sqlite:racefill.db");
}

TEST_F(config, accepts_the_base_url_of_the_old_job) {
  sources_.env = {{"RACING_API_BASE_URL", "https://api.theracingapi.com/v1/"}};
  EXPECT_EQ(loaded().api.url, "https://api.theracingapi.com");
}

TEST_F(config, reports_all_mistakes_of_a_file_with_their_lines) {
  conf("gate.request = 2\n"
       "http.attempts = many\n"
       "# fine\n"
       "concurrency.writers = 99\n"
       "gate.mode = fast\n"
       "run.start_date = 2024-02-30\n"
       "nonsense\n"
       "api.keep_odds = yes\n");
  const auto lines = complaints();
  ASSERT_THAT(lines, SizeIs(7));
  EXPECT_THAT(lines[0], HasSubstr("line 7: expected section.key = value"));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("line 1: gate.request is no setting"),
                              HasSubstr("did you mean gate.requests?")));
  EXPECT_THAT(lines[2], HasSubstr("line 2: http.attempts must be 1 to 20 "
                                  "attempts, not \"many\""));
  EXPECT_THAT(lines[3], HasSubstr("concurrency.writers must be 1 to 16"));
  EXPECT_THAT(lines[4], HasSubstr("ack, reply or paced, not \"fast\""));
  EXPECT_THAT(lines[5], HasSubstr("line 6: run.start_date must be YYYY-MM-DD"));
  EXPECT_THAT(lines[6], HasSubstr("true or false"));
  for (const auto& line : lines)
    EXPECT_THAT(line, HasSubstr(sources_.file));
}

TEST_F(config, refuses_numbers_that_are_not_quite) {
  for (const char* bad : {"", "2.5", "0x2", "+2", "2s", "1e3", "99999999999999",
                          "-1", "2 # two"}) {
    conf(std::string{"gate.requests = "} + bad + '\n');
    EXPECT_THAT(complaints(), SizeIs(1)) << bad;
  }
}

TEST_F(config, refuses_lists_that_are_not_quite) {
  for (const char* bad : {"", "gb,,ire", "gb,", "GB", "gb ire", "gb, gb"}) {
    conf(std::string{"api.regions = "} + bad + '\n');
    EXPECT_THAT(complaints(), SizeIs(1)) << bad;
  }
  conf("api.regions = gb,ire ,  fr\n");
  EXPECT_THAT(loaded().api.regions, ElementsAre("gb", "ire", "fr"));
}

TEST_F(config, reads_names_of_bookmakers) {
  EXPECT_THAT(loaded().api.bookmakers, IsEmpty());
  conf("api.bookmakers = Tote,  Bet UK , 10Bet\n");
  EXPECT_THAT(loaded().api.bookmakers, ElementsAre("Tote", "Bet UK", "10Bet"));
  for (const auto* bad : {"Tote,", ",", "Tote,,Coral", "Tote, Tote", "-, !"}) {
    conf(std::string{"api.bookmakers = "} + bad + '\n');
    EXPECT_THAT(complaints(), SizeIs(1)) << bad;
  }
}

TEST_F(config, keeps_every_key_within_its_range) {
  for (const auto& key : setting_keys()) {
    settings x;
    const auto before = key.print(x);
    EXPECT_FALSE(key.assign(x, "\x01 rubbish")) << key.name;
    if (key.type == "number") {
      EXPECT_FALSE(key.assign(x, "2147483647")) << key.name;
      EXPECT_FALSE(key.assign(x, "-1")) << key.name;
    }
    EXPECT_EQ(key.print(x), before) << key.name;
    EXPECT_TRUE(key.assign(x, before)) << key.name;
    EXPECT_EQ(key.print(x), before) << key.name;
  }
}

TEST_F(config, says_what_to_do_about_a_file_that_is_missing_or_empty) {
  sources_.file = folder_ + "/none.conf";
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("none.conf cannot be read")));
  conf("");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("is empty; copy")));
  conf("\r\n \n");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("is empty; copy")));
  sources_.file = folder_;
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("is not a file")));
  conf("# nothing but this\n");
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(config, survives_a_file_of_binary_garbage) {
  std::string garbage;
  for (int i = 0; i < 70'000; ++i)
    garbage += static_cast<char>((i * 7919) >> 3);
  conf(garbage);
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("no text")));
  conf(std::string(2 << 20, 'a'));
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("too large")));
}

TEST_F(config, finds_its_file_by_flag_then_environment_then_system) {
  sources_.system_file = write("system.conf", "gate.requests = 3\n", 0644);
  EXPECT_EQ(loaded().gate.requests, 3);
  sources_.env["RACEFILL_CONFIG"] = write("named.conf", "gate.requests = 4\n",
                                          0644);
  EXPECT_EQ(loaded().gate.requests, 4);
  conf("gate.requests = 5\n");
  EXPECT_EQ(loaded().gate.requests, 5);
  sources_ = {};
  sources_.system_file = folder_ + "/none.conf";
  EXPECT_EQ(conf_file_of(sources_), "");
}

TEST_F(config, checks_settings_against_each_other) {
  conf("run.start_date = 2024-02-01\nrun.end_date = 2024-01-31\n"
       "gate.reserve = 2\nhttp.backoff_initial_ms = 70000\n"
       "monitor.port = 80\npage.port = 80\n");
  EXPECT_THAT(complaints(),
              ElementsAre(HasSubstr("before it starts"),
                          HasSubstr("gate.reserve"), HasSubstr("backoff"),
                          HasSubstr("the same")));
}

TEST_F(config, ends_a_test_range_six_days_after_its_start) {
  sources_.flags = {{"run.start_date", "2024-02-26", "--start-date"},
                    {"run.end_date", "2030-01-01", "--end-date"}};
  sources_.test_range = true;
  EXPECT_EQ(to_string(loaded().run.end_date), "2024-03-03");
}

TEST_F(config, takes_the_password_out_of_the_environment_alone) {
  const std::string url = "postgresql://me:geheim@h/racing";
  sources_.env = {{"RACEFILL_DB", url}};
  EXPECT_EQ(loaded().database.url, "postgresql://me@h/racing");
  sources_.env.clear();
  conf("database.url = " + url + '\n');
  EXPECT_THAT(complaints(), ElementsAre(AllOf(HasSubstr("RACEFILL_DB"),
                                              Not(HasSubstr("geheim")))));
  sources_.file.clear();
  sources_.sets = {{"database.url", url, "--set database.url"}};
  EXPECT_THAT(complaints(), ElementsAre(Not(HasSubstr("geheim"))));
}

TEST_F(config, never_repeats_a_password) {
  conf("api.password = geheim\napi.url = https://a:geheim@h\n"
       "database.url = geheim\ndatabase.passwd = geheim\n");
  sources_.env = {{"RACEFILL_DB", "postgresql://me:ge/geheim@h/racing"},
                  {"RACING_API_BASE_URL", "https://a:geheim@h"}};
  const auto lines = complaints();
  EXPECT_THAT(lines, SizeIs(6));
  for (const auto& line : lines)
    EXPECT_THAT(line, Not(HasSubstr("geheim")));
}

TEST_F(config, tells_live_changes_from_those_that_need_a_restart) {
  const settings before;
  auto after = before;
  after.concurrency.enrichers = 2;
  after.log.level = log_level::debug;
  after.gate.requests = 3;
  after.database.url = "sqlite:other.db";
  after.page.port = 80;
  const auto diff = diff_reloadable(before, after);
  EXPECT_THAT(diff.live, ElementsAre("gate.requests", "concurrency.enrichers",
                                     "log.level"));
  EXPECT_THAT(diff.restart, ElementsAre("database.url", "page.port"));
}

TEST_F(config, assigns_one_key_or_leaves_all_as_it_was) {
  settings x;
  EXPECT_FALSE(assign_setting(x, {"gate.requests", "5", "ctl set"}));
  EXPECT_EQ(x.gate.requests, 5);
  EXPECT_TRUE(assign_setting(x, {"gate.requests", "abc", "ctl set"}));
  EXPECT_TRUE(assign_setting(x, {"gate.reserve", "5", "ctl set"}));
  EXPECT_EQ(x.gate.requests, 5);
  EXPECT_EQ(x.gate.reserve, 0);
}

TEST_F(config, puts_relative_paths_beneath_the_state_folder) {
  settings x;
  EXPECT_EQ(in_state_dir(x, "logs/a.json"), "logs/a.json");
  x.state.dir = "/var/lib/racefill";
  EXPECT_EQ(in_state_dir(x, "logs/a.json"), "/var/lib/racefill/logs/a.json");
  EXPECT_EQ(in_state_dir(x, "/tmp/a.json"), "/tmp/a.json");
  EXPECT_EQ(in_state_dir(x, ""), "");
}

TEST_F(config, names_misspelt_variables) {
  EXPECT_THAT(misspelt_variables(
                {{"RACEFILL_STATEDIR", "/x"}, {"RACING_API_USERNAM", "me"}}),
              ElementsAre(HasSubstr("did you mean RACEFILL_STATE_DIR?"),
                          HasSubstr("did you mean RACING_API_USERNAME?")));
  EXPECT_THAT(misspelt_variables({{"RACEFILL_DB", "sqlite:x"},
                                  {"RACEFILL_CONFIG", "x"},
                                  {"RACEFILL_EVENT", "run_ended"},
                                  {"RACEFILL_TEXT", "x"},
                                  {"RACEFILL_DAYS_DONE", "3"},
                                  {"RACING_API_PASSWORD", "x"},
                                  {"HOME", "/"}}),
              IsEmpty());
}

} // namespace
} // namespace racefill
