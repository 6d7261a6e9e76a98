#include "actors/state_keeper.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/common/guard.hpp"

namespace racefill {
namespace {

struct state_keeper_state {
  static constexpr const char* name = "state_files";
  std::unique_ptr<state_files> files;
};
using self_ptr = state_files_actor::stateful_pointer<state_keeper_state>;

state_files_actor::behavior_type
state_keeper(self_ptr self,
             const std::function<std::unique_ptr<state_files>()>& open) {
  guard(self);
  self->state.files = open();
  return {
    [self](save_atom,
           const checkpoint_image& image) -> caf::result<std::int64_t> {
      auto saved = self->state.files->save_checkpoint(image);
      if (!saved)
        return saved.error();
      return std::int64_t{1};
    },
    [self](append_atom, const std::vector<error_entry>& entries)
      -> caf::result<std::int64_t> {
      auto appended = self->state.files->append_errors(entries);
      if (!appended)
        return appended.error();
      return static_cast<std::int64_t>(entries.size());
    },
  };
}

} // namespace

state_files_actor
spawn_state_keeper(caf::actor_system& sys,
                   std::function<std::unique_ptr<state_files>()> open,
                   lane where) {
  if (where == lane::own_thread)
    return sys.spawn<caf::detached>(state_keeper, std::move(open));
  return sys.spawn(state_keeper, std::move(open));
}

} // namespace racefill
