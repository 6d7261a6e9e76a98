#include "app/wiring.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include <caf/actor_system.hpp>

#include "actors/api_transport.hpp"
#include "actors/checkpoint.hpp"
#include "actors/data_guard.hpp"
#include "actors/date_scheduler.hpp"
#include "actors/db_writer.hpp"
#include "actors/enricher.hpp"
#include "actors/enrichment_queue.hpp"
#include "actors/extractor.hpp"
#include "actors/front_desk.hpp"
#include "actors/gatekeeper.hpp"
#include "actors/horse_cache.hpp"
#include "actors/metrics_reporter.hpp"
#include "actors/racecard_fetcher.hpp"
#include "actors/reference_fetcher.hpp"
#include "actors/state_keeper.hpp"
#include "actors/store_session.hpp"
#include "app/process_identity.hpp"
#include "infra/files/gate_log_file.hpp"
#include "infra/files/local_state_files.hpp"
#include "infra/http/transport.hpp"
#include "infra/racing_api/racing_api.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::chrono::system_clock::time_point now() {
  return std::chrono::system_clock::now();
}

// All that the specs are made from; shared by the lambdas that start children.
struct workshop {
  caf::actor_system& sys;
  command_context context;
  session_plan plan;
  run_control_settings hears;
  std::function<void(front_desk_actor)> seated;
  http_settings http;
  std::shared_ptr<const provider> api;
  std::shared_ptr<gate_log> log; // Over every life of the gate; may be null.

  const settings& conf() const {
    return context.conf;
  }
};
using workshop_ptr = std::shared_ptr<const workshop>;

template <class Handle>
caf::strong_actor_ptr started(const Handle& x) {
  return caf::actor_cast<caf::strong_actor_ptr>(x);
}

api_call_settings call_settings_of(const settings& conf, std::uint64_t seed) {
  api_call_settings x;
  x.attempts = conf.http.attempts;
  x.backoff_initial = milliseconds(conf.http.backoff_initial_ms);
  x.backoff_max = milliseconds(conf.http.backoff_max_ms);
  x.seed = seed;
  return x;
}

guard_limits guard_limits_of(const settings& conf) {
  const auto& guard = conf.guard;
  const auto& regions = conf.api.regions;
  guard_limits x;
  x.history_start = conf.provider.history_start;
  x.racing_every_day = std::find(regions.begin(), regions.end(), "gb")
                       != regions.end();
  x.empty_days = guard.empty_days;
  x.null_percent = guard.null_percent;
  x.short_percent = guard.short_percent;
  x.field_percent = guard.field_percent;
  x.broken_days = guard.broken_days;
  x.disagree_percent = guard.disagree_percent;
  return x;
}

gatekeeper_settings gate_settings_of(const settings& conf) {
  gatekeeper_settings x;
  x.limits = gate_limits_of(conf);
  x.waiting_max = static_cast<std::size_t>(conf.gate.waiting_max);
  x.permit_lifetime = seconds(conf.http.deadline_seconds + 15);
  x.retry_after_max = seconds(conf.gate.retry_after_max_seconds);
  x.retry_budget_share = conf.gate.retry_budget_percent / 100.0;
  x.retry_budget_floor = conf.gate.retry_budget_floor;
  x.breaker_failures = conf.gate.breaker_failures;
  x.breaker_probe = seconds(conf.gate.breaker_probe_seconds);
  return x;
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
  spec.start = [shop] {
    auto x = gate_settings_of(shop->conf());
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

std::string writer_session_name(std::int32_t index) {
  return "store_session/writer-" + std::to_string(index);
}

// SQLite admits one writer.
std::int32_t writers_max(const settings& conf) {
  return conf.database.url.rfind("sqlite:", 0) == 0 ? 1 : 16;
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
    x.clock = now;
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
  spec.meets = {meets<data_guard_actor, run_control_actor>("run_control")};
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
    x.clock = now;
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
    x.clock = now;
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
      x.call = call_settings_of(shop->conf(),
                                static_cast<std::uint64_t>(1000 + index));
      x.clock = now;
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

caf::expected<http_settings> http_settings_of(const command_context& context) {
  auto url = parse_base_url(context.conf.api.url);
  if (!url)
    return std::move(url.error());
  http_settings x;
  x.url = std::move(*url);
  x.username = context.secrets.api_username;
  x.password = context.secrets.api_password.reveal();
  x.ca_file = context.conf.api.ca_file;
  if (auto err = validate(x))
    return err;
  return x;
}

racing_api_settings api_settings_of(const settings& conf) {
  racing_api_settings x;
  x.regions = conf.api.regions;
  x.page_limit = conf.api.page_limit;
  x.keep_odds = conf.api.keep_odds;
  x.keep_editorial = conf.api.keep_editorial;
  x.deadline = seconds(conf.http.deadline_seconds);
  return x;
}

} // namespace

gate_limits gate_limits_of(const settings& conf) {
  const auto& gate = conf.gate;
  gate_limits x;
  x.mode = gate.mode;
  x.requests = gate.requests;
  x.window_us = std::int64_t{gate.window_seconds} * 1'000'000;
  x.guard_us = std::int64_t{gate.guard_ms} * 1'000;
  x.reserve = gate.reserve;
  x.racecards_requests = gate.racecards_per_second * gate.window_seconds;
  x.horse_requests = gate.horses_per_second * gate.window_seconds;
  x.courses_requests = gate.courses_per_second * gate.window_seconds;
  x.ip_requests = gate.ip_requests;
  x.ip_window_us = std::int64_t{gate.ip_window_seconds} * 1'000'000;
  return x;
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

writer_limits writer_limits_of(const settings& conf) {
  return {conf.writer.batch_rows, conf.writer.batch_age_ms};
}

caf::expected<supervisor_settings>
wire(caf::actor_system& sys, const command_context& context,
     const session_plan& plan, run_control_settings hears,
     std::function<void(front_desk_actor)> seated) {
  auto http = http_settings_of(context);
  if (!http)
    return std::move(http.error());
  std::shared_ptr<gate_log> log;
  if (context.conf.gate.log) {
    auto opened
      = open_gate_log({in_state_dir(context.conf, context.conf.gate.log_file)});
    if (!opened)
      return std::move(opened.error());
    log = std::move(*opened);
  }
  auto shop = std::make_shared<workshop>(workshop{
    sys, context, plan, std::move(hears), std::move(seated), std::move(*http),
    make_racing_api(api_settings_of(context.conf)), std::move(log)});
  supervisor_settings x;
  x.restarts_max = context.conf.supervisor.restarts_max;
  x.restarts_window = seconds(context.conf.supervisor.restarts_window_seconds);
  x.children = {control_spec(shop), files_spec(shop),
                session_spec(shop, "store_session/reader")};
  for (auto& spec :
       {writer_spec(shop), checkpoint_spec(shop), cache_spec(shop),
        queue_spec(shop), guard_spec(shop), extractor_spec(shop),
        scheduler_spec(shop), gate_spec(shop),
        transport_spec(shop, "api_transport/references"), reference_spec(shop),
        reporter_spec(shop), desk_spec(shop)})
    x.children.push_back(spec);
  x.pools = {writer_pool(shop), fetcher_pool(shop), enricher_pool(shop)};
  return x;
}

} // namespace racefill
