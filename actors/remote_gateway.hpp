/// REMOTE GATEWAY: the only actor that can be reached from outside.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <caf/fwd.hpp>

#include "messages/monitor.hpp"

namespace racefill {

struct remote_gateway_settings {
  front_desk_actor desk;
  service_control_actor control;
  std::string version; ///< Of the program, for viewers.
  std::string token;   ///< Opens steering; never empty.
  std::int32_t viewers_max = 64;
  std::chrono::milliseconds poll{500};         ///< Between two looks.
  std::chrono::milliseconds calendar{3'000};   ///< Between two calendars.
  std::chrono::milliseconds timeout{5'000};    ///< For a neighbour's answer.
  std::chrono::milliseconds ack_limit{10'000}; ///< For a viewer's answer.
  std::chrono::milliseconds every_min{500};    ///< Between two views.
  std::chrono::milliseconds every_max{10'000};
};

/// Starts the REMOTE GATEWAY. It holds copies only and may die at any time, by
/// a peer's `kill` too: viewers come back to its successor. Answers come from
/// itself, never from whom it asked, so that no other actor becomes known
/// outside. Exit messages other than `kill` are ignored: peers can send them.
remote_gateway_actor spawn_remote_gateway(caf::actor_system& sys,
                                          remote_gateway_settings settings);

} // namespace racefill
