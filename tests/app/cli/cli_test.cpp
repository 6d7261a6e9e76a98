#include "app/cli/cli.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "messages/faults.hpp"

namespace racefill {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using words = std::vector<std::string>;

invocation parsed(const words& given) {
  auto out = parse_command_line(given);
  if (out)
    return *out;
  ADD_FAILURE() << describe(out.error());
  return {};
}

/// The one line a person sees; "" when the words were accepted.
std::string complaint(const words& given) {
  const auto out = parse_command_line(given);
  if (out)
    return {};
  EXPECT_EQ(fault_of(out.error()), fault::bad_settings);
  const auto lines = error_lines(out.error());
  EXPECT_THAT(lines, SizeIs(1));
  return lines.front();
}

settings settled(const words& given) {
  auto sources = sources_of(parsed(given), {});
  sources.system_file.clear();
  auto out = load_settings(sources);
  if (out)
    return *out;
  ADD_FAILURE() << describe(out.error());
  return {};
}

constexpr command all_commands[]
  = {command::run,        command::serve,    command::monitor,
     command::ctl,        command::plan,     command::analyze,
     command::validate,   command::calendar, command::explain,
     command::migrate,    command::simulate, command::check_config,
     command::verify_gate};

TEST(cli, reads_a_run_with_all_its_options) {
  const auto x
    = parsed({"run", "--start-date", "2024-01-01", "--end-date=2024-01-31",
              "--resume", "--fast", "--order", "oldest-first", "--retry",
              "failed", "--non-interactive", "--wait", "--json",
              "--ask-before-history", "--accept-not-offered"});
  EXPECT_EQ(x.command, command::run);
  EXPECT_TRUE(x.resume && x.non_interactive && x.wait && x.json);
  EXPECT_TRUE(x.ask_before_history && x.accept_not_offered);
  EXPECT_FALSE(x.test || x.once || x.help);
  EXPECT_EQ(x.retry, retry_scope::failed);
}

TEST(cli, hands_flags_and_sets_to_the_settings) {
  const auto x = settled({"run",
                          "--start-date",
                          "2024-02-01",
                          "--fast",
                          "--db",
                          "sqlite:x.db",
                          "--state-dir",
                          "/tmp/x",
                          "--set",
                          "gate.requests=25",
                          "--set=writer.batch_rows=7",
                          "--order",
                          "oldest-first",
                          "--log-level",
                          "debug",
                          "--api-url",
                          "http://127.0.0.1:8080",
                          "--checkpoint-file",
                          "c.json",
                          "--test"});
  EXPECT_EQ(to_string(x.run.start_date), "2024-02-01");
  EXPECT_EQ(to_string(x.run.end_date), "2024-02-07");
  EXPECT_TRUE(x.run.fast);
  EXPECT_EQ(x.run.order, run_order::oldest_first);
  EXPECT_EQ(x.database.url, "sqlite:x.db");
  EXPECT_EQ(x.state.dir, "/tmp/x");
  EXPECT_EQ(x.gate.requests, 25);
  EXPECT_EQ(x.writer.batch_rows, 7);
  EXPECT_EQ(x.log.level, log_level::debug);
  EXPECT_EQ(x.api.url, "http://127.0.0.1:8080");
  EXPECT_EQ(x.checkpoint.file, "c.json");
}

TEST(cli, refuses_days_that_do_not_exist) {
  EXPECT_EQ(complaint({"run", "--start-date", "2024-02-30"}),
            "--start-date 2024-02-30: no such day; use YYYY-MM-DD, as in "
            "2024-01-31");
  for (const char* bad : {"2023-02-29", "24-01-01", "2024-1-1", "yesterday",
                          "2024-01-01T00", "2024-13-01"})
    EXPECT_THAT(complaint({"plan", "--end-date", bad}),
                HasSubstr("no such day"));
}

TEST(cli, refuses_an_end_before_the_start) {
  EXPECT_EQ(complaint({"run", "--start-date", "2024-02-01", "--end-date",
                       "2024-01-31"}),
            "--end-date 2024-01-31 is before --start-date 2024-02-01");
  EXPECT_EQ(complaint({"run", "--start-date", "2024-02-01", "--end-date",
                       "2024-02-01"}),
            "");
}

TEST(cli, suggests_the_option_or_command_that_was_meant) {
  EXPECT_THAT(complaint({"run", "--start-dat", "2024-01-01"}),
              HasSubstr("(did you mean --start-date?)"));
  EXPECT_THAT(complaint({"plan", "--jsn"}), HasSubstr("did you mean --json?"));
  EXPECT_THAT(complaint({"anaylze"}), HasSubstr("(did you mean analyze?)"));
  EXPECT_THAT(complaint({"plan", "--frobnicate"}),
              AllOf(HasSubstr("has no option --frobnicate"),
                    HasSubstr("racefill plan --help")));
  EXPECT_THAT(complaint({"frobnicate"}), HasSubstr("racefill --help"));
}

TEST(cli, knows_only_the_options_of_the_command) {
  EXPECT_THAT(complaint({"analyze", "--resume"}), HasSubstr("has no option"));
  EXPECT_THAT(complaint({"migrate", "--json"}), HasSubstr("has no option"));
  EXPECT_THAT(complaint({"run", "--attach", "h:1"}),
              HasSubstr("has no option"));
}

TEST(cli, refuses_what_is_missing_doubled_or_too_much) {
  EXPECT_THAT(complaint({}), HasSubstr("name a command"));
  EXPECT_THAT(complaint({"--fast", "run"}), HasSubstr("name a command first"));
  EXPECT_THAT(complaint({"run", "--db"}), HasSubstr("--db needs a value"));
  EXPECT_THAT(complaint({"run", "--db", "--fast"}),
              HasSubstr("--db needs a value"));
  EXPECT_THAT(complaint({"run", "--db="}), HasSubstr("--db needs a value"));
  EXPECT_THAT(complaint({"run", "--fast=true"}), HasSubstr("takes no value"));
  EXPECT_THAT(complaint({"run", "--fast", "--fast"}), HasSubstr("twice"));
  EXPECT_THAT(complaint({"run", "2024-01-01"}),
              HasSubstr("does not know what to do with 2024-01-01"));
  EXPECT_THAT(complaint({"run", ""}), HasSubstr("does not know"));
  EXPECT_THAT(complaint({"run", "--set", "gate.requests"}),
              HasSubstr("KEY=VALUE"));
  EXPECT_THAT(complaint({"run", "--retry", "some"}),
              HasSubstr("--retry must be failed, empty or all"));
  EXPECT_THAT(complaint({"run", "--order", "random"}),
              HasSubstr("--order must be newest-first or oldest-first, not"));
  EXPECT_THAT(complaint({"run", "--db", "racefill.db"}),
              HasSubstr("--db must be sqlite:PATH or postgresql://"));
}

TEST(cli, refuses_a_password_without_repeating_it) {
  const words cases[] = {
    {"run", "--db", "postgresql://me:geheim@h/racing"},
    {"run", "--db=postgresql://h/racing?password=geheim"},
    {"run", "--api-url", "https://me:geheim@h"},
    {"run", "--set", "database.url=postgresql://me:geheim@h/racing"},
    {"run", "--set", "api.password=geheim"},
    {"run", "--set", "database.password=geheim"},
    {"run", "--password", "geheim"},
    {"run", "--password=geheim"},
    {"run", "--db-password=geheim"},
    {"run", "postgresql://me:geheim@h/racing"},
    {"postgresql://me:geheim@h/racing"},
    {"run", "--db", "postgresql://me:ge/geheim@h/racing"},
  };
  for (const auto& given : cases)
    EXPECT_THAT(complaint(given),
                AllOf(Not(IsEmpty()), Not(HasSubstr("geheim"))))
      << given.back();
  EXPECT_THAT(complaint(cases[0]), HasSubstr("RACEFILL_DB"));
  EXPECT_THAT(complaint(cases[6]), HasSubstr("RACING_API_PASSWORD"));
  EXPECT_EQ(complaint({"run", "--set", "database.password_file=/etc/pw"}), "");
}

TEST(cli, reads_where_the_service_is) {
  const auto x = parsed(
    {"monitor", "--attach", "10.0.0.5:4711", "--interval", "5", "--once"});
  EXPECT_EQ(x.attach_host, "10.0.0.5");
  EXPECT_EQ(x.attach_port, 4711);
  EXPECT_EQ(x.interval_seconds, 5);
  EXPECT_TRUE(x.once);
  EXPECT_EQ(parsed({"ctl", "pause", "--attach", "[::1]:1"}).attach_host, "::1");
  EXPECT_EQ(parsed({"ctl", "pause", "--client", "f"}).client_file, "f");
  EXPECT_EQ(parsed({"monitor", "--export-client", "f"}).export_client_file,
            "f");
  for (const char* bad : {"h", ":1", "h:", "h:0", "h:70000", "h:x"})
    EXPECT_THAT(complaint({"monitor", "--attach", bad}),
                HasSubstr("HOST:PORT"));
  for (const char* bad : {"0", "-5", "x", "86401"})
    EXPECT_THAT(complaint({"monitor", "--interval", bad}), HasSubstr("86400"));
}

TEST(cli, reads_what_ctl_asks_for) {
  EXPECT_EQ(parsed({"ctl", "drain"}).verb, ctl_verb::drain);
  const auto change = parsed({"ctl", "set", "gate.requests=1"});
  EXPECT_EQ(change.verb, ctl_verb::set);
  EXPECT_EQ(change.change.key, "gate.requests");
  EXPECT_EQ(change.change.value, "1");
  EXPECT_THAT(parsed({"ctl", "retry", "2024-03-01", "2024-03-02"}).retry_days,
              SizeIs(2));
  EXPECT_THAT(parsed({"ctl", "retry", "failed"}).retry_days, IsEmpty());
  EXPECT_THAT(complaint({"ctl"}), HasSubstr("ctl needs one of"));
  EXPECT_THAT(complaint({"ctl", "explode"}), HasSubstr("is unknown"));
  EXPECT_THAT(complaint({"ctl", "resmue"}), HasSubstr("did you mean resume?"));
  EXPECT_THAT(complaint({"serv"}), HasSubstr("did you mean serve?"));
  for (const auto* word : {"--version", "-V", "version"})
    EXPECT_TRUE(parsed({word}).version) << word;
  EXPECT_THAT(complaint({"ctl", "pause", "now"}), HasSubstr("nothing more"));
  EXPECT_THAT(complaint({"ctl", "retry"}), HasSubstr("needs DATE"));
  EXPECT_THAT(complaint({"ctl", "retry", "2024-02-30"}),
              HasSubstr("no such day"));
  EXPECT_THAT(complaint({"ctl", "set", "gate.requests=x"}),
              HasSubstr("must be 1 to 1000"));
  EXPECT_THAT(complaint({"ctl", "set", "gate.request=1"}),
              HasSubstr("did you mean gate.requests?"));
  EXPECT_THAT(complaint({"ctl", "set", "database.url=sqlite:x"}),
              HasSubstr("needs a restart"));
}

TEST(cli, reads_what_to_explain) {
  EXPECT_EQ(parsed({"explain", "hrs_6181308"}).subject, "hrs_6181308");
  EXPECT_EQ(parsed({"explain", "--json", "2024-03-01"}).subject, "2024-03-01");
  EXPECT_THAT(complaint({"explain"}), HasSubstr("needs one day"));
  EXPECT_THAT(complaint({"explain", "2024-02-30"}), HasSubstr("no such day"));
}

TEST(cli, passes_everything_on_to_the_simulator) {
  EXPECT_THAT(parsed({"simulate", "--port", "0", "--help", "truth"}).passed_on,
              ElementsAre("--port", "0", "--help", "truth"));
}

TEST(cli, takes_files_and_a_promise_to_verify) {
  const auto x = parsed({"verify-gate", "--requests", "5", "--window-ms=250",
                         "a.jsonl", "--mode", "reply", "b.jsonl", "--json"});
  EXPECT_THAT(x.verify.files, ElementsAre("a.jsonl", "b.jsonl"));
  EXPECT_EQ(x.verify.requests, 5);
  EXPECT_EQ(x.verify.window_ms, 250);
  EXPECT_EQ(x.verify.mode, gate_mode::reply);
  EXPECT_TRUE(x.json);
  EXPECT_EQ(parsed({"verify-gate", "a"}).verify.mode, gate_mode::ack);
  EXPECT_THAT(complaint({"verify-gate"}), HasSubstr("needs a file"));
  for (const auto* wrong : {"0", "-1", "two", "1000001"})
    EXPECT_THAT(complaint({"verify-gate", "--requests", wrong, "a"}),
                HasSubstr("must be 1 to 1000000"));
  EXPECT_THAT(complaint({"verify-gate", "--mode", "fast", "a"}),
              HasSubstr("must be ack, reply or paced"));
  EXPECT_THAT(complaint({"verify-gate", "--db", "x", "a"}), HasSubstr("--db"));
}

TEST(cli, gives_help_and_version_in_each_usual_way) {
  EXPECT_TRUE(parsed({"--version"}).version);
  for (const words& given : {words{"--help"}, words{"-h"}, words{"help"}}) {
    EXPECT_TRUE(parsed(given).help);
    EXPECT_EQ(parsed(given).command, command::none);
  }
  for (const words& given : {words{"run", "--help"}, words{"help", "run"},
                             words{"run", "--fast", "-h"}}) {
    EXPECT_TRUE(parsed(given).help);
    EXPECT_EQ(parsed(given).command, command::run);
  }
  // Help is given even where the rest is incomplete.
  EXPECT_TRUE(parsed({"explain", "--help"}).help);
  EXPECT_EQ(version_text(), "racefill " RACEFILL_VERSION);
}

TEST(cli, writes_help_of_at_most_80_columns) {
  auto texts = words{help_text(command::none)};
  for (auto x : all_commands)
    texts.push_back(help_text(x));
  for (const auto& text : texts) {
    EXPECT_THAT(text, HasSubstr("Exit status"));
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST(cli, names_every_command_in_its_help) {
  for (auto x : all_commands) {
    EXPECT_THAT(help_text(command::none), HasSubstr("\n  " + to_string(x)));
    EXPECT_THAT(help_text(x), HasSubstr("racefill " + to_string(x)));
    if (x != command::simulate) {
      EXPECT_THAT(help_text(x), HasSubstr("Examples:")) << to_string(x);
    }
  }
}

} // namespace
} // namespace racefill
