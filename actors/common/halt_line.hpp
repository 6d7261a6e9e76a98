/// A worker's line to RUN CONTROL, which may be dead when it is needed most.
#pragma once

#include <utility>

#include <caf/error.hpp>

#include "messages/actors.hpp"

namespace racefill {

/// Remembers what it has said, and says it again to the next RUN CONTROL: the
/// one before may have died with the message in its mailbox.
class halt_line {
public:
  /// The run cannot go on.
  template <class Self>
  void halt(Self self, const caf::error& why) {
    if (!why_)
      why_ = why;
    if (control_)
      self->send(control_, halt_atom_v, why);
  }

  template <class Self>
  void meet(Self self, run_control_actor control) {
    control_ = std::move(control);
    if (why_)
      self->send(control_, halt_atom_v, why_);
  }

  /// The run is over.
  template <class Self>
  void finish(Self self) {
    if (control_)
      self->send(control_, finish_atom_v);
  }

  explicit operator bool() const noexcept {
    return static_cast<bool>(control_);
  }

private:
  run_control_actor control_;
  caf::error why_; // The first; none while all is well.
};

} // namespace racefill
