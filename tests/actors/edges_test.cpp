// The three edges: API TRANSPORT, STORE SESSION, STATE FILES.
#include "actors/api_transport.hpp"
#include "actors/state_keeper.hpp"
#include "actors/store_session.hpp"
#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

class api_transport_test : public neighbours_fixture {
protected:
  void start() {
    transport = track(spawn_api_transport(
      sys, [this] { return std::make_unique<fake_transport>(how); },
      lane::pool));
    tell(transport, meet_atom_v, track(gate.spawn(sys)));
  }

  auto fetch(std::uint64_t serial = 5) {
    return ask<api_reply>(transport, fetch_atom_v, permit{serial, false},
                          api_request{});
  }

  std::shared_ptr<fake_transport::script> how
    = std::make_shared<fake_transport::script>();
  gate_double gate;
  api_transport_actor transport;
};

TEST_F(api_transport_test, tells_the_gate_every_step_of_an_exchange) {
  how->answers.push_back(reply_of(200, "x"));
  start();
  const auto reply = fetch();
  EXPECT_TRUE(reply->ok());
  EXPECT_EQ(reply->value.body, "x");
  ASSERT_EQ(gate.events.size(), 4u);
  EXPECT_EQ(gate.events[0].step, call_step::sent);
  EXPECT_EQ(gate.events[1].step, call_step::acknowledged);
  EXPECT_EQ(gate.events[2].step, call_step::replied);
  EXPECT_EQ(gate.events[3].step, call_step::closed);
  EXPECT_EQ(gate.events[3].status, 200);
  EXPECT_EQ(gate.events[3].serial, 5u);
}

TEST_F(api_transport_test, any_status_is_a_reply) {
  auto refused = reply_of(429);
  refused.retry_after_ms = 1'500;
  how->answers.push_back(refused);
  start();
  EXPECT_EQ(fetch()->value.status, 429);
  EXPECT_EQ(gate.events.back().retry_after_ms, 1'500);
  EXPECT_EQ(gate.events.back().failure, fault::none);
}

TEST_F(api_transport_test, says_blocked_when_the_edge_shuts_us_out) {
  auto blocked = reply_of(403, "<html>");
  blocked.content_type = "text/html";
  how->answers.push_back(blocked);
  start();
  fetch();
  EXPECT_EQ(gate.events.back().failure, fault::blocked);
}

TEST_F(api_transport_test, says_why_there_was_no_reply) {
  how->answers.push_back(caf::make_error(fault::timed_out));
  start();
  EXPECT_EQ(fetch()->refusal, fault::timed_out);
  EXPECT_EQ(gate.events.back().step, call_step::closed);
  EXPECT_EQ(gate.events.back().failure, fault::timed_out);
  EXPECT_EQ(gate.events.back().status, 0);
}

TEST_F(api_transport_test, closes_a_permit_that_sent_nothing) {
  how->sends = false;
  how->answers.push_back(caf::make_error(fault::unreachable));
  start();
  fetch();
  ASSERT_EQ(gate.events.size(), 1u);
  EXPECT_EQ(gate.events[0].step, call_step::closed);
}

TEST_F(api_transport_test, an_exception_ends_it_and_answers_the_caller) {
  how->throws = true;
  start();
  EXPECT_EQ(fetch()->refusal, fault::absent);
}

class store_session_test : public neighbours_fixture {
protected:
  void start() {
    settings.open = [this]() -> caf::expected<std::unique_ptr<record_store>> {
      if (const auto x = opening.take(); x != fault::none)
        return caf::make_error(x);
      return std::unique_ptr<record_store>(
        std::make_unique<fake_store>(database, how));
    };
    session = track(spawn_store_session(sys, settings, lane::pool));
  }

  std::shared_ptr<memory_database> database
    = std::make_shared<memory_database>();
  std::shared_ptr<fake_store::script> how
    = std::make_shared<fake_store::script>();
  fault_script opening;
  store_session_settings settings;
  store_session_actor session;
};

TEST_F(store_session_test, opens_at_the_first_request_and_once) {
  settings.lease.token = 42;
  start();
  EXPECT_EQ(how->opened, 0);
  EXPECT_TRUE(ask<std::int64_t>(session, count_atom_v)->ok());
  EXPECT_TRUE(ask<ledger_totals>(session, totals_atom_v)->ok());
  EXPECT_EQ(how->opened, 1);
  EXPECT_EQ(how->fence, 42);
}

TEST_F(store_session_test, answers_the_fault_while_it_cannot_open) {
  opening.fail(fault::store_down, 2);
  start();
  EXPECT_EQ(ask<std::int64_t>(session, count_atom_v)->refusal,
            fault::store_down);
  EXPECT_EQ(ask<std::int64_t>(session, count_atom_v)->refusal,
            fault::store_down);
  EXPECT_TRUE(ask<std::int64_t>(session, count_atom_v)->ok());
}

TEST_F(store_session_test, writes_and_reads_back) {
  start();
  write_batch batch;
  batch.days.emplace_back();
  batch.days[0].day = day(2024, 1, 1);
  batch.days[0].state = day_state::done;
  batch.days[0].new_horses = {"h1"};
  const auto receipt = ask<write_receipt>(session, put_atom_v, batch);
  ASSERT_TRUE(receipt->ok());
  EXPECT_EQ(receipt->value.days.at(0).new_horses.size(), 1u);
  EXPECT_EQ(ask<std::vector<day_record>>(session, load_atom_v, day(2024, 1, 1),
                                         day(2024, 1, 1))
              ->value.size(),
            1u);
  EXPECT_EQ(ask<std::vector<horse_record>>(session, load_atom_v, std::string(),
                                           std::int32_t{9})
              ->value.size(),
            1u);
}

TEST_F(store_session_test, passes_the_fault_of_a_commit_on) {
  how->faults.fail(fault::lease_lost);
  start();
  EXPECT_EQ(ask<write_receipt>(session, put_atom_v, write_batch{})->refusal,
            fault::lease_lost);
}

TEST_F(store_session_test, renews_only_a_lease_that_it_has) {
  how->faults.fail(fault::lease_lost);
  start();
  EXPECT_EQ(ask<std::int64_t>(session, renew_atom_v)->value, 0);
  settings.lease.token = 42;
  start();
  EXPECT_EQ(ask<std::int64_t>(session, renew_atom_v)->refusal,
            fault::lease_lost);
  EXPECT_EQ(ask<std::int64_t>(session, renew_atom_v)->value, 42);
}

class state_keeper_test : public neighbours_fixture {
protected:
  std::shared_ptr<fake_files::record> kept
    = std::make_shared<fake_files::record>();
};

TEST_F(state_keeper_test, saves_and_appends_and_passes_faults_on) {
  auto keeper = track(spawn_state_keeper(
    sys, [this] { return std::make_unique<fake_files>(kept); }, lane::pool));
  const std::vector<error_entry> entries(2);
  EXPECT_EQ(ask<std::int64_t>(keeper, save_atom_v, checkpoint_image{})->value,
            1);
  EXPECT_EQ(ask<std::int64_t>(keeper, append_atom_v, entries)->value, 2);
  kept->faults.fail(fault::disk_full, 2);
  EXPECT_EQ(ask<std::int64_t>(keeper, save_atom_v, checkpoint_image{})->refusal,
            fault::disk_full);
  EXPECT_EQ(ask<std::int64_t>(keeper, append_atom_v, entries)->refusal,
            fault::disk_full);
  EXPECT_EQ(kept->images.size(), 1u);
  EXPECT_EQ(kept->errors.size(), 2u);
}

} // namespace
} // namespace racefill::test
