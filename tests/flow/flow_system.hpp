/// The whole service under virtual time: the real actors and supervisor, wired
/// as app/wiring/roster.cpp does, over simulated edges.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actors/checkpoint.hpp"
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
#include "actors/run_control.hpp"
#include "actors/state_keeper.hpp"
#include "actors/supervisor.hpp"
#include "tests/flow/flow_edges.hpp"

namespace racefill::test {

/// A provider that now and then has a bug, which the caller dies of.
class buggy_provider final : public provider {
public:
  buggy_provider(world_ptr world, const caf::actor_clock& clock)
    : world_(std::move(world)), clock_(clock) {
    // nop
  }

  api_request racecards(date day, std::int32_t skip) const override {
    return sound_.racecards(day, skip);
  }

  api_request horse(const std::string& horse_id) const override {
    return sound_.horse(horse_id);
  }

  api_request courses() const override {
    return sound_.courses();
  }

  caf::expected<page_extent>
  racecards_extent(std::string_view body) const override {
    may_throw();
    return sound_.racecards_extent(body);
  }

  caf::expected<day_unit> decode_day(const day_pages& pages) const override {
    may_throw();
    must_throw(to_string(pages.task.day));
    return sound_.decode_day(pages);
  }

  caf::expected<horse_unit> decode_horse(const std::string& horse_id,
                                         std::string_view body,
                                         date as_of) const override {
    may_throw();
    must_throw(horse_id);
    return sound_.decode_horse(horse_id, body, as_of);
  }

  caf::expected<reference_unit> decode_courses(std::string_view body,
                                               date as_of) const override {
    return sound_.decode_courses(body, as_of);
  }

private:
  void must_throw(const std::string& key) const {
    if (world_->plan.poison.count(key) != 0)
      throw std::runtime_error("poison");
  }

  void may_throw() const {
    world_->may_throw(clock_.now().time_since_epoch().count());
  }

  fake_provider sound_;
  world_ptr world_;
  const caf::actor_clock& clock_;
};

/// What main hears, and the handles of the living.
struct flow_ears {
  int finished = 0;
  std::vector<caf::error> halts;
  std::vector<std::string> gave_up;
  std::map<std::string, caf::strong_actor_ptr> alive; // By child's name.
  std::shared_ptr<fake_files::record> files
    = std::make_shared<fake_files::record>();
};

class flow_wiring {
public:
  flow_wiring(caf::actor_system& sys, world_ptr world, flow_ears& ears)
    : sys_(sys), world_(std::move(world)), ears_(ears) {
    api_ = std::make_shared<buggy_provider>(world_, sys.clock());
    clock_ = [w = world_, &sys] {
      const auto now = sys.clock().now().time_since_epoch();
      w->may_throw(now.count());
      return std::chrono::system_clock::time_point{
        std::chrono::seconds{1'767'268'800}
        + std::chrono::duration_cast<std::chrono::seconds>(now)};
    };
  }

  supervisor_settings settings() {
    supervisor_settings x;
    x.gave_up = [this](const std::string& child, const std::string& why) {
      ears_.gave_up.push_back(child + ": " + why);
    };
    x.children = {control(), files(), session("store_session/reader")};
    for (int i = 1; i <= world_->plan.writers; ++i)
      x.children.push_back(session(writer_session(i)));
    for (auto& spec :
         {writer(), checkpoint(), cache(), queue(), extractor(), scheduler(),
          gate(), transport("api_transport/references"), references(),
          reporter(), desk()})
      x.children.push_back(spec);
    x.pools = {pool("racecard_fetcher", "racecards", 4),
               pool("enricher", "horses", 6)};
    return x;
  }

private:
  template <class Spawn>
  child_spec child(std::string name, Spawn spawn,
                   std::vector<introduction> introductions = {}) {
    child_spec spec;
    spec.name = name;
    spec.start = [this, name, spawn] {
      auto hdl = caf::actor_cast<caf::strong_actor_ptr>(spawn());
      ears_.alive[name] = hdl;
      return hdl;
    };
    spec.meets = std::move(introductions);
    return spec;
  }

  static std::string writer_session(int i) {
    return "store_session/writer-" + std::to_string(i);
  }

  api_call_settings call(std::uint64_t salt) const {
    api_call_settings x;
    x.seed = world_->plan.seed * 1'000 + salt;
    return x;
  }

  child_spec control() {
    return child("run_control", [this] {
      run_control_settings x;
      x.finished = [this] { ++ears_.finished; };
      x.halted = [this](const caf::error& why) { ears_.halts.push_back(why); };
      return spawn_run_control(sys_, x);
    });
  }

  child_spec files() {
    return child("state_files", [this] {
      return spawn_state_keeper(
        sys_, [this] { return std::make_unique<fake_files>(ears_.files); },
        lane::pool);
    });
  }

  child_spec session(const std::string& name) {
    return child(name, [this] { return sys_.spawn(flow_session, world_); });
  }

  child_spec transport(const std::string& name) {
    return child(name, [this] { return sys_.spawn(flow_transport, world_); },
                 {meets<api_transport_actor, gatekeeper_actor>("gatekeeper")});
  }

  child_spec writer() {
    using me = db_writer_actor;
    std::vector<introduction> all{meets<me, receipt_sink_actor>("checkpoint"),
                                  meets<me, run_control_actor>("run_control")};
    for (std::int32_t i = 1; i <= world_->plan.writers; ++i)
      all.push_back(
        {writer_session(i), [i](const caf::strong_actor_ptr& who,
                                const caf::strong_actor_ptr& other) {
           caf::anon_send(caf::actor_cast<me>(who), meet_atom_v, i,
                          caf::actor_cast<store_session_actor>(other));
         }});
    return child(
      "db_writer", [this] { return spawn_db_writer(sys_, {}); }, all);
  }

  child_spec checkpoint() {
    using me = checkpoint_actor;
    return child("checkpoint",
                 [this] {
                   const auto& plan = world_->plan;
                   checkpoint_settings x;
                   x.run_id = "flow";
                   x.plan.start = plan.first;
                   x.plan.end = plan.first + (plan.days - 1);
                   x.plan.today = plan.first + plan.days;
                   x.plan.history_start = plan.first + plan.before_history;
                   x.clock = clock_;
                   return spawn_checkpoint(sys_, x);
                 },
                 {meets<me, store_session_actor>("store_session/reader"),
                  meets<me, state_files_actor>("state_files"),
                  meets<me, date_scheduler_actor>("date_scheduler"),
                  meets<me, enrichment_queue_actor>("enrichment_queue"),
                  meets<me, horse_cache_actor>("horse_cache"),
                  meets<me, run_control_actor>("run_control")});
  }

  child_spec cache() {
    return child(
      "horse_cache", [this] { return spawn_horse_cache(sys_, {}); },
      {meets<horse_cache_actor, store_session_actor>("store_session/reader")});
  }

  child_spec queue() {
    return child("enrichment_queue",
                 [this] { return spawn_enrichment_queue(sys_, {}); },
                 {meets<enrichment_queue_actor, store_session_actor>(
                   "store_session/reader")});
  }

  child_spec extractor() {
    return child("extractor",
                 [this] {
                   extractor_settings x;
                   x.api = api_;
                   return spawn_extractor(sys_, x);
                 },
                 {meets<extractor_actor, horse_cache_actor>("horse_cache"),
                  meets<extractor_actor, db_writer_actor>("db_writer")});
  }

  child_spec scheduler() {
    return child("date_scheduler",
                 [this] { return spawn_date_scheduler(sys_, {}); },
                 {meets<date_scheduler_actor, db_writer_actor>("db_writer")});
  }

  child_spec gate() {
    return child("gatekeeper",
                 [this] {
                   gatekeeper_settings x;
                   x.limits.mode = world_->plan.mode;
                   return spawn_gatekeeper(sys_, x);
                 },
                 {meets<gatekeeper_actor, run_control_actor>("run_control")});
  }

  child_spec references() {
    using me = reference_fetcher_actor;
    return child("reference_fetcher",
                 [this] {
                   reference_fetcher_settings x;
                   x.api = api_;
                   x.call = call(999);
                   x.clock = clock_;
                   return spawn_reference_fetcher(sys_, x);
                 },
                 {meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, api_transport_actor>("api_transport/references"),
                  meets<me, db_writer_actor>("db_writer"),
                  meets<me, run_control_actor>("run_control")});
  }

  child_spec reporter() {
    using me = metrics_reporter_actor;
    return child("metrics_reporter",
                 [this] {
                   metrics_reporter_settings x;
                   x.clock = clock_;
                   return spawn_metrics_reporter(sys_, x);
                 },
                 {meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, checkpoint_actor>("checkpoint"),
                  meets<me, date_scheduler_actor>("date_scheduler"),
                  meets<me, enrichment_queue_actor>("enrichment_queue"),
                  meets<me, extractor_actor>("extractor"),
                  meets<me, db_writer_actor>("db_writer"),
                  meets<me, horse_cache_actor>("horse_cache"),
                  meets<me, supervisor_actor>("supervisor")});
  }

  child_spec desk() {
    using me = front_desk_actor;
    return child("front_desk",
                 [this, orders = std::make_shared<standing_orders>()] {
                   front_desk_settings x;
                   x.orders = orders;
                   return spawn_front_desk(sys_, x);
                 },
                 {meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, date_scheduler_actor>("date_scheduler"),
                  meets<me, enrichment_queue_actor>("enrichment_queue"),
                  meets<me, db_writer_actor>("db_writer"),
                  meets<me, checkpoint_actor>("checkpoint"),
                  meets<me, reference_fetcher_actor>("reference_fetcher"),
                  meets<me, metrics_reporter_actor>("metrics_reporter"),
                  meets<me, supervisor_actor>("supervisor")});
  }

  child_spec worker(const std::string& name, std::int32_t index,
                    const std::string& edge) {
    if (name == "enricher") {
      using me = enricher_actor;
      return child(name + "/" + std::to_string(index),
                   [this, index] {
                     enricher_settings x;
                     x.api = api_;
                     x.call = call(static_cast<std::uint64_t>(100 + index));
                     x.clock = clock_;
                     return spawn_enricher(sys_, x);
                   },
                   {meets<me, enrichment_queue_actor>("enrichment_queue"),
                    meets<me, gatekeeper_actor>("gatekeeper"),
                    meets<me, api_transport_actor>(edge),
                    meets<me, db_writer_actor>("db_writer"),
                    meets<me, run_control_actor>("run_control")});
    }
    using me = racecard_fetcher_actor;
    return child(name + "/" + std::to_string(index),
                 [this, index] {
                   racecard_fetcher_settings x;
                   x.api = api_;
                   x.call = call(static_cast<std::uint64_t>(index));
                   return spawn_racecard_fetcher(sys_, x);
                 },
                 {meets<me, date_scheduler_actor>("date_scheduler"),
                  meets<me, gatekeeper_actor>("gatekeeper"),
                  meets<me, api_transport_actor>(edge),
                  meets<me, extractor_actor>("extractor"),
                  meets<me, run_control_actor>("run_control")});
  }

  pool_spec pool(const std::string& name, const std::string& kind,
                 std::int32_t count) {
    pool_spec x;
    x.name = name;
    x.count = count;
    x.make = [this, name, kind](std::int32_t index) {
      const auto edge = "api_transport/" + kind + "-" + std::to_string(index);
      return std::vector{transport(edge), worker(name, index, edge)};
    };
    return x;
  }

  caf::actor_system& sys_;
  world_ptr world_;
  flow_ears& ears_;
  std::shared_ptr<const provider> api_;
  wall_clock clock_;
};

} // namespace racefill::test
