#include "app/monitor/basp_link.hpp"

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/io/network/multiplexer.hpp>
#include <caf/send.hpp>

#include "messages/monitor.hpp"

namespace racefill {
namespace {

// The broker tells published actors apart by a port's number; of a socket pair
// there is none, and all links are offered the same actor.
constexpr std::uint16_t link_port = 1;

} // namespace

void load_link(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::racefill_monitor>();
  config.load<caf::io::middleman>();
}

caf::actor open_basp(caf::actor_system& sys) {
  sys.registry().erase(caf::atom("SpawnServ"));
  sys.registry().erase(caf::atom("ConfigServ"));
  return sys.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
}

caf::io::scribe_ptr make_scribe(caf::actor_system& sys, int socket) {
  return sys.middleman().backend().new_scribe(socket);
}

void offer_actor(caf::actor_system& sys, const caf::actor& basp, int socket,
                 const caf::strong_actor_ptr& whom,
                 const std::set<std::string>& interface) {
  caf::anon_send(basp, caf::publish_atom_v, make_scribe(sys, socket), link_port,
                 whom, interface);
}

} // namespace racefill
