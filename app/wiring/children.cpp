#include "app/wiring/children.hpp"

#include <unistd.h>

#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>

#include "actors/api_transport.hpp"
#include "actors/checkpoint.hpp"
#include "actors/data_guard.hpp"
#include "actors/date_scheduler.hpp"
#include "actors/db_writer.hpp"
#include "actors/enrichment_queue.hpp"
#include "actors/extractor.hpp"
#include "actors/front_desk.hpp"
#include "actors/gatekeeper.hpp"
#include "actors/horse_cache.hpp"
#include "actors/metrics_reporter.hpp"
#include "actors/reference_fetcher.hpp"
#include "actors/state_keeper.hpp"
#include "actors/store_session.hpp"
#include "infra/files/local_state_files.hpp"
#include "infra/machine/process_identity.hpp"
#include "infra/racing_api/bookmakers.hpp"
#include "infra/store/sql_store.hpp"

namespace racefill {
namespace {

using std::chrono::seconds;

child_spec files_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "state_files";
  spec.start = [shop] {
    return started(spawn_state_keeper(shop->sys, [shop] {
      state_files_settings x;
      const auto& conf = shop->conf();
      x.directory = conf.state.dir;
      x.checkpoint_file = in_state_dir(conf, conf.checkpoint.file);
      x.errors_file = in_state_dir(conf, conf.checkpoint.errors_file);
      return make_state_files(x);
    }));
  };
  return spec;
}

child_spec gate_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "gatekeeper";
  // True for the first gate alone: one that follows a dead gate cannot know
  // what that one has granted just before.
  const auto alone_since
    = std::make_shared<std::chrono::steady_clock::time_point>(
      shop->plan.alone_since);
  spec.start = [shop, alone_since] {
    auto x = gate_settings_of(shop->conf());
    x.alone_since = std::exchange(*alone_since, {});
    x.log = shop->log;
    return started(spawn_gatekeeper(shop->sys, std::move(x)));
  };
  spec.meets = {meets<gatekeeper_actor, run_control_actor>("run_control")};
  return spec;
}

child_spec cache_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "horse_cache";
  spec.start = [shop] { return started(spawn_horse_cache(shop->sys, {})); };
  spec.meets
    = {meets<horse_cache_actor, store_session_actor>("store_session/reader")};
  return spec;
}

child_spec queue_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "enrichment_queue";
  spec.start = [shop] {
    enrichment_queue_settings x;
    x.enabled = !shop->plan.fast;
    return started(spawn_enrichment_queue(shop->sys, x));
  };
  spec.meets = {
    meets<enrichment_queue_actor, store_session_actor>("store_session/reader")};
  return spec;
}

child_spec writer_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "db_writer";
  spec.start = [shop] {
    db_writer_settings x;
    x.limits = writer_limits_of(shop->conf());
    return started(spawn_db_writer(shop->sys, x));
  };
  spec.meets = {meets<db_writer_actor, receipt_sink_actor>("checkpoint"),
                meets<db_writer_actor, run_control_actor>("run_control")};
  // Whichever sessions there are; their number changes, and one that leaves
  // has its name until it is gone.
  for (std::int32_t i = 1; i <= 2 * writers_max(shop->conf()); ++i)
    spec.meets.push_back(
      {writer_session_name(i), [i](const caf::strong_actor_ptr& writer,
                                   const caf::strong_actor_ptr& session) {
         caf::anon_send(caf::actor_cast<db_writer_actor>(writer), meet_atom_v,
                        i, caf::actor_cast<store_session_actor>(session));
       }});
  return spec;
}

child_spec scheduler_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "date_scheduler";
  spec.start = [shop] {
    date_scheduler_settings x;
    x.not_offered_run
      = static_cast<std::size_t>(shop->conf().provider.not_offered_run);
    x.ask_before_history = shop->plan.ask_before_history;
    return started(spawn_date_scheduler(shop->sys, x));
  };
  spec.meets = {meets<date_scheduler_actor, db_writer_actor>("db_writer")};
  return spec;
}

child_spec checkpoint_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "checkpoint";
  spec.start = [shop] {
    checkpoint_settings x;
    x.run_id = shop->plan.run_id;
    x.start_time = shop->plan.start_time;
    x.plan = shop->plan.days;
    x.fast = shop->plan.fast;
    x.every_days = shop->conf().checkpoint.every_days;
    x.clock = wall_now;
    x.lease_interval = seconds(shop->plan.claim.hold_seconds) / 3;
    return started(spawn_checkpoint(shop->sys, x));
  };
  spec.meets
    = {meets<checkpoint_actor, store_session_actor>("store_session/reader"),
       meets<checkpoint_actor, state_files_actor>("state_files"),
       meets<checkpoint_actor, date_scheduler_actor>("date_scheduler"),
       meets<checkpoint_actor, enrichment_queue_actor>("enrichment_queue"),
       meets<checkpoint_actor, horse_cache_actor>("horse_cache"),
       meets<checkpoint_actor, run_control_actor>("run_control")};
  return spec;
}

child_spec guard_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "data_guard";
  spec.start = [shop] {
    return started(spawn_data_guard(shop->sys, guard_limits_of(shop->conf())));
  };
  spec.meets = {meets<data_guard_actor, run_control_actor>("run_control"),
                meets<data_guard_actor, receipt_sink_actor>("checkpoint")};
  return spec;
}

child_spec extractor_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "extractor";
  spec.start = [shop] {
    extractor_settings x;
    x.api = shop->api;
    x.guarded = shop->conf().guard.enabled;
    return started(spawn_extractor(shop->sys, x));
  };
  spec.meets = {meets<extractor_actor, horse_cache_actor>("horse_cache"),
                meets<extractor_actor, db_writer_actor>("db_writer"),
                meets<extractor_actor, data_guard_actor>("data_guard")};
  return spec;
}

child_spec reference_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "reference_fetcher";
  spec.start = [shop] {
    reference_fetcher_settings x;
    x.enabled = shop->plan.fetch_references;
    x.api = shop->api;
    x.call = call_settings_of(shop->conf(), 999);
    x.clock = wall_now;
    for (const auto& name : shop->conf().api.bookmakers)
      x.bookmakers.push_back(to_bookmaker(name));
    return started(spawn_reference_fetcher(shop->sys, x));
  };
  spec.meets
    = {meets<reference_fetcher_actor, gatekeeper_actor>("gatekeeper"),
       meets<reference_fetcher_actor, api_transport_actor>(
         "api_transport/references"),
       meets<reference_fetcher_actor, db_writer_actor>("db_writer"),
       meets<reference_fetcher_actor, run_control_actor>("run_control")};
  return spec;
}

child_spec reporter_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "metrics_reporter";
  spec.start = [shop] {
    metrics_reporter_settings x;
    x.clock = wall_now;
    x.version = RACEFILL_VERSION;
    x.host = host_name();
    x.pid = getpid();
    x.command = to_string(shop->context.call.command);
    return started(spawn_metrics_reporter(shop->sys, x));
  };
  using me = metrics_reporter_actor;
  spec.meets = {meets<me, gatekeeper_actor>("gatekeeper"),
                meets<me, checkpoint_actor>("checkpoint"),
                meets<me, date_scheduler_actor>("date_scheduler"),
                meets<me, enrichment_queue_actor>("enrichment_queue"),
                meets<me, extractor_actor>("extractor"),
                meets<me, db_writer_actor>("db_writer"),
                meets<me, horse_cache_actor>("horse_cache"),
                meets<me, supervisor_actor>("supervisor")};
  return spec;
}

child_spec desk_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "front_desk";
  // What was ordered outlives the desk that took the order.
  spec.start = [shop, orders = std::make_shared<standing_orders>()] {
    front_desk_settings x;
    x.orders = orders;
    auto desk = spawn_front_desk(shop->sys, x);
    shop->seated(desk);
    return started(desk);
  };
  using me = front_desk_actor;
  spec.meets = {meets<me, gatekeeper_actor>("gatekeeper"),
                meets<me, date_scheduler_actor>("date_scheduler"),
                meets<me, enrichment_queue_actor>("enrichment_queue"),
                meets<me, db_writer_actor>("db_writer"),
                meets<me, checkpoint_actor>("checkpoint"),
                meets<me, reference_fetcher_actor>("reference_fetcher"),
                meets<me, metrics_reporter_actor>("metrics_reporter"),
                meets<me, supervisor_actor>("supervisor")};
  return spec;
}

child_spec control_spec(const workshop_ptr& shop) {
  child_spec spec;
  spec.name = "run_control";
  spec.start = [shop] {
    return started(spawn_run_control(shop->sys, shop->hears));
  };
  return spec;
}

} // namespace

std::string writer_session_name(std::int32_t index) {
  return "store_session/writer-" + std::to_string(index);
}

child_spec session_spec(const workshop_ptr& shop, const std::string& name) {
  child_spec spec;
  spec.name = name;
  const bool writes = name.find("/writer-") != std::string::npos;
  spec.start = [shop, writes] {
    store_session_settings x;
    x.open = [shop] { return open_store(store_settings_of(shop->context)); };
    if (writes && shop->plan.open_writer)
      x.open = shop->plan.open_writer;
    x.lease = shop->plan.lease;
    x.claim = shop->plan.claim;
    return started(spawn_store_session(shop->sys, x));
  };
  return spec;
}

child_spec transport_spec(const workshop_ptr& shop, const std::string& name) {
  child_spec spec;
  spec.name = name;
  spec.start = [shop] {
    return started(spawn_api_transport(shop->sys, [shop] {
      return make_http_transport(shop->http);
    }));
  };
  spec.meets = {meets<api_transport_actor, gatekeeper_actor>("gatekeeper")};
  return spec;
}

std::vector<child_spec> single_children(const workshop_ptr& shop) {
  return {control_spec(shop),
          files_spec(shop),
          session_spec(shop, "store_session/reader"),
          writer_spec(shop),
          checkpoint_spec(shop),
          cache_spec(shop),
          queue_spec(shop),
          guard_spec(shop),
          extractor_spec(shop),
          scheduler_spec(shop),
          gate_spec(shop),
          transport_spec(shop, "api_transport/references"),
          reference_spec(shop),
          reporter_spec(shop),
          desk_spec(shop)};
}

} // namespace racefill
