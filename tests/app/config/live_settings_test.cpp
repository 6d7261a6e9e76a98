#include "app/config/live_settings.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "messages/faults.hpp"

namespace racefill::test {
namespace {

class live_settings_test : public ::testing::Test {
protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path()
            / ("racefill-live-" + std::to_string(::getpid()) + ".conf");
    write("concurrency.enrichers = 2\n");
    sources_.file = path_;
    sources_.system_file.clear();
    live = std::make_unique<live_settings>(
      sources_, *load_settings(sources_),
      [this](const settings& now, const std::vector<std::string>& keys) {
        taken = now;
        changed = keys;
        ++calls;
      });
  }

  void TearDown() override {
    std::filesystem::remove(path_);
  }

  void write(const std::string& text) {
    std::ofstream{path_} << text;
  }

  config_sources sources_;
  std::filesystem::path path_;
  std::unique_ptr<live_settings> live;
  settings taken;
  std::vector<std::string> changed;
  int calls = 0;
};

TEST_F(live_settings_test, takes_over_what_may_change) {
  write("concurrency.enrichers = 8\ngate.requests = 1\n");
  const auto text = live->reload();
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "gate.requests is 1 now, was 2; concurrency.enrichers is 8 "
                   "now, was 2");
  EXPECT_EQ(taken.concurrency.enrichers, 8);
  EXPECT_EQ(changed, (std::vector<std::string>{"gate.requests",
                                               "concurrency.enrichers"}));
  EXPECT_EQ(live->current().gate.requests, 1);
}

TEST_F(live_settings_test, names_what_needs_a_restart_and_leaves_it) {
  write("concurrency.enrichers = 2\nhttp.attempts = 9\nlog.file = x.log\n");
  for (int i = 0; i < 2; ++i) // It is still so at the second time.
    EXPECT_EQ(*live->reload(), "nothing has changed; only a restart takes "
                               "over: http.attempts, log.file");
  EXPECT_EQ(live->current().http.attempts, 5);
  EXPECT_EQ(calls, 0);
}

TEST_F(live_settings_test, a_bad_file_changes_nothing) {
  write("concurrency.enrichers = 8\nconcurrency.writers = none\nx = 1\n");
  const auto text = live->reload();
  ASSERT_FALSE(text);
  EXPECT_EQ(fault_of(text.error()), fault::bad_settings);
  EXPECT_EQ(error_lines(text.error()).size(), 2u);
  EXPECT_EQ(live->current().concurrency.enrichers, 2);
  EXPECT_EQ(calls, 0);
  std::filesystem::remove(path_);
  EXPECT_FALSE(live->reload());
}

TEST_F(live_settings_test, the_newest_order_wins) {
  EXPECT_EQ(*live->set("concurrency.enrichers", "5"),
            "concurrency.enrichers is 5 now, was 2");
  write("concurrency.enrichers = 2\ngate.requests = 1\n");
  EXPECT_EQ(*live->reload(), "gate.requests is 1 now, was 2")
    << "the file says of the enrichers what it said before";
  EXPECT_EQ(live->current().concurrency.enrichers, 5);
  write("concurrency.enrichers = 3\ngate.requests = 1\n");
  EXPECT_EQ(*live->reload(), "concurrency.enrichers is 3 now, was 5");
}

TEST_F(live_settings_test, refuses_what_does_not_go_together) {
  ASSERT_TRUE(live->set("gate.reserve", "1"));
  write("concurrency.enrichers = 2\ngate.requests = 1\n");
  EXPECT_FALSE(live->reload()) << "the reserve set by hand leaves nothing";
  EXPECT_EQ(live->current().gate.requests, 2);
}

TEST_F(live_settings_test, sets_one_key_or_says_why_not) {
  EXPECT_FALSE(live->set("gate.requests", "none"));
  EXPECT_FALSE(live->set("gate.request", "1"));
  const auto restart = live->set("http.attempts", "3");
  ASSERT_FALSE(restart);
  EXPECT_NE(describe(restart.error()).find("needs a restart"),
            std::string::npos);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(*live->set("log.level", "info"), "log.level is info already");
}

} // namespace
} // namespace racefill::test
