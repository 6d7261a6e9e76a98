/// The gate's log on disk, and what is read from it again.
#include "infra/files/gate_log_file.hpp"

#include <fstream>

#include "infra/files/gate_log_reader.hpp"
#include "infra/pure/nanos.hpp"
#include "tests/infra/files/temporary_folder.hpp"

namespace racefill::test {
namespace {

class gate_log_file_test : public temporary_folder {
protected:
  void SetUp() override {
    temporary_folder::SetUp();
    settings_.path = in_folder("logs/gate.jsonl");
  }

  std::shared_ptr<gate_log> opened() const {
    auto log = open_gate_log(settings_);
    EXPECT_TRUE(log);
    return log ? *log : nullptr;
  }

  // One life with `requests` whole exchanges from `at` on.
  void live(nanos at, int requests) const {
    auto log = opened();
    log->record({at, gate_step::born, 0, call_kind::racecards, 0, one_second});
    for (int i = 1; i <= requests; ++i) {
      const auto serial = static_cast<std::uint64_t>(at + i);
      const auto kind = call_kind::horse;
      log->record({at + i, gate_step::granted, serial, kind, 0, 7});
      log->record({at + i, gate_step::sent, serial, kind, 0, 0});
      log->record({at + i, gate_step::acknowledged, serial, kind, 0, 0});
      log->record({at + i, gate_step::replied, serial, kind, 0, 0});
      log->record({at + i, gate_step::closed, serial, kind, 200, 0});
    }
  }

  gate_record read() const {
    auto record = read_gate_record({settings_.path});
    EXPECT_TRUE(record) << to_string(record.error());
    return record ? *record : gate_record{};
  }

  void add(const std::string& text) const {
    std::ofstream{settings_.path, std::ios::app} << text;
  }

  // What the reader says of a file with `text`; "" if it takes it.
  std::string refusal(const std::string& text) const {
    const auto path = in_folder("any.jsonl");
    std::ofstream{path, std::ios::trunc} << text;
    auto record = read_gate_record({path});
    return record ? "" : record.error().context().get_as<std::string>(0);
  }

  gate_log_file_settings settings_;
};

TEST_F(gate_log_file_test, reads_what_it_wrote_over_several_lives) {
  live(1'000, 3);
  live(2'000, 2);
  const auto x = read();
  EXPECT_FALSE(x.is_arrivals);
  EXPECT_EQ(x.lives, 2);
  EXPECT_EQ(x.lost, 0);
  ASSERT_EQ(x.lines.size(), 27u);
  EXPECT_EQ(x.lines[0].step, gate_step::born);
  EXPECT_EQ(x.lines[0].span_ns, one_second);
  EXPECT_EQ(x.lines[1].span_ns, 7);
  EXPECT_EQ(x.lines[5].at_ns, 1'001);
  EXPECT_EQ(x.lines[5].step, gate_step::closed);
  EXPECT_EQ(x.lines[5].serial, 1'001u);
  EXPECT_EQ(x.lines[5].kind, call_kind::horse);
  EXPECT_EQ(x.lines[5].status, 200);
  EXPECT_EQ(x.lines[16].at_ns, 2'000);
}

TEST_F(gate_log_file_test, counts_lines_that_it_could_not_keep) {
  settings_.waiting_max = 0;
  live(1'000, 3);
  const auto x = read();
  EXPECT_EQ(x.lost, 16);
  EXPECT_TRUE(x.lines.empty());
}

TEST_F(gate_log_file_test, survives_a_full_disk) {
  settings_.path = "/dev/full";
  live(1'000, 3); // Neither waits nor throws.
}

TEST_F(gate_log_file_test, says_that_the_log_cannot_be_written) {
  settings_.path = "/proc/no/such/gate.jsonl";
  auto log = open_gate_log(settings_);
  ASSERT_FALSE(log);
  EXPECT_EQ(fault_of(log.error()), fault::files_refused);
}

TEST_F(gate_log_file_test, moves_aside_at_its_bound_and_loses_nothing) {
  settings_.bytes_max = 4'000;
  // One after another, so that each life is written by itself.
  for (nanos i = 1; i <= 5; ++i)
    live(i * 1'000, 3);
  auto both = read_gate_record({settings_.path + ".1", settings_.path});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->lost, 0);
  EXPECT_EQ(both->lives, 5);
  EXPECT_EQ(both->lines.size(), 5u * 16);
  EXPECT_LT(content(settings_.path).size(), 4'000u);
}

TEST_F(gate_log_file_test, takes_the_torn_last_line_of_a_killed_process) {
  live(1'000, 1);
  add("{\"t_ns\":1005,\"step\":\"se");
  live(2'000, 1);
  add("{\"t_ns\":2005,\"ste");
  const auto x = read();
  EXPECT_EQ(x.torn, 2);
  EXPECT_EQ(x.lives, 2);
  EXPECT_EQ(x.lines.size(), 12u);
}

TEST_F(gate_log_file_test, moves_a_life_after_a_restart_of_the_machine_behind) {
  live(90 * one_minute, 1);
  live(1'000, 1);
  const auto x = read();
  EXPECT_GT(x.lines[6].at_ns, x.lines[5].at_ns + one_second);
  EXPECT_EQ(x.lines[11].at_ns - x.lines[6].at_ns, 1);
}

TEST_F(gate_log_file_test, reads_a_servers_arrivals) {
  const auto path = in_folder("arrivals.jsonl");
  std::ofstream{path}
    << R"({"t_ns":5,"t":1.5,"n":1,"path":"/","refused":false})"
       "\n"
       R"({"t_ns":3,"t":1.5,"n":2,"path":"/","refused":true})"
       "\n";
  auto x = read_gate_record({path});
  ASSERT_TRUE(x);
  EXPECT_TRUE(x->is_arrivals);
  EXPECT_EQ(x->arrivals, (std::vector<nanos>{5, 3}));
  EXPECT_EQ(x->refused, 1);
}

TEST_F(gate_log_file_test, refuses_what_is_no_log) {
  const std::string born = R"({"t_ns":5,"step":"born"})"
                           "\n";
  const std::string arrival = R"({"t_ns":5,"n":1,"refused":false})"
                              "\n";
  EXPECT_EQ(refusal(born), "");
  EXPECT_EQ(refusal(arrival), "");
  for (const auto& text :
       {std::string{"hello\n"}, std::string{"[]\n"}, std::string{"{}\n"},
        born + arrival, arrival + born, born + "{\"t_ns\":\n{\"t_ns\":\n",
        std::string{"{\"t_ns\":-5,\"step\":\"born\"}\n"},
        std::string{"{\"t_ns\":5,\"step\":\"dreamt\",\"serial\":1}\n"},
        std::string{"{\"t_ns\":5,\"step\":\"sent\",\"kind\":\"horse\"}\n"},
        std::string{"{\"t_ns\":5,\"step\":\"lost\"}\n"}})
    EXPECT_NE(refusal(text).find("neither a line"), std::string::npos) << text;
  // A cut line within a life is no last line.
  EXPECT_NE(refusal(born + "{\"t_ns\":6,\"st\n"
                    + R"({"t_ns":7,"step":"sent","serial":1,"kind":"horse"})"
                    + "\n")
              .find(":3:"),
            std::string::npos);
  EXPECT_NE(refusal("").find("holds no line"), std::string::npos);
  auto none = read_gate_record({in_folder("none")});
  ASSERT_FALSE(none);
  EXPECT_EQ(fault_of(none.error()), fault::files_refused);
}

} // namespace
} // namespace racefill::test
