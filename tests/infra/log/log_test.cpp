#include "infra/log/log.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "messages/faults.hpp"

namespace racefill {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class log : public testing::Test {
protected:
  void SetUp() override {
    auto pattern = testing::TempDir() + "racefill-log-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    settings_.file = folder_ + "/logs/racefill.log";
  }

  void TearDown() override {
    log_shutdown();
    std::filesystem::remove_all(folder_);
  }

  std::vector<std::string> lines_of(const std::string& path) const {
    std::ifstream file{path};
    std::vector<std::string> out;
    for (std::string line; std::getline(file, line);)
      out.push_back(line);
    return out;
  }

  std::string folder_;
  log_settings settings_;
};

TEST_F(log, writes_each_event_to_the_file_and_to_stderr) {
  testing::internal::CaptureStderr();
  ASSERT_FALSE(log_setup(settings_));
  log_info("writer", "wrote\na batch", {{"rows", "500"}});
  log_flush();
  const auto lines = lines_of(settings_.file);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("info  writer: wrote\\na batch rows=500"));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), lines[0] + '\n');
}

TEST_F(log, takes_a_new_level_at_once) {
  ASSERT_FALSE(log_setup(settings_));
  log_debug("a", "unseen");
  EXPECT_FALSE(log_enabled(log_level::debug));
  log_set_level(log_level::debug);
  log_debug("a", "seen");
  log_set_level(log_level::off);
  log_error("a", "unseen");
  log_shutdown();
  ASSERT_THAT(lines_of(settings_.file), SizeIs(1));
}

TEST_F(log, writes_what_is_queued_before_it_closes) {
  testing::internal::CaptureStderr();
  ASSERT_FALSE(log_setup(settings_));
  for (int i = 0; i < 2000; ++i)
    log_info("a", "line");
  log_shutdown();
  EXPECT_THAT(lines_of(settings_.file), SizeIs(2000));
  testing::internal::GetCapturedStderr();
}

TEST_F(log, keeps_lines_of_many_threads_whole) {
  settings_.format = log_format::json;
  testing::internal::CaptureStderr();
  ASSERT_FALSE(log_setup(settings_));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int j = 0; j < 500; ++j)
        log_info("thread", "a line of some length to be torn");
    });
  for (auto& thread : threads)
    thread.join();
  log_shutdown();
  const auto lines = lines_of(settings_.file);
  EXPECT_THAT(lines, SizeIs(2000));
  for (const auto& line : lines)
    EXPECT_TRUE(line.starts_with('{') && line.ends_with('}')) << line;
  testing::internal::GetCapturedStderr();
}

TEST_F(log, rotates_its_file) {
  settings_.rotate_mb = 1;
  settings_.rotate_files = 2;
  testing::internal::CaptureStderr();
  ASSERT_FALSE(log_setup(settings_));
  const std::string text(8000, 'x');
  for (int i = 0; i < 300; ++i) {
    log_info("a", text);
    if (i % 100 == 0)
      log_flush();
  }
  log_shutdown();
  EXPECT_LE(std::filesystem::file_size(settings_.file), 1U << 20);
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/logs/racefill.1.log"));
  testing::internal::GetCapturedStderr();
}

TEST_F(log, says_when_its_file_cannot_be_opened_and_stays_as_it_was) {
  ASSERT_FALSE(log_setup(settings_));
  auto bad = settings_;
  bad.file = settings_.file + "/below-a-file/x.log";
  log_info("a", "before");
  const auto err = log_setup(bad);
  EXPECT_EQ(fault_of(err), fault::files_refused);
  EXPECT_THAT(describe(err), HasSubstr("change log.file"));
  log_info("a", "after");
  log_shutdown();
  EXPECT_THAT(lines_of(settings_.file), SizeIs(2));
}

TEST_F(log, shows_no_live_line_where_there_is_no_terminal) {
  testing::internal::CaptureStderr();
  ASSERT_FALSE(log_setup(settings_));
  log_live_line("nearly there");
  log_info("a", "event");
  log_shutdown();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("event"), Not(HasSubstr("nearly"))));
}

TEST_F(log, works_before_setup_and_after_shutdown) {
  testing::internal::CaptureStderr();
  log_shutdown();
  log_set_level(log_level::info);
  log_info("a", "early");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("a: early\n"));
}

TEST(log_death, gets_its_last_lines_out_on_terminate) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
    {
      static_cast<void>(log_setup(log_settings{}));
      for (int i = 0; i < 100; ++i)
        log_info("a", "line");
      log_error("a", "the last word");
      std::terminate();
    },
    "the last word");
}

} // namespace
} // namespace racefill
