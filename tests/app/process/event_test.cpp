#include "app/process/event_runner.hpp"
#include "app/rounds/event_watch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class event_runner_test : public ::testing::Test {
protected:
  void SetUp() override {
    folder = fs::temp_directory_path()
             / ("racefill-events-" + std::to_string(::getpid()));
    fs::create_directories(folder);
  }

  void TearDown() override {
    fs::remove_all(folder);
  }

  std::string program(const std::string& body) {
    const auto path = folder / "program";
    std::ofstream{path} << "#!/bin/sh\n" << body << '\n';
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  std::string output() {
    std::ostringstream text;
    text << std::ifstream{folder / "out"}.rdbuf();
    return text.str();
  }

  // Until nothing runs; generous, for a machine with other things to do.
  static bool settle(event_runner& x) {
    for (int i = 0; i < 3000 && !x.idle(); ++i) {
      x.tick();
      std::this_thread::sleep_for(10ms);
    }
    return x.idle();
  }

  fs::path folder;
};

TEST_F(event_runner_test, hands_over_facts_in_the_environment_alone) {
  event_runner x{{{"PATH", "/usr/bin:/bin"},
                  {"RACING_API_PASSWORD", "hush"},
                  {"RACEFILL_DB", "postgresql://me:hush@h/d"},
                  {"CREDENTIALS_DIRECTORY", "/run/hush"}}};
  const auto path = program("echo \"args $#\" >" + (folder / "out").string()
                            + "; env >>" + (folder / "out").string());
  x.post({"days_parked", "$(touch x); `id`\nsecond", {{"DAYS", "2024-01-01"}}},
         path, 60s);
  ASSERT_TRUE(settle(x));
  const auto text = output();
  EXPECT_NE(text.find("args 0"), std::string::npos) << text;
  EXPECT_NE(text.find("RACEFILL_EVENT=days_parked\n"), std::string::npos);
  EXPECT_NE(text.find("RACEFILL_TEXT=$(touch x); `id` second\n"),
            std::string::npos);
  EXPECT_NE(text.find("RACEFILL_DAYS=2024-01-01\n"), std::string::npos);
  EXPECT_EQ(text.find("hush"), std::string::npos);
}

TEST_F(event_runner_test, runs_one_after_the_other) {
  event_runner x{{{"PATH", "/usr/bin:/bin"}}};
  const auto path = program("printf '%s ' \"$RACEFILL_EVENT\" >>"
                            + (folder / "out").string());
  for (const char* name : {"a", "b", "c"})
    x.post({name, "", {}}, path, 60s);
  ASSERT_TRUE(settle(x));
  EXPECT_EQ(output(), "a b c ");
}

TEST_F(event_runner_test, kills_what_takes_too_long_with_its_children) {
  event_runner x{{{"PATH", "/usr/bin:/bin"}}};
  const auto path
    = program("sleep 600 & sleep 600; echo late >" + (folder / "out").string());
  x.post({"run_ended", "", {}}, path, 1s);
  ASSERT_TRUE(settle(x));
  EXPECT_EQ(output(), "");
}

TEST_F(event_runner_test, survives_a_program_that_is_not_there) {
  event_runner x{environment{}};
  x.post({"run_ended", "", {}}, (folder / "none").string(), 1s);
  EXPECT_TRUE(settle(x));
  x.post({"run_ended", "", {}}, "", 1s);
  EXPECT_TRUE(x.idle()) << "nobody wants to know";
}

class event_watch_test : public ::testing::Test {
protected:
  snapshot racing() {
    snapshot x;
    x.phase = "racecards";
    x.gate.breaker = "closed";
    x.run.run_id = "1";
    x.run.last_errors = errors;
    x.run.session_errors = static_cast<std::int64_t>(errors.size());
    return x;
  }

  std::vector<std::string> names(const snapshot& x) {
    std::vector<std::string> out;
    for (const auto& event : watch.look(x, now))
      out.push_back(event.name + ": " + event.text);
    return out;
  }

  event_watch watch;
  event_watch::time_point now;
  std::vector<error_entry> errors;
};

TEST_F(event_watch_test, tells_each_pause_once) {
  auto x = racing();
  EXPECT_TRUE(names(x).empty());
  x.gate.paused = true;
  EXPECT_EQ(names(x).size(), 1u);
  EXPECT_TRUE(names(x).empty());
  x.gate.paused = false;
  EXPECT_TRUE(names(x).empty());
  x.gate.breaker = "open";
  EXPECT_EQ(names(x).size(), 1u);
  x.gate.breaker = "probing";
  EXPECT_TRUE(names(x).empty()) << "the same outage";
}

TEST_F(event_watch_test, tells_parked_days_together) {
  errors = {{"t1", "2024-01-01", "late"}};
  EXPECT_EQ(names(racing()),
            std::vector<std::string>{"days_parked: 1 parked: 2024-01-01"});
  errors.push_back({"t2", "2024-01-02", "late"});
  EXPECT_TRUE(names(racing()).empty()) << "not a mail a second";
  errors.push_back({"t3", "2024-01-03", "late"});
  now += 61s;
  EXPECT_EQ(names(racing()), std::vector<std::string>{
                               "days_parked: 2 parked: 2024-01-02 2024-01-03"});
  EXPECT_TRUE(watch.end_of_round().empty());
}

TEST_F(event_watch_test, leaves_nothing_untold_at_the_end) {
  errors = {{"t1", "2024-01-01", "late"}};
  names(racing());
  errors.push_back({"t2", "2024-01-02", "late"});
  names(racing());
  ASSERT_EQ(watch.end_of_round().size(), 1u);
  EXPECT_TRUE(watch.end_of_round().empty());
}

} // namespace
} // namespace racefill::test
