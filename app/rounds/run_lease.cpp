#include "app/rounds/run_lease.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "app/process/signals.hpp"
#include "app/rounds/round.hpp"
#include "infra/log/log.hpp"
#include "infra/machine/process_identity.hpp"

namespace racefill {

namespace {

// May take as long as the database does.
caf::expected<lease_grant> acquire(record_store& store,
                                   const session_plan& plan) {
  const mortal_step step;
  return store.acquire_lease(plan.claim);
}

} // namespace

void give_lease_back(record_store& store, const lease_grant& lease) {
  if (auto released = store.release_lease(lease); !released)
    log_warn("run", "run could not give the lease back",
             {{"error", describe(released.error())}});
}

caf::error take_lease(const command_context& context, record_store& store,
                      session_plan& plan) {
  plan.claim = claim_of_this_process();
  for (bool has_told = false;;) {
    auto grant = acquire(store, plan);
    auto err = grant ? put_under(plan, context, *grant) : grant.error();
    if (!err)
      return {};
    if (grant)
      give_lease_back(store, *grant);
    if (fault_of(err) != fault::lease_held || !context.call.wait)
      return err;
    if (!std::exchange(has_told, true))
      log_info("run", "run waits for the lease", {{"held_by", describe(err)}});
    if (stop_requested_within(std::chrono::seconds(2)))
      return caf::make_error(fault::stopping,
                             std::string("interrupted while waiting"));
  }
}

} // namespace racefill
