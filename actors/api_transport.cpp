#include "actors/api_transport.hpp"

#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"

namespace racefill {
namespace {

struct api_transport_state {
  static constexpr const char* name = "api_transport";
  std::unique_ptr<http_transport> connection;
  gatekeeper_actor gate;
};
using self_ptr = api_transport_actor::stateful_pointer<api_transport_state>;

// Passes the steps of one exchange on to the gate as they happen. `closed` is
// kept back: it shall carry the outcome, which is known at return only.
class gate_reporter final : public exchange_events {
public:
  gate_reporter(self_ptr self, permit allowed) : self_(self), permit_(allowed) {
    // nop
  }

  void on_sent() override {
    tell(event(call_step::sent));
  }

  void on_acknowledged() override {
    tell(event(call_step::acknowledged));
  }

  void on_replied() override {
    tell(event(call_step::replied));
  }

  void on_closed() override {
    closed_ = event(call_step::closed);
    is_closed_ = true;
  }

  // Tells the end with what came of the exchange.
  void finish(const caf::expected<api_reply>& result) {
    if (!is_closed_)
      on_closed(); // Nothing was sent: no connection was made.
    if (result) {
      closed_.status = result->status;
      closed_.retry_after_ms = result->retry_after_ms;
      const auto kind = fault_of(*result);
      closed_.failure = kind == fault::blocked ? kind : fault::none;
    } else {
      closed_.failure = fault_of(result.error());
    }
    tell(closed_);
  }

private:
  call_event event(call_step step) const {
    call_event x;
    x.serial = permit_.serial;
    x.step = step;
    x.at_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                self_->clock().now().time_since_epoch())
                .count();
    return x;
  }

  void tell(const call_event& x) {
    if (self_->state.gate)
      self_->send(self_->state.gate, report_atom_v, x);
  }

  self_ptr self_;
  permit permit_;
  call_event closed_;
  bool is_closed_ = false;
};

api_transport_actor::behavior_type
api_transport(self_ptr self,
              const std::function<std::unique_ptr<http_transport>()>& open) {
  guard(self);
  self->state.connection = open();
  return {
    [self](meet_atom, gatekeeper_actor gate) {
      self->state.gate = std::move(gate);
    },
    [self](fetch_atom, permit allowed,
           const api_request& request) -> caf::result<api_reply> {
      gate_reporter reporter{self, allowed};
      auto result = self->state.connection->exchange(request, reporter);
      reporter.finish(result);
      if (!result)
        return std::move(result.error());
      return std::move(*result);
    },
  };
}

} // namespace

api_transport_actor
spawn_api_transport(caf::actor_system& sys,
                    std::function<std::unique_ptr<http_transport>()> open,
                    lane where) {
  if (where == lane::own_thread)
    return sys.spawn<caf::detached>(api_transport, std::move(open));
  return sys.spawn(api_transport, std::move(open));
}

} // namespace racefill
