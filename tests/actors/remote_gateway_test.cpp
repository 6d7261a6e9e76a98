#include "actors/remote_gateway.hpp"

#include "actors/front_desk.hpp"
#include "actors/service_control.hpp"
#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// A viewer's end that answers each view, or none.
struct viewer_double {
  std::vector<monitor_view> views;
  bool mute = false;

  monitor_sink_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](monitor_sink_actor::pointer me)
                       -> monitor_sink_actor::behavior_type {
      return {
        [this, me](put_atom,
                   const monitor_view& x) -> caf::result<std::uint32_t> {
          views.push_back(x);
          if (mute)
            return me->make_response_promise<std::uint32_t>();
          return 1u;
        },
      };
    });
  }
};

class remote_gateway_test : public neighbours_fixture {
protected:
  void start(std::int32_t viewers_max = 64) {
    auto desk = track(spawn_front_desk(sys, {}));
    tell(desk, meet_atom_v, track(gate.spawn(sys)));
    tell(desk, meet_atom_v, track(checkpoint.spawn(sys)));
    auto reporter = sys.spawn([this](metrics_reporter_actor::pointer)
                                -> metrics_reporter_actor::behavior_type {
      return {
        [](meet_atom, const gatekeeper_actor&) {},
        [](meet_atom, const checkpoint_actor&) {},
        [](meet_atom, const date_scheduler_actor&) {},
        [](meet_atom, const enrichment_queue_actor&) {},
        [](meet_atom, const extractor_actor&) {},
        [](meet_atom, const db_writer_actor&) {},
        [](meet_atom, const horse_cache_actor&) {},
        [](meet_atom, const supervisor_actor&) {},
        [this](status_atom) {
          ++looks;
          snapshot x;
          x.host = "here";
          return x;
        },
      };
    });
    tell(desk, meet_atom_v, track(reporter));
    service_control_settings control;
    control.reload = []() -> caf::expected<std::string> {
      return caf::make_error(fault::bad_settings, std::string("line 3"));
    };
    control.set = [](const std::string& key,
                     const std::string& value) -> caf::expected<std::string> {
      return key + " is " + value + " now";
    };
    control.drain = [] { return std::string("draining"); };
    remote_gateway_settings x;
    x.desk = desk;
    x.control = track(spawn_service_control(sys, control, lane::pool));
    x.version = "0.1.0";
    x.token = "secret";
    x.viewers_max = viewers_max;
    gateway = track(spawn_remote_gateway(sys, x));
  }

  auto watch(const monitor_sink_actor& sink,
             std::uint32_t protocol = monitor_protocol) {
    return ask<std::int64_t>(gateway, watch_atom_v, protocol,
                             std::string("viewer"), std::int64_t{1'000}, sink);
  }

  auto steer(steer_order order, const std::string& token = "secret") {
    auto answer = ask<std::string>(gateway, steer_atom_v, monitor_protocol,
                                   token, order);
    drain();
    return answer;
  }

  gate_double gate;
  checkpoint_double checkpoint;
  int looks = 0;
  remote_gateway_actor gateway;
};

TEST_F(remote_gateway_test, pushes_a_view_at_once_and_then_at_the_pace_asked) {
  start();
  viewer_double viewer;
  EXPECT_EQ(watch(track(viewer.spawn(sys)))->value, 1'000);
  drain();
  ASSERT_EQ(viewer.views.size(), 1u);
  EXPECT_EQ(viewer.views[0].now.host, "here");
  for (int i = 0; i < 20; ++i)
    advance(500ms);
  EXPECT_GE(viewer.views.size(), 10u);
  EXPECT_LE(viewer.views.size(), 12u);
  EXPECT_EQ(viewer.views.back().calendar.size(), 1u);
}

TEST_F(remote_gateway_test, asks_nobody_while_nobody_watches) {
  start();
  for (int i = 0; i < 20; ++i)
    advance(500ms);
  EXPECT_EQ(looks, 0);
}

TEST_F(remote_gateway_test, drops_a_viewer_that_does_not_answer) {
  start();
  viewer_double mute;
  viewer_double lively;
  mute.mute = true;
  watch(track(mute.spawn(sys)));
  watch(track(lively.spawn(sys)));
  for (int i = 0; i < 60; ++i)
    advance(500ms);
  EXPECT_EQ(mute.views.size(), 1u); // Credit 1: never a second one.
  EXPECT_GE(lively.views.size(), 25u);
}

TEST_F(remote_gateway_test, forgets_a_dead_viewer_and_bounds_the_living) {
  start(1);
  viewer_double first;
  viewer_double second;
  auto dying = track(first.spawn(sys));
  EXPECT_EQ(watch(dying)->refusal, fault::none);
  auto other = track(second.spawn(sys));
  auto refused = watch(other);
  drain();
  EXPECT_EQ(refused->refusal, fault::queue_full);
  caf::anon_send_exit(dying, caf::exit_reason::kill);
  drain();
  auto taken = watch(other);
  drain();
  EXPECT_EQ(taken->refusal, fault::none);
}

TEST_F(remote_gateway_test, refuses_another_protocol_and_names_both) {
  start();
  viewer_double viewer;
  auto sink = track(viewer.spawn(sys));
  std::string text;
  sys.spawn([&](caf::event_based_actor* me) {
    me->request(gateway, caf::infinite, watch_atom_v, monitor_protocol + 1,
                std::string("new"), std::int64_t{1'000}, sink)
      .then([](std::int64_t) { FAIL(); },
            [&text](const caf::error& err) { text = describe(err); });
  });
  drain();
  EXPECT_NE(text.find("protocol 1,"), std::string::npos) << text;
  EXPECT_NE(text.find("speaks 2"), std::string::npos) << text;
  EXPECT_NE(text.find("0.1.0"), std::string::npos) << text;
}

TEST_F(remote_gateway_test, steers_only_for_the_token) {
  start();
  steer_order order;
  order.verb = steer_verb::pause;
  for (const auto* wrong : {"", "secre", "secrets", "Secret"})
    EXPECT_EQ(steer(order, wrong)->refusal, fault::bad_settings) << wrong;
  EXPECT_EQ(gate.switches, "");
  EXPECT_EQ(steer(order)->refusal, fault::none);
  order.verb = steer_verb::resume;
  EXPECT_EQ(steer(order)->refusal, fault::none);
  EXPECT_EQ(gate.switches, "pr");
}

TEST_F(remote_gateway_test, passes_orders_on_and_answers_with_what_came) {
  start();
  steer_order order;
  order.verb = steer_verb::set;
  order.key = "gate.requests";
  order.value = "1";
  EXPECT_EQ(steer(order)->value, "gate.requests is 1 now");
  order.verb = steer_verb::reload;
  EXPECT_EQ(steer(order)->refusal, fault::bad_settings);
  order.verb = steer_verb::drain;
  EXPECT_EQ(steer(order)->value, "draining");
  order.verb = steer_verb::retry;
  EXPECT_NE(steer(order)->value.find("asked again"), std::string::npos);
  order.verb = static_cast<steer_verb>(77);
  EXPECT_EQ(steer(order)->refusal, fault::bad_settings);
}

TEST_F(remote_gateway_test, survives_what_a_peer_may_send) {
  start();
  caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
  caf::anon_send(caf::actor_cast<caf::actor>(gateway),
                 caf::make_error(fault::bad_shape));
  caf::anon_send(caf::actor_cast<caf::actor>(gateway), std::string("noise"));
  caf::anon_send(caf::actor_cast<caf::actor>(gateway), watch_atom_v,
                 monitor_protocol, std::string("none"), std::int64_t{-5},
                 monitor_sink_actor{});
  drain();
  viewer_double viewer;
  EXPECT_EQ(watch(track(viewer.spawn(sys)))->refusal, fault::none);
  drain();
  EXPECT_EQ(viewer.views.size(), 1u);
}

} // namespace
} // namespace racefill::test
