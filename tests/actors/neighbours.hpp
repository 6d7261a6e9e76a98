/// Tiny typed actors that stand in for an actor's neighbours: they note what
/// they hear and answer as the test says.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "infra/log.hpp"
#include "tests/actor_fixture.hpp"
#include "tests/fakes.hpp"

namespace racefill::test {

/// Prepares an actor for a promise of its that the test delivers: outside a
/// handler its execution unit is gone.
inline void prepare(caf::scheduled_actor* owner) {
  if (owner != nullptr)
    owner->context(nullptr);
}

/// How a neighbour answers one kind of request: from the script of errors
/// first, then with what `make` gives, or not before release() while `hold`.
template <class T>
class answers {
public:
  bool hold = false;
  fault_script faults;

  std::size_t held() const noexcept {
    return held_.size();
  }

  template <class Self>
  caf::result<T> answer(Self self, T value) {
    if (const auto x = faults.take(); x != fault::none)
      return caf::make_error(x);
    if (!hold)
      return value;
    owner_ = self;
    auto promise = self->template make_response_promise<T>();
    held_.emplace_back(promise, std::move(value));
    return promise;
  }

  /// Answers the one that was held first.
  void release() {
    prepare(owner_);
    auto [promise, value] = std::move(held_.front());
    held_.pop_front();
    promise.deliver(std::move(value));
  }

  /// Fails the one that was held first.
  void refuse(fault why) {
    prepare(owner_);
    auto promise = std::move(held_.front().first);
    held_.pop_front();
    promise.deliver(caf::make_error(why));
  }

private:
  std::deque<std::pair<caf::typed_response_promise<T>, T>> held_;
  caf::scheduled_actor* owner_ = nullptr;
};

struct gate_double {
  answers<permit> permits;
  std::uint64_t serial = 0;
  bool probes = false;
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
          [this, me](acquire_atom, const permit_request& x) {
            wishes.push_back(x);
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
  std::deque<std::string> horses;
  std::deque<caf::typed_response_promise<std::string>> asking;
  caf::scheduled_actor* owner = nullptr;
  std::vector<std::string> entered;
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
        [this, me](next_atom) -> caf::result<std::string> {
          owner = me;
          auto promise = me->make_response_promise<std::string>();
          asking.push_back(promise);
          hand_out();
          return promise;
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
      auto id = horses.front();
      horses.pop_front();
      promise.deliver(std::move(id));
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

struct cache_double {
  answers<std::vector<std::string>> unknown;
  std::vector<std::vector<std::string>> looked_up;
  std::set<std::string> known;

  horse_cache_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](horse_cache_actor::pointer me)
                       -> horse_cache_actor::behavior_type {
      return {
        [](meet_atom, const store_session_actor&) {},
        [this, me](lookup_atom, const std::vector<std::string>& x) {
          looked_up.push_back(x);
          std::vector<std::string> fresh;
          for (const auto& id : x)
            if (known.count(id) == 0)
              fresh.push_back(id);
          return unknown.answer(me, fresh);
        },
        [this](learn_atom, const std::vector<std::string>& x) {
          known.insert(x.begin(), x.end());
        },
        [](status_atom) {
          return stage_status{"horse_cache", 0, 0};
        },
      };
    });
  }
};

struct writer_double {
  answers<day_receipt> days;
  answers<horse_receipt> horses;
  answers<std::int64_t> others;
  std::vector<day_unit> day_units;
  std::vector<horse_unit> horse_units;
  std::vector<reference_unit> reference_units;
  std::vector<std::vector<date>> unasked;
  std::vector<writer_limits> limits;
  int flushes = 0;
  stage_status status{"db_writer", 0, 0};

  db_writer_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](db_writer_actor::pointer me) -> db_writer_actor::behavior_type {
        return {
          [](meet_atom, std::int32_t, const store_session_actor&) {},
          [](meet_atom, const receipt_sink_actor&) {},
          [](meet_atom, const run_control_actor&) {},
          [this, me](put_atom, const day_unit& x) {
            day_units.push_back(x);
            day_receipt receipt;
            receipt.day = x.day;
            receipt.state = x.state;
            return days.answer(me, receipt);
          },
          [this, me](put_atom, const horse_unit& x) {
            horse_units.push_back(x);
            horse_receipt receipt;
            receipt.horse_id = x.horse_id;
            receipt.state = x.state;
            return horses.answer(me, receipt);
          },
          [this, me](put_atom, const reference_unit& x) {
            reference_units.push_back(x);
            return others.answer(me, 1);
          },
          [this, me](put_atom, const std::vector<date>& x) {
            unasked.push_back(x);
            return others.answer(me, 1);
          },
          [this](configure_atom, writer_limits x) { limits.push_back(x); },
          [this](flush_atom) {
            ++flushes;
            status.backlog = 0;
          },
          [this](status_atom) { return status; },
        };
      });
  }
};

struct session_double {
  std::shared_ptr<memory_database> database
    = std::make_shared<memory_database>();
  answers<write_receipt> writes;
  answers<std::vector<day_record>> day_loads;
  answers<std::vector<horse_record>> horse_loads;
  answers<std::int64_t> counts;
  answers<ledger_totals> totals;
  answers<std::int64_t> renewals;
  std::vector<write_batch> batches;

  store_session_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](store_session_actor::pointer me)
                       -> store_session_actor::behavior_type {
      return {
        [this, me](put_atom,
                   const write_batch& x) -> caf::result<write_receipt> {
          batches.push_back(x);
          if (const auto bad = writes.faults.take(); bad != fault::none)
            return caf::make_error(bad);
          return writes.answer(me, database->write(x));
        },
        [this, me](load_atom, date from, date to) {
          return day_loads.answer(me, database->load_days(from, to));
        },
        [this, me](load_atom, const std::string& after, std::int32_t limit) {
          return horse_loads.answer(me, database->load_horses(after, limit));
        },
        [this, me](count_atom) {
          return counts.answer(
            me, static_cast<std::int64_t>(database->horses.size()));
        },
        [this, me](totals_atom) {
          return totals.answer(me, database->totals());
        },
        [this, me](renew_atom) { return renewals.answer(me, 7); },
      };
    });
  }
};

struct files_double {
  answers<std::int64_t> saves;
  answers<std::int64_t> appends;
  std::vector<checkpoint_image> images;
  std::vector<error_entry> errors;

  state_files_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](state_files_actor::pointer me)
                       -> state_files_actor::behavior_type {
      return {
        [this, me](save_atom, const checkpoint_image& x) {
          images.push_back(x);
          return saves.answer(me, 1);
        },
        [this, me](append_atom, const std::vector<error_entry>& x) {
          errors.insert(errors.end(), x.begin(), x.end());
          return appends.answer(me, static_cast<std::int64_t>(x.size()));
        },
      };
    });
  }
};

struct control_double {
  std::vector<caf::error> halts;
  int finishes = 0;

  run_control_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](run_control_actor::pointer) -> run_control_actor::behavior_type {
        return {
          [this](halt_atom, const caf::error& x) { halts.push_back(x); },
          [this](finish_atom) { ++finishes; },
        };
      });
  }
};

struct sink_double {
  std::vector<write_receipt> receipts;

  receipt_sink_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](receipt_sink_actor::pointer) -> receipt_sink_actor::behavior_type {
        return {
          [this](put_atom, const write_receipt& x) { receipts.push_back(x); }};
      });
  }
};

/// What became of one request of the test's.
template <class T>
struct outcome {
  int answers = 0;
  T value{};
  fault refusal = fault::none;

  bool ok() const {
    return answers == 1 && refusal == fault::none;
  }
};

struct checkpoint_double {
  answers<std::int64_t> saves;
  std::vector<std::vector<date>> reopened;
  progress now;

  checkpoint_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](checkpoint_actor::pointer me) -> checkpoint_actor::behavior_type {
        return {
          [](put_atom, const write_receipt&) {},
          [](meet_atom, const store_session_actor&) {},
          [](meet_atom, const state_files_actor&) {},
          [](meet_atom, const date_scheduler_actor&) {},
          [](meet_atom, const enrichment_queue_actor&) {},
          [](meet_atom, const horse_cache_actor&) {},
          [](meet_atom, const run_control_actor&) {},
          [this](reopen_atom, const std::vector<date>& x) {
            reopened.push_back(x);
            return static_cast<std::int64_t>(x.size());
          },
          [this, me](save_atom) { return saves.answer(me, 1); },
          [](calendar_atom) {
            return std::vector<day_record>{
              {date{7}, day_state::done, 1, 2, 3, ""}};
          },
          [this](status_atom) { return now; },
        };
      });
  }
};

/// An actor_fixture for actors with neighbours: quiet, and able to ask.
class neighbours_fixture : public actor_fixture {
protected:
  neighbours_fixture() {
    log_set_level(log_level::off);
  }

  /// Sends a request from an actor of its own; the answer lands in the result.
  template <class T, class Handle, class... Ts>
  std::shared_ptr<outcome<T>> ask(const Handle& whom, Ts... words) {
    auto result = std::make_shared<outcome<T>>();
    sys.spawn([=](caf::event_based_actor* me) {
      me->request(whom, caf::infinite, words...)
        .then(
          [result](const T& x) {
            ++result->answers;
            result->value = x;
          },
          [result](const caf::error& err) {
            ++result->answers;
            result->refusal = fault_of(err);
          });
    });
    drain();
    return result;
  }

  template <class Handle>
  stage_status stage(const Handle& whom) {
    return ask<stage_status>(whom, status_atom_v)->value;
  }

  template <class Handle, class... Ts>
  void tell(const Handle& whom, Ts... words) {
    self->send(whom, words...);
    drain();
  }

  template <class Handle>
  void kill(const Handle& whom) {
    caf::anon_send_exit(whom, caf::exit_reason::kill);
    drain();
  }
};

inline date day(int year, unsigned month, unsigned of_month) {
  return to_date(
    std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month}
                          / std::chrono::day{of_month}});
}

} // namespace racefill::test
