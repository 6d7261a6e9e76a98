#include "app/web/page_poller.hpp"

#include <atomic>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gtest/gtest.h>

#include "tests/app/web/web_world.hpp"

using namespace racefill;
using namespace racefill::test;

namespace {

// What the desk answers with, changed by the test.
struct desk_words {
  std::atomic<bool> knows{true};
  std::atomic<int> asked{0};
};

front_desk_actor::behavior_type desk_of(desk_words& words) {
  return {
    [](meet_atom, const gatekeeper_actor&) {},
    [](meet_atom, const date_scheduler_actor&) {},
    [](meet_atom, const enrichment_queue_actor&) {},
    [](meet_atom, const db_writer_actor&) {},
    [](meet_atom, const checkpoint_actor&) {},
    [](meet_atom, const reference_fetcher_actor&) {},
    [](meet_atom, const metrics_reporter_actor&) {},
    [](meet_atom, const supervisor_actor&) {},
    [&words](status_atom) -> caf::result<snapshot> {
      ++words.asked;
      if (!words.knows)
        return caf::make_error(fault::absent);
      return busy_snapshot();
    },
    [](drain_atom, bool) -> std::int64_t { return 0; },
    [](pause_atom) {},
    [](resume_atom) {},
    [](configure_atom, const gate_limits&) {},
    [](configure_atom, const writer_limits&) {},
    [](scale_atom, const std::string&, std::int32_t) -> std::int64_t {
      return 0;
    },
    [](reopen_atom, const std::vector<date>&) -> std::int64_t { return 0; },
    [](calendar_atom) { return three_days(); },
  };
}

class page_poller_test : public testing::Test {
protected:
  page_poller_test() {
    config.add_message_types<caf::id_block::racefill>();
    config.add_message_types<caf::id_block::racefill_handles>();
    config.set("scheduler.policy", caf::atom("sharing"));
    system = std::make_unique<caf::actor_system>(config);
    desk = system->spawn(
      [this](front_desk_actor::pointer) { return desk_of(words); });
    poller = std::make_unique<page_poller>(*system, desk, board);
  }

  void TearDown() override {
    poller.reset();
    caf::anon_send_exit(desk, caf::exit_reason::user_shutdown);
    desk = nullptr;
  }

  // The first view for which `is_it` holds; null after two minutes.
  template <class Predicate>
  page_view_ptr wait_for(Predicate is_it) const {
    const auto until = page_clock::now() + std::chrono::minutes(2);
    for (auto view = board->look(); page_clock::now() < until;
         view = board->wait_beyond(view->serial, std::chrono::seconds(1)))
      if (is_it(*view))
        return view;
    ADD_FAILURE() << "it never came";
    return board->look();
  }

  desk_words words;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  front_desk_actor desk;
  std::shared_ptr<page_board> board
    = std::make_shared<page_board>(page_clock::now());
  std::unique_ptr<page_poller> poller;
};

} // namespace

TEST_F(page_poller_test, brings_the_snapshot_and_the_calendar) {
  const auto view = wait_for([](const page_view& x) {
    return x.has_snapshot && x.calendar->days.size() == 3;
  });
  EXPECT_EQ(view->now.gate.requests, 120);
  EXPECT_EQ(view->calendar->days[1].record.error, "status 503");
}

TEST_F(page_poller_test, hears_a_desk_that_has_no_snapshot) {
  words.knows = false;
  const auto asked = words.asked + 2;
  const auto view = wait_for(
    [&](const page_view& x) { return x.has_answered && words.asked >= asked; });
  EXPECT_TRUE(view->has_answered);
}

TEST_F(page_poller_test, outlives_the_desk) {
  wait_for([](const page_view& x) { return x.has_snapshot; });
  caf::anon_send_exit(desk, caf::exit_reason::kill);
  const auto began = page_clock::now();
  poller.reset();
  EXPECT_LT(page_clock::now() - began, std::chrono::seconds(30));
  EXPECT_TRUE(board->look()->has_snapshot);
}
