/// BASP_LINK: real caf::io over sockets that the link has made and proved.
///
/// CAF's own port is never opened: the broker that speaks its protocol (BASP)
/// is handed one connected socket a link, so nobody else can be at its other
/// end (docs/decisions/0013-the-monitor-port.md).
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/io/scribe.hpp>

namespace racefill {

/// Lets a system speak over links; before the system is made.
void load_link(caf::actor_system_config& config);

/// The broker of a system that load_link() was called for. It takes CAF's own
/// servants, which peers could name, off the register. Not thread-safe.
caf::actor open_basp(caf::actor_system& sys);

/// Wraps a connected socket, which it then owns.
caf::io::scribe_ptr make_scribe(caf::actor_system& sys, int socket);

/// Offers `whom` to the peer at the other end of a socket, which it then owns.
void offer_actor(caf::actor_system& sys, const caf::actor& basp, int socket,
                 const caf::strong_actor_ptr& whom,
                 const std::set<std::string>& interface);

} // namespace racefill
