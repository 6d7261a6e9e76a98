/// LIVE_CALL: a single call of the API outside a run.
#pragma once

#include <memory>

#include <caf/expected.hpp>

#include "app/cli/context.hpp"
#include "infra/machine/account_seat.hpp"
#include "infra/ports/http_transport.hpp"
#include "infra/ports/provider.hpp"

namespace racefill {

/// A connection of one's own and the provider it speaks of.
struct live_api {
  std::shared_ptr<const provider> api;
  std::unique_ptr<http_transport> transport;
  account_seat seat;
};

/// Nothing is sent yet. Faults: bad_settings (URL, credentials missing),
/// lease_held (a run on this host asks with the account).
caf::expected<live_api> open_live_api(const command_context& context);

/// One exchange; any status is a reply. Faults: those of http_transport.
caf::expected<api_reply> call_once(live_api& live, const api_request& request);

/// Who holds the lease now, so that a call of ours might be one too many for
/// the account; "" for nobody. Faults: those of record_store.
caf::expected<std::string> lease_holder(const command_context& context);

} // namespace racefill
