/// The remote monitor's own language: what viewers elsewhere may ask.
///
/// It leaves the process, so it has a version. `hello` and its answer are made
/// of plain numbers and texts and never change; everything else may change
/// together with `monitor_protocol`, and so must every struct it carries.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// Raised whenever the shape of anything below, or of the snapshot, changes.
inline constexpr std::uint32_t monitor_protocol = 1;

/// What a viewer shows.
struct monitor_view {
  snapshot now;
  std::int64_t age_ms = 0; ///< Since the snapshot was taken; grows when the
                           ///< service does not answer.
  date calendar_start;     ///< The day of the first cell; may be unknown.
  std::string calendar;    ///< A letter a day, by day_letter().
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, monitor_view& x) {
  return f(caf::meta::type_name("monitor_view"), x.now, x.age_ms,
           x.calendar_start, x.calendar);
}

/// The letter of a day in `monitor_view::calendar`.
constexpr char day_letter(day_state x) noexcept {
  switch (x) {
    case day_state::running:
      return 'r';
    case day_state::provisional:
      return 'v';
    case day_state::done:
      return 'd';
    case day_state::empty:
      return 'e';
    case day_state::not_offered:
      return 'n';
    case day_state::failed:
      return 'f';
    default:
      return 'p';
  }
}

/// What a person wants the service to do.
enum class steer_verb : std::uint8_t {
  pause,  ///< No calls until `resume`.
  resume, ///< Calls again.
  drain,  ///< Finish what is held, then leave.
  reload, ///< Read the conf files anew.
  set,    ///< `key` is `value` until the next start.
  retry,  ///< Ask `days` again; all that failed when there are none.
};

struct steer_order {
  steer_verb verb = steer_verb::pause;
  std::string key;
  std::string value;
  std::vector<date> days;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, steer_order& x) {
  return f(caf::meta::type_name("steer_order"), x.verb, x.key, x.value, x.days);
}

} // namespace racefill

namespace racefill {

/// MONITOR SINK: a viewer's end. The answer is the credit for one view more.
using monitor_sink_actor = caf::typed_actor<
  caf::replies_to<put_atom, monitor_view>::with<std::uint32_t>>;

} // namespace racefill

CAF_BEGIN_TYPE_ID_BLOCK(racefill_monitor, caf::id_block::racefill_handles::end)

  CAF_ADD_TYPE_ID(racefill_monitor, (racefill::monitor_view))
  CAF_ADD_TYPE_ID(racefill_monitor, (racefill::steer_order))
  CAF_ADD_TYPE_ID(racefill_monitor, (racefill::monitor_sink_actor))

  CAF_ADD_ATOM(racefill_monitor, racefill, hello_atom, "hello")
  CAF_ADD_ATOM(racefill_monitor, racefill, watch_atom, "watch")
  CAF_ADD_ATOM(racefill_monitor, racefill, steer_atom, "steer")

CAF_END_TYPE_ID_BLOCK(racefill_monitor)

namespace racefill {

/// REMOTE GATEWAY: the only actor that can be reached from outside.
using remote_gateway_actor = caf::typed_actor<
  // The viewer's protocol and program version; answers the service's.
  caf::replies_to<hello_atom, std::uint32_t, std::string>::with<std::uint32_t,
                                                                std::string>,
  // Protocol, the viewer's name, milliseconds between two views, the viewer.
  // Answers the milliseconds it gets. Faults: bad_settings (another protocol),
  // queue_full (too many viewers).
  caf::replies_to<watch_atom, std::uint32_t, std::string, std::int64_t,
                  monitor_sink_actor>::with<std::int64_t>,
  // Protocol, control token, order. Answers a sentence. Faults: bad_settings
  // (another protocol, a wrong token, an order that cannot be), absent, and
  // those of SERVICE CONTROL.
  caf::replies_to<steer_atom, std::uint32_t, std::string,
                  steer_order>::with<std::string>>;

} // namespace racefill
