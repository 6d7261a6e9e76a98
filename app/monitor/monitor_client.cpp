#include "app/monitor/monitor_client.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <set>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/exit_reason.hpp>
#include <caf/io/middleman.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "app/monitor/basp_link.hpp"
#include "infra/link/link_dial.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;
using interface_names = std::set<std::string>;

// What the sink leaves for the caller's thread.
struct letter_box {
  std::mutex mutex;
  std::condition_variable news;
  monitor_view view;
  bool is_fresh = false;
  bool is_over = false;
};

monitor_sink_actor::behavior_type
sink_behaviour(monitor_sink_actor::pointer self,
               const remote_gateway_actor& gateway,
               const std::shared_ptr<letter_box>& box) {
  self->set_error_handler([](caf::error&) {});
  self->set_down_handler([box](const caf::down_msg&) {
    const std::lock_guard guard{box->mutex};
    box->is_over = true;
    box->news.notify_all();
  });
  self->monitor(gateway);
  return {
    [box](put_atom, monitor_view& x) -> std::uint32_t {
      const std::lock_guard guard{box->mutex};
      box->view = std::move(x);
      box->is_fresh = true;
      box->news.notify_all();
      return 1; // The next one may come.
    },
  };
}

struct link_config : caf::actor_system_config {
  link_config() {
    add_message_types<caf::id_block::racefill>();
    add_message_types<caf::id_block::racefill_handles>();
    load_link(*this);
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 1u);
  }
};

caf::error lost(const std::string& name, const std::string& why) {
  return caf::make_error(fault::unreachable,
                         name + ": the connection is gone"
                           + (why.empty() ? "" : ": " + why));
}

} // namespace

struct monitor_client::parts {
  explicit parts(const monitor_client_settings& x)
    : settings(x), name(x.host + ":" + std::to_string(x.port)) {
    // nop
  }

  ~parts() {
    if (sink)
      caf::anon_send_exit(sink, caf::exit_reason::user_shutdown);
    sink = nullptr;
    gateway = nullptr;
    dial.reset();
  }

  caf::error connect();
  caf::error greet(const caf::actor& whom, const interface_names& theirs);

  // The service's own word, or that the link broke.
  caf::error error_of(const caf::error& err) const {
    if (fault_of(err) != fault::absent || dial == nullptr)
      return err;
    return lost(name, dial->ended());
  }

  monitor_client_settings settings;
  std::string name;
  link_config config;
  caf::actor_system sys{config};
  std::unique_ptr<link_dial> dial;
  std::shared_ptr<letter_box> box = std::make_shared<letter_box>();
  remote_gateway_actor gateway;
  monitor_sink_actor sink;
  std::string version;
};

caf::error monitor_client::parts::connect() {
  link_dial_settings x;
  x.host = settings.host;
  x.port = settings.port;
  x.papers = settings.papers.link;
  x.limit = settings.limit;
  auto dialled = link_dial::open(x);
  if (!dialled)
    return std::move(dialled.error());
  dial = std::move(*dialled);
  auto scribe = make_scribe(sys, dial->take_inner());
  caf::error failure;
  caf::actor whom;
  interface_names theirs;
  caf::scoped_actor self{sys};
  self
    ->request(open_basp(sys), settings.limit, caf::connect_atom_v, scribe,
              settings.port)
    .receive(
      [&](const caf::node_id&, caf::strong_actor_ptr& ptr,
          interface_names& names) {
        whom = caf::actor_cast<caf::actor>(ptr);
        theirs = std::move(names);
      },
      [&](caf::error&) {
        const auto why = dial->ended();
        failure = caf::make_error(
          why.empty() ? fault::unreachable : fault::tls_refused,
          name + (why.empty() ? ": no answer" : " refuses us: " + why));
      });
  if (failure)
    return failure;
  if (!whom)
    return lost(name, "nobody is there to talk to");
  return greet(whom, theirs);
}

// Nothing but plain numbers and texts before the versions are known to agree.
caf::error monitor_client::parts::greet(const caf::actor& whom,
                                        const interface_names& theirs) {
  caf::error failure;
  std::uint32_t protocol = 0;
  caf::scoped_actor self{sys};
  self
    ->request(whom, settings.limit, hello_atom_v, monitor_protocol,
              std::string(RACEFILL_VERSION))
    .receive(
      [&](std::uint32_t x, const std::string& text) {
        protocol = x;
        version = text;
      },
      [&](caf::error& err) { failure = error_of(err); });
  if (failure)
    return failure;
  const auto ours
    = sys.message_types(caf::detail::type_list<remote_gateway_actor>{});
  const bool fits = std::includes(theirs.begin(), theirs.end(), ours.begin(),
                                  ours.end());
  if (protocol != monitor_protocol || !fits)
    return caf::make_error(
      fault::bad_settings,
      name + " (racefill " + version + ") speaks monitor protocol "
        + std::to_string(protocol) + ", this racefill " + RACEFILL_VERSION
        + " speaks " + std::to_string(monitor_protocol)
        + ": use the same racefill on both sides");
  gateway = caf::actor_cast<remote_gateway_actor>(whom);
  sink = sys.spawn(sink_behaviour, gateway, box);
  return {};
}

monitor_client::monitor_client(std::unique_ptr<parts> x)
  : parts_(std::move(x)) {
  // nop
}

monitor_client::~monitor_client() = default;

caf::expected<std::unique_ptr<monitor_client>>
monitor_client::open(const monitor_client_settings& settings) {
  auto made = std::make_unique<parts>(settings);
  if (auto err = made->connect())
    return err;
  return std::unique_ptr<monitor_client>{new monitor_client(std::move(made))};
}

const std::string& monitor_client::version() const noexcept {
  return parts_->version;
}

caf::error monitor_client::watch(milliseconds every) {
  caf::error failure;
  caf::scoped_actor self{parts_->sys};
  self
    ->request(parts_->gateway, parts_->settings.limit, watch_atom_v,
              monitor_protocol, parts_->settings.name,
              static_cast<std::int64_t>(every.count()), parts_->sink)
    .receive([](std::int64_t) {},
             [&](caf::error& err) { failure = parts_->error_of(err); });
  return failure;
}

bool monitor_client::next(monitor_view& view, milliseconds patience) {
  auto& box = *parts_->box;
  std::unique_lock guard{box.mutex};
  box.news.wait_for(guard, patience,
                    [&box] { return box.is_fresh || box.is_over; });
  if (!std::exchange(box.is_fresh, false))
    return false;
  view = box.view;
  return true;
}

std::string monitor_client::ended() const {
  auto why = parts_->dial->ended();
  if (!why.empty())
    return why;
  const std::lock_guard guard{parts_->box->mutex};
  return parts_->box->is_over ? "the service ended the connection" : "";
}

caf::expected<std::string> monitor_client::steer(const steer_order& order) {
  caf::expected<std::string> answer{caf::make_error(fault::absent)};
  caf::scoped_actor self{parts_->sys};
  self
    ->request(parts_->gateway, parts_->settings.limit, steer_atom_v,
              monitor_protocol, parts_->settings.papers.token, order)
    .receive([&](const std::string& text) { answer = text; },
             [&](caf::error& err) { answer = parts_->error_of(err); });
  return answer;
}

} // namespace racefill
