#include "actors/service_desk.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// The FRONT DESK of one round, as the test says.
struct round_desk {
  answers<std::int64_t> drains;
  answers<std::int64_t> scales;
  std::vector<std::string> heard;
  std::vector<day_record> days;
  bool has_calendar = true;

  front_desk_actor spawn(caf::actor_system& sys) {
    using self_type = front_desk_actor::pointer;
    return sys.spawn([this](self_type me) -> front_desk_actor::behavior_type {
      return {
        [](meet_atom, const gatekeeper_actor&) {},
        [](meet_atom, const date_scheduler_actor&) {},
        [](meet_atom, const enrichment_queue_actor&) {},
        [](meet_atom, const db_writer_actor&) {},
        [](meet_atom, const checkpoint_actor&) {},
        [](meet_atom, const reference_fetcher_actor&) {},
        [](meet_atom, const metrics_reporter_actor&) {},
        [](meet_atom, const supervisor_actor&) {},
        [](status_atom) {
          snapshot x;
          x.phase = "racecards";
          x.run.days_total = 7;
          x.gate.rate_per_second = 2;
          return x;
        },
        [this, me](drain_atom, bool wait) {
          heard.emplace_back(wait ? "drain" : "drain now");
          return drains.answer(me, std::int64_t{0});
        },
        [this](pause_atom) { heard.emplace_back("pause"); },
        [this](resume_atom) { heard.emplace_back("resume"); },
        [this](configure_atom, const gate_limits& x) {
          heard.push_back("gate " + std::to_string(x.requests));
        },
        [this](configure_atom, const writer_limits& x) {
          heard.push_back("writer " + std::to_string(x.batch_rows));
        },
        [this, me](scale_atom, const std::string& pool, std::int32_t count) {
          heard.push_back(pool + ' ' + std::to_string(count));
          return scales.answer(me, std::int64_t{count});
        },
        [](reopen_atom, const std::vector<date>& named) {
          return static_cast<std::int64_t>(named.size()) + 100;
        },
        [this](calendar_atom) -> caf::result<std::vector<day_record>> {
          if (!has_calendar)
            return caf::make_error(fault::absent);
          return days;
        },
      };
    });
  }
};

day_record record(date day, day_state state) {
  day_record x;
  x.day = day;
  x.state = state;
  return x;
}

class service_desk_test : public neighbours_fixture {
protected:
  void start() {
    service_desk_settings x;
    x.clock = [] {
      return std::chrono::system_clock::time_point{std::chrono::hours(24)};
    };
    x.version = "9";
    x.command = "serve";
    x.pools = {{"enricher", 64}, {"writer", 1}};
    x.reopen = [this](const std::vector<date>& days) {
      wanted.push_back(days);
    };
    desk = track(spawn_service_desk(sys, x));
    drain();
  }

  void begin_round(round_desk& with) {
    round_handle = track(with.spawn(sys));
    tell(desk, meet_atom_v, round_handle);
  }

  void end_round(const std::string& note) {
    tell(desk, finish_atom_v, note);
  }

  round_desk first;
  round_desk second;
  front_desk_actor round_handle;
  service_desk_actor desk;
  std::vector<std::vector<date>> wanted;
};

TEST_F(service_desk_test, says_starting_before_the_first_round) {
  start();
  const auto x = ask<snapshot>(desk, status_atom_v);
  drain();
  EXPECT_EQ(x->value.phase, "starting");
  EXPECT_EQ(x->value.version, "9");
  EXPECT_EQ(ask<std::vector<day_record>>(desk, calendar_atom_v)->refusal,
            fault::absent);
}

TEST_F(service_desk_test, passes_the_rounds_status_on) {
  start();
  begin_round(first);
  EXPECT_EQ(ask<snapshot>(desk, status_atom_v)->value.phase, "racecards");
}

TEST_F(service_desk_test, is_idle_between_rounds_and_says_what_for) {
  start();
  begin_round(first);
  ask<snapshot>(desk, status_atom_v);
  tell(desk, pause_atom_v);
  end_round("next round at noon");
  const auto x = ask<snapshot>(desk, status_atom_v);
  EXPECT_EQ(x->value.phase, "idle");
  EXPECT_EQ(x->value.note, "next round at noon");
  EXPECT_EQ(x->value.run.days_total, 7) << "of the last round";
  EXPECT_EQ(x->value.gate.rate_per_second, 0);
  EXPECT_TRUE(x->value.gate.paused);
  EXPECT_EQ(x->value.taken_at, "1970-01-02T00:00:00Z");
}

TEST_F(service_desk_test, tells_a_new_round_what_was_ordered_before) {
  start();
  begin_round(first);
  gate_limits slower;
  slower.requests = 1;
  tell(desk, configure_atom_v, slower);
  tell(desk, configure_atom_v, writer_limits{7, 8});
  tell(desk, pause_atom_v);
  EXPECT_EQ(ask<std::int64_t>(desk, scale_atom_v, std::string("enricher"),
                              std::int32_t{8})
              ->value,
            8);
  end_round("rest");
  begin_round(second);
  drain();
  EXPECT_EQ(second.heard, (std::vector<std::string>{"gate 1", "writer 7",
                                                    "pause", "enricher 8"}));
}

TEST_F(service_desk_test, takes_orders_between_rounds) {
  start();
  EXPECT_EQ(ask<std::int64_t>(desk, scale_atom_v, std::string("writer"),
                              std::int32_t{5})
              ->value,
            1)
    << "the most there may be";
  EXPECT_EQ(ask<std::int64_t>(desk, scale_atom_v, std::string("nobody"),
                              std::int32_t{5})
              ->value,
            0);
  begin_round(first);
  drain();
  EXPECT_EQ(first.heard, std::vector<std::string>{"writer 1"});
}

TEST_F(service_desk_test, scales_again_a_round_that_was_not_ready) {
  start();
  ask<std::int64_t>(desk, scale_atom_v, std::string("enricher"),
                    std::int32_t{3});
  first.scales.faults.fail(fault::absent, 2);
  begin_round(first);
  drain();
  advance(200ms);
  advance(200ms);
  advance(200ms);
  EXPECT_EQ(first.heard.size(), 3u);
}

TEST_F(service_desk_test, a_retry_between_rounds_asks_for_a_round) {
  start();
  begin_round(first);
  first.days = {record(day(2024, 1, 1), day_state::failed),
                record(day(2024, 1, 2), day_state::done)};
  EXPECT_EQ(ask<std::int64_t>(desk, reopen_atom_v, std::vector<date>{})->value,
            100)
    << "the round's own answer";
  ask<std::vector<day_record>>(desk, calendar_atom_v);
  drain();
  end_round("rest");
  EXPECT_EQ(ask<std::int64_t>(desk, reopen_atom_v, std::vector<date>{})->value,
            1);
  EXPECT_EQ(
    ask<std::int64_t>(desk, reopen_atom_v, std::vector{day(2024, 1, 2)})->value,
    1);
  ASSERT_EQ(wanted.size(), 2u);
  EXPECT_EQ(wanted[1], std::vector{day(2024, 1, 2)});
}

TEST_F(service_desk_test, keeps_the_calendar_of_all_rounds) {
  start();
  begin_round(first);
  first.days = {record(day(2024, 1, 1), day_state::failed),
                record(day(2024, 1, 2), day_state::done)};
  EXPECT_TRUE(ask<std::int64_t>(desk, drain_atom_v, true)->ok());
  end_round("rest");
  EXPECT_EQ(ask<std::vector<day_record>>(desk, calendar_atom_v)->value.size(),
            2u);
  begin_round(second);
  second.has_calendar = false;
  EXPECT_EQ(ask<std::vector<day_record>>(desk, calendar_atom_v)->value.size(),
            2u);
  second.has_calendar = true;
  second.days = {record(day(2024, 1, 1), day_state::done),
                 record(day(2024, 1, 3), day_state::empty)};
  const auto all = ask<std::vector<day_record>>(desk, calendar_atom_v)->value;
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].state, day_state::done) << "the newest word";
}

TEST_F(service_desk_test, has_the_round_drained) {
  start();
  begin_round(first);
  first.drains.hold = true;
  const auto done = ask<std::int64_t>(desk, drain_atom_v, true);
  const auto hasty = ask<std::int64_t>(desk, drain_atom_v, false);
  drain();
  EXPECT_EQ(first.heard, (std::vector<std::string>{"drain", "drain now"}));
  EXPECT_EQ(done->answers, 0);
  first.drains.release();
  drain();
  EXPECT_TRUE(done->ok());
  EXPECT_TRUE(hasty->ok());
}

TEST_F(service_desk_test, asks_the_next_desk_when_one_dies_over_a_drain) {
  start();
  begin_round(first);
  first.drains.hold = true;
  const auto done = ask<std::int64_t>(desk, drain_atom_v, true);
  first.drains.refuse(fault::absent); // As a dying FRONT DESK does.
  kill(round_handle);
  drain();
  EXPECT_EQ(done->answers, 0);
  begin_round(second);
  drain();
  EXPECT_TRUE(done->ok());
  EXPECT_EQ(second.heard, std::vector<std::string>{"drain"});
}

TEST_F(service_desk_test, does_not_wait_for_ever_for_a_next_desk) {
  start();
  begin_round(first);
  first.drains.hold = true;
  const auto done = ask<std::int64_t>(desk, drain_atom_v, true);
  first.drains.refuse(fault::absent);
  kill(round_handle);
  drain();
  advance(6s);
  EXPECT_EQ(done->refusal, fault::absent);
}

TEST_F(service_desk_test, has_nothing_to_drain_between_rounds) {
  start();
  EXPECT_TRUE(ask<std::int64_t>(desk, drain_atom_v, true)->ok());
}

} // namespace
} // namespace racefill::test
