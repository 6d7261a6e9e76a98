/// WIRING_SETTINGS: what conf/ says, as each actor and adapter takes it.
#pragma once

#include <cstdint>

#include <caf/expected.hpp>

#include "actors/common/api_call.hpp"
#include "app/cli/context.hpp"
#include "infra/http/transport.hpp"
#include "infra/machine/account_seat.hpp"
#include "infra/pure/data_guard.hpp"
#include "infra/pure/gatekeeper_settings.hpp"
#include "infra/racing_api/racing_api.hpp"
#include "infra/sql/store_settings.hpp"
#include "messages/limits.hpp"

namespace racefill {

/// The gate's limits as conf/ has them.
gate_limits gate_limits_of(const settings& conf);

/// The writer's limits as conf/ has them.
writer_limits writer_limits_of(const settings& conf);

/// The data guard's limits as conf/ has them.
guard_limits guard_limits_of(const settings& conf);

/// What the GATEKEEPER is born with, but for its log.
gatekeeper_settings gate_settings_of(const settings& conf);

/// Attempts and waits of a worker's calls; `seed` spreads the workers' waits.
api_call_settings call_settings_of(const settings& conf, std::uint64_t seed);

/// One connection's address, credentials and certificates. Faults:
/// bad_settings.
caf::expected<http_settings> http_settings_of(const command_context& context);

/// The store's settings as conf/ and credentials have them.
store_settings store_settings_of(const command_context& context);

/// Takes the seat of the account. Guards nothing when gate.reserve leaves a
/// share of the account to others. Faults besides those of the seat:
/// bad_settings (the URL).
caf::expected<account_seat> take_account_seat(const settings& conf,
                                              const credentials& secrets);

/// What is asked of the API, and what is kept of its answers.
racing_api_settings api_settings_of(const settings& conf);

/// The most database sessions that may write at a time.
std::int32_t writers_max(const settings& conf);

} // namespace racefill
