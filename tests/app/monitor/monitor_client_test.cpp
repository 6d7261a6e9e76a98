// The monitor's two ends over a real port: gate, keeper, gateway and viewer.
#include "app/monitor/monitor_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <thread>

#include <unistd.h>

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/front_desk.hpp"
#include "actors/service_control.hpp"
#include "app/monitor/basp_link.hpp"
#include "app/monitor/monitor_part.hpp"
#include "infra/link/link_dial.hpp"
#include "infra/link/link_gate.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

struct service_config : caf::actor_system_config {
  service_config() {
    add_message_types<caf::id_block::racefill>();
    add_message_types<caf::id_block::racefill_handles>();
    load_link(*this);
  }
};

std::string scratch() {
  std::string pattern = fs::temp_directory_path() / "racefill-client-XXXXXX";
  return ::mkdtemp(pattern.data());
}

// A service that has nothing to tell but lives: the real part on a real port.
class monitor_client_test : public ::testing::Test {
protected:
  monitor_client_test() {
    log_set_level(log_level::off);
    conf.state.dir = scratch();
    conf.monitor.viewers_max = 2;
    desk = spawn_front_desk(sys, {});
    service_control_settings x;
    x.reload = [] { return std::string("reloaded"); };
    x.set = [](const std::string& key, const std::string&) { return key; };
    x.drain = [] { return std::string("draining"); };
    control = spawn_service_control(sys, x, lane::pool);
  }

  ~monitor_client_test() override {
    part.reset();
    caf::anon_send_exit(desk, caf::exit_reason::kill);
    caf::anon_send_exit(control, caf::exit_reason::kill);
    fs::remove_all(conf.state.dir);
  }

  // A port that was free a moment ago.
  void start() {
    for (int port = 30'000 + static_cast<int>(::getpid() % 20'000); !part;
         ++port) {
      ASSERT_LT(port, 65'000);
      conf.monitor.port = port;
      if (auto made = open_monitor_part({sys, conf, desk, control}))
        part = std::move(*made);
    }
    auto papers = open_client_papers(monitor_folder(conf));
    ASSERT_TRUE(papers);
    settings.papers = std::move(*papers);
    settings.host = "127.0.0.1";
    settings.port = static_cast<std::uint16_t>(conf.monitor.port);
    settings.name = "test";
  }

  caf::expected<std::string> steer(steer_verb verb) {
    auto client = monitor_client::open(settings);
    if (!client)
      return std::move(client.error());
    steer_order order;
    order.verb = verb;
    return (*client)->steer(order);
  }

  service_config config;
  caf::actor_system sys{config};
  racefill::settings conf;
  front_desk_actor desk;
  service_control_actor control;
  std::unique_ptr<service_part> part;
  monitor_client_settings settings;
};

// A peer with papers and bad manners.
struct raw_peer {
  explicit raw_peer(const monitor_client_settings& x) {
    auto made
      = link_dial::open({x.host, x.port, x.papers.link, milliseconds(10'000)});
    if (!made)
      return;
    dial = std::move(*made);
    caf::scoped_actor self{sys};
    self
      ->request(open_basp(sys), std::chrono::seconds(20), caf::connect_atom_v,
                make_scribe(sys, dial->take_inner()), x.port)
      .receive(
        [this](const caf::node_id&, caf::strong_actor_ptr& ptr,
               std::set<std::string>&) {
          gateway = caf::actor_cast<caf::actor>(ptr);
        },
        [](caf::error&) {});
  }

  ~raw_peer() {
    gateway = nullptr;
    dial.reset();
  }

  service_config config;
  caf::actor_system sys{config};
  std::unique_ptr<link_dial> dial;
  caf::actor gateway;
};

TEST_F(monitor_client_test, orders_pass_and_their_answers_come_back) {
  start();
  auto answer = steer(steer_verb::drain);
  ASSERT_TRUE(answer) << describe(answer.error());
  EXPECT_EQ(*answer, "draining");
  settings.papers.token.back() ^= 1;
  auto refused = steer(steer_verb::drain);
  ASSERT_FALSE(refused);
  EXPECT_THAT(describe(refused.error()), HasSubstr("control token"));
}

TEST_F(monitor_client_test, a_killed_gateway_has_a_successor) {
  start();
  for (int round = 0; round < 3; ++round) {
    raw_peer peer{settings};
    ASSERT_TRUE(peer.gateway) << round;
    caf::anon_send(peer.gateway, caf::make_error(fault::bad_shape));
    caf::anon_send_exit(peer.gateway, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(peer.gateway, caf::exit_reason::kill);
    // It may still answer for a moment, then nobody for another.
    bool back = false;
    for (int i = 0; i < 100 && !back; ++i) {
      std::this_thread::sleep_for(milliseconds(50));
      back = i > 4 && steer(steer_verb::drain);
    }
    EXPECT_TRUE(back) << round;
  }
}

TEST_F(monitor_client_test, cafs_own_servants_have_no_name) {
  start();
  EXPECT_FALSE(sys.registry().get(caf::atom("SpawnServ")));
  EXPECT_FALSE(sys.registry().get(caf::atom("ConfigServ")));
}

TEST_F(monitor_client_test, a_service_of_another_protocol_is_named_by_both) {
  // A service from the future: it greets, and nothing else is known of it.
  start();
  part.reset();
  auto papers = open_service_papers(monitor_folder(conf));
  ASSERT_TRUE(papers);
  auto future = sys.spawn([](caf::event_based_actor*) -> caf::behavior {
    return {
      [](hello_atom, std::uint32_t,
         const std::string&) -> caf::result<std::uint32_t, std::string> {
        return {monitor_protocol + 41, std::string("9.9.9")};
      },
    };
  });
  link_gate_settings x;
  x.papers = papers->link;
  x.admit = [this, future, basp = open_basp(sys)](int inner) {
    offer_actor(sys, basp, inner,
                caf::actor_cast<caf::strong_actor_ptr>(future), {});
    return true;
  };
  auto gate = link_gate::open(std::move(x));
  ASSERT_TRUE(gate);
  settings.port = (*gate)->port();
  auto client = monitor_client::open(settings);
  ASSERT_FALSE(client);
  EXPECT_EQ(fault_of(client.error()), fault::bad_settings);
  const auto text = describe(client.error());
  EXPECT_THAT(text, HasSubstr("9.9.9"));
  EXPECT_THAT(text, HasSubstr("protocol 42"));
  EXPECT_THAT(text, HasSubstr(RACEFILL_VERSION));
  caf::anon_send_exit(future, caf::exit_reason::kill);
}

TEST_F(monitor_client_test, says_what_is_wrong_when_nobody_is_there) {
  start();
  part.reset();
  auto client = monitor_client::open(settings);
  ASSERT_FALSE(client);
  EXPECT_EQ(fault_of(client.error()), fault::unreachable);
}

} // namespace
} // namespace racefill
