#include "app/monitor/monitor_part.hpp"

#include <memory>
#include <mutex>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include "app/monitor/basp_link.hpp"
#include "app/monitor/gateway_keeper.hpp"
#include "infra/link/identity.hpp"
#include "infra/link/link_gate.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

// The gateway in office, for the gate's thread.
class seat {
public:
  void put(const remote_gateway_actor& x) {
    const std::lock_guard guard{mutex_};
    now_ = caf::actor_cast<caf::strong_actor_ptr>(x);
  }

  caf::strong_actor_ptr get() {
    const std::lock_guard guard{mutex_};
    return now_;
  }

private:
  std::mutex mutex_;
  caf::strong_actor_ptr now_;
};

class monitor_part : public service_part {
public:
  monitor_part(caf::actor keeper, std::unique_ptr<link_gate> gate,
               std::shared_ptr<seat> office)
    : keeper_(std::move(keeper)),
      gate_(std::move(gate)),
      office_(std::move(office)) {
    // nop
  }

  ~monitor_part() override {
    gate_.reset(); // First the door, then those behind it.
    caf::anon_send_exit(keeper_, caf::exit_reason::user_shutdown);
    office_->put({});
  }

private:
  caf::actor keeper_;
  std::unique_ptr<link_gate> gate_;
  std::shared_ptr<seat> office_;
};

gateway_keeper_settings keeper_of(const service_context& context,
                                  std::string token,
                                  const std::shared_ptr<seat>& office) {
  gateway_keeper_settings x;
  x.gateway.desk = context.desk;
  x.gateway.control = context.control;
  x.gateway.version = RACEFILL_VERSION;
  x.gateway.token = std::move(token);
  x.gateway.viewers_max = context.conf.monitor.viewers_max;
  x.seat = [office](const remote_gateway_actor& now) { office->put(now); };
  return x;
}

link_gate_settings gate_of(const service_context& context, link_papers papers,
                           const std::shared_ptr<seat>& office) {
  const auto& conf = context.conf.monitor;
  link_gate_settings x;
  x.host = conf.host;
  x.port = static_cast<std::uint16_t>(conf.port);
  x.papers = std::move(papers);
  // A few links more than viewers: orders come over links of their own.
  x.known_max = static_cast<std::size_t>(conf.viewers_max) + 8;
  auto& sys = context.sys;
  x.admit = [&sys, office, basp = open_basp(sys),
             interface = sys.message_types(
               caf::detail::type_list<remote_gateway_actor>{})](int inner) {
    const auto gateway = office->get();
    if (!gateway)
      return false;
    offer_actor(sys, basp, inner, gateway, interface);
    return true;
  };
  return x;
}

std::string address_text(const std::string& host, std::uint16_t port) {
  const auto is_ipv6 = host.find(':') != std::string::npos;
  // Who listens everywhere is reached here.
  const auto name = host == "0.0.0.0" ? "127.0.0.1"
                    : host == "::"    ? "[::1]"
                    : is_ipv6         ? "[" + host + "]"
                                      : host;
  return name + ":" + std::to_string(port);
}

} // namespace

std::string monitor_folder(const settings& conf) {
  return in_state_dir(conf, "monitor");
}

void prepare_monitor(caf::actor_system_config& config, const settings& conf) {
  if (conf.monitor.port != 0)
    load_link(config);
}

caf::expected<std::unique_ptr<service_part>>
open_monitor_part(const service_context& context) {
  const auto& conf = context.conf;
  if (conf.monitor.port == 0)
    return std::unique_ptr<service_part>{};
  const auto folder = monitor_folder(conf);
  auto papers = open_service_papers(folder);
  if (!papers)
    return std::move(papers.error());
  auto office = std::make_shared<seat>();
  auto gate
    = link_gate::open(gate_of(context, std::move(papers->link), office));
  if (!gate)
    return std::move(gate.error());
  const auto address = address_text(conf.monitor.host, (*gate)->port());
  if (auto err = write_address(folder, address))
    return err;
  auto keeper = spawn_gateway_keeper(
    context.sys, keeper_of(context, std::move(papers->token), office));
  log_info("monitor", "remote monitor listens", {{"address", address}});
  return std::unique_ptr<service_part>{
    new monitor_part(std::move(keeper), std::move(*gate), std::move(office))};
}

} // namespace racefill
