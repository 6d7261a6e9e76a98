/// Stand-ins for the neighbours on the way of a request: gate, transport, date
/// scheduler, queue, extractor.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "tests/actors/answers.hpp"
#include "tests/fakes.hpp"

namespace racefill::test {

struct gate_double {
  answers<permit> permits;
  std::uint64_t serial = 0;
  bool probes = false;
  std::int64_t no_retries_ms = 0; // Refuses the next one so.
  std::vector<permit_request> wishes;
  std::vector<call_event> events;
  std::vector<permit> released;
  std::vector<gate_limits> limits;
  std::string switches; // p and r
  gate_status status;

  gatekeeper_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](gatekeeper_actor::pointer me) -> gatekeeper_actor::behavior_type {
        return {
          [](meet_atom, const run_control_actor&) {},
          [this, me](acquire_atom,
                     const permit_request& x) -> caf::result<permit> {
            wishes.push_back(x);
            if (no_retries_ms > 0)
              return caf::make_error(fault::late,
                                     std::exchange(no_retries_ms, 0));
            return permits.answer(me, permit{++serial, probes});
          },
          [this](report_atom, const call_event& x) { events.push_back(x); },
          [this](release_atom, const permit& x) { released.push_back(x); },
          [this](pause_atom) { switches += 'p'; },
          [this](resume_atom) { switches += 'r'; },
          [this](configure_atom, const gate_limits& x) { limits.push_back(x); },
          [this](status_atom) { return status; },
        };
      });
  }
};

struct transport_double {
  answers<api_reply> replies;
  std::deque<api_reply> script; // Then `usual`.
  std::function<api_reply(const api_request&)> usual;
  std::vector<std::string> targets;
  bool throws = false;

  api_transport_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](api_transport_actor::pointer me)
                       -> api_transport_actor::behavior_type {
      return {
        [](meet_atom, const gatekeeper_actor&) {},
        [this, me](fetch_atom, permit,
                   const api_request& x) -> caf::result<api_reply> {
          targets.push_back(x.target);
          if (throws)
            throw std::runtime_error("broken");
          api_reply reply;
          if (!script.empty()) {
            reply = script.front();
            script.pop_front();
          } else {
            reply = usual ? usual(x) : reply_of(200, "card 0");
          }
          return replies.answer(me, reply);
        },
      };
    });
  }
};

struct scheduler_double {
  std::deque<day_task> days;
  std::deque<caf::typed_response_promise<day_task>> asking;
  caf::scheduled_actor* owner = nullptr;
  std::vector<std::pair<date, day_state>> settled;
  std::vector<std::vector<day_task>> plans;
  std::vector<std::pair<day_task, std::int64_t>> given_back;
  std::vector<std::int64_t> no_retries;
  int drains = 0;
  stage_status status{"date_scheduler", 0, 0};

  date_scheduler_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](date_scheduler_actor::pointer me)
                       -> date_scheduler_actor::behavior_type {
      return {
        [](meet_atom, const db_writer_actor&) {},
        [this](plan_atom, const std::vector<day_task>& x) {
          plans.push_back(x);
        },
        [this, me](next_atom) -> caf::result<day_task> {
          owner = me;
          auto promise = me->make_response_promise<day_task>();
          asking.push_back(promise);
          hand_out();
          return promise;
        },
        [this](release_atom, const day_task& task, std::int64_t wait_ms) {
          given_back.emplace_back(task, wait_ms);
          days.push_back(task);
        },
        [this](release_atom, std::int64_t wait_ms) {
          no_retries.push_back(wait_ms);
        },
        [this](settle_atom, date day, day_state state) {
          settled.emplace_back(day, state);
        },
        [this](drain_atom) { ++drains; },
        [this](status_atom) { return status; },
      };
    });
  }

  void serve() {
    prepare(owner);
    hand_out();
  }

  /// Answers those who wait as one that dies does.
  void leave() {
    prepare(owner);
    for (auto& promise : std::exchange(asking, {}))
      promise.deliver(caf::make_error(fault::absent));
  }

  void hand_out() {
    while (!asking.empty() && !days.empty()) {
      auto promise = std::move(asking.front());
      asking.pop_front();
      auto day = days.front();
      days.pop_front();
      promise.deliver(day);
    }
  }
};

struct queue_double {
  std::deque<horse_task> horses;
  std::deque<caf::typed_response_promise<horse_task>> asking;
  caf::scheduled_actor* owner = nullptr;
  std::vector<std::string> entered;
  std::vector<std::pair<horse_task, std::int64_t>> given_back;
  std::vector<std::int64_t> no_retries;
  std::vector<std::pair<std::string, horse_state>> settled;
  int loads = 0;
  int drains = 0;
  stage_status status{"enrichment_queue", 0, 0};

  enrichment_queue_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](enrichment_queue_actor::pointer me)
                       -> enrichment_queue_actor::behavior_type {
      return {
        [](meet_atom, const store_session_actor&) {},
        [this](put_atom, const std::vector<std::string>& x) {
          entered.insert(entered.end(), x.begin(), x.end());
        },
        [this, me](next_atom) -> caf::result<horse_task> {
          owner = me;
          auto promise = me->make_response_promise<horse_task>();
          asking.push_back(promise);
          hand_out();
          return promise;
        },
        [this](release_atom, const horse_task& task, std::int64_t wait_ms) {
          given_back.emplace_back(task, wait_ms);
          horses.push_back(task);
        },
        [this](release_atom, std::int64_t wait_ms) {
          no_retries.push_back(wait_ms);
        },
        [this](settle_atom, const std::string& id, horse_state state) {
          settled.emplace_back(id, state);
        },
        [this](load_atom) { ++loads; },
        [this](drain_atom) { ++drains; },
        [this](status_atom) { return status; },
      };
    });
  }

  void serve() {
    prepare(owner);
    hand_out();
  }

  /// Answers those who wait as one that dies does.
  void leave() {
    prepare(owner);
    for (auto& promise : std::exchange(asking, {}))
      promise.deliver(caf::make_error(fault::absent));
  }

  void hand_out() {
    while (!asking.empty() && !horses.empty()) {
      auto promise = std::move(asking.front());
      asking.pop_front();
      auto task = horses.front();
      horses.pop_front();
      promise.deliver(std::move(task));
    }
  }
};

struct extractor_double {
  answers<day_receipt> receipts;
  std::vector<day_pages> pages;
  std::vector<day_unit> parked;

  extractor_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](extractor_actor::pointer me) -> extractor_actor::behavior_type {
        return {
          [](meet_atom, const horse_cache_actor&) {},
          [](meet_atom, const db_writer_actor&) {},
          [](meet_atom, const data_guard_actor&) {},
          [this, me](put_atom, const day_pages& x) {
            pages.push_back(x);
            day_receipt receipt;
            receipt.day = x.task.day;
            receipt.state = day_state::done;
            return receipts.answer(me, receipt);
          },
          [this, me](put_atom, const day_unit& x) {
            parked.push_back(x);
            day_receipt receipt;
            receipt.day = x.day;
            receipt.state = x.state;
            return receipts.answer(me, receipt);
          },
          [](status_atom) {
            return stage_status{"extractor", 0, 0};
          },
        };
      });
  }
};

} // namespace racefill::test
