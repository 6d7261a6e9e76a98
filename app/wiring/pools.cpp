#include <algorithm>
#include <utility>

#include <caf/actor_system.hpp>

#include "actors/enricher.hpp"
#include "actors/racecard_fetcher.hpp"
#include "app/wiring/children.hpp"

namespace racefill {
namespace {

pool_spec writer_pool(const workshop_ptr& shop) {
  pool_spec pool;
  pool.name = "writer";
  pool.count_max = writers_max(shop->conf());
  pool.count = std::min(shop->conf().concurrency.writers, pool.count_max);
  pool.make = [shop](std::int32_t index) {
    return std::vector<child_spec>{
      session_spec(shop, writer_session_name(index))};
  };
  // A session ends its commit before it hears of this.
  pool.retire = [](const caf::strong_actor_ptr& session) {
    caf::anon_send_exit(session, caf::exit_reason::user_shutdown);
  };
  return pool;
}

pool_spec fetcher_pool(const workshop_ptr& shop) {
  pool_spec pool;
  pool.name = "racecard_fetcher";
  pool.count = shop->conf().concurrency.racecard_fetchers;
  pool.make = [shop](std::int32_t index) {
    const auto number = std::to_string(index);
    const auto transport = "api_transport/racecards-" + number;
    child_spec spec;
    spec.name = "racecard_fetcher/" + number;
    spec.start = [shop, index] {
      racecard_fetcher_settings x;
      x.api = shop->api;
      x.call = call_settings_of(shop->conf(),
                                static_cast<std::uint64_t>(index));
      return started(spawn_racecard_fetcher(shop->sys, x));
    };
    using me = racecard_fetcher_actor;
    spec.meets = {meets<me, date_scheduler_actor>("date_scheduler"),
                  meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, api_transport_actor>(transport),
                  meets<me, extractor_actor>("extractor"),
                  meets<me, run_control_actor>("run_control")};
    return std::vector<child_spec>{transport_spec(shop, transport), spec};
  };
  return pool;
}

pool_spec enricher_pool(const workshop_ptr& shop) {
  pool_spec pool;
  pool.name = "enricher";
  pool.count = shop->conf().concurrency.enrichers;
  pool.make = [shop](std::int32_t index) {
    const auto number = std::to_string(index);
    const auto transport = "api_transport/horses-" + number;
    child_spec spec;
    spec.name = "enricher/" + number;
    spec.start = [shop, index] {
      enricher_settings x;
      x.api = shop->api;
      x.call = call_settings_of(
        shop->conf(), std::uint64_t{1000} + static_cast<std::uint64_t>(index));
      x.clock = wall_now;
      x.guarded = shop->conf().guard.enabled;
      return started(spawn_enricher(shop->sys, x));
    };
    using me = enricher_actor;
    spec.meets = {meets<me, enrichment_queue_actor>("enrichment_queue"),
                  meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, api_transport_actor>(transport),
                  meets<me, db_writer_actor>("db_writer"),
                  meets<me, data_guard_actor>("data_guard"),
                  meets<me, run_control_actor>("run_control")};
    return std::vector<child_spec>{transport_spec(shop, transport), spec};
  };
  return pool;
}

} // namespace

std::vector<pool_spec> worker_pools(const workshop_ptr& shop) {
  return {writer_pool(shop), fetcher_pool(shop), enricher_pool(shop)};
}

std::map<std::string, std::int32_t> pool_limits_of(const settings& conf) {
  return {
    {"racecard_fetcher", 64}, {"enricher", 64}, {"writer", writers_max(conf)}};
}

std::pair<std::string, std::int32_t> pool_of_key(const settings& conf,
                                                 const std::string& key) {
  const auto& count = conf.concurrency;
  if (key == "concurrency.racecard_fetchers")
    return {"racecard_fetcher", count.racecard_fetchers};
  if (key == "concurrency.enrichers")
    return {"enricher", count.enrichers};
  if (key == "concurrency.writers")
    return {"writer", std::min(count.writers, writers_max(conf))};
  return {};
}

} // namespace racefill
