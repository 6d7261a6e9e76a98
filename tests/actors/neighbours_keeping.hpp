/// Stand-ins for the neighbours that keep rows, receipts and files.
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
  std::function<bool(const write_batch&)> refuses;
  int counted = 0; // Times that the totals were asked for.

  store_session_actor spawn(caf::actor_system& sys) {
    return sys.spawn([this](store_session_actor::pointer me)
                       -> store_session_actor::behavior_type {
      return {
        [this, me](put_atom,
                   const write_batch& x) -> caf::result<write_receipt> {
          batches.push_back(x);
          if (const auto bad = writes.faults.take(); bad != fault::none)
            return caf::make_error(bad);
          if (refuses && refuses(x))
            return caf::make_error(fault::store_busy);
          return writes.answer(me, database->write(x));
        },
        [this, me](load_atom, date from, date to) {
          return day_loads.answer(me, database->load_days(from, to));
        },
        [this, me](load_atom, const std::string& after, std::int32_t limit) {
          return horse_loads.answer(me, database->load_horses(after, limit));
        },
        [this](reopen_atom, const std::vector<date>& days) {
          return database->reopen(days);
        },
        [this, me](count_atom) {
          return counts.answer(
            me, static_cast<std::int64_t>(database->horses.size()));
        },
        [this, me](totals_atom) {
          ++counted;
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

struct sink_double {
  std::vector<write_receipt> receipts;
  std::vector<std::pair<call_kind, caf::error>> halts;

  receipt_sink_actor spawn(caf::actor_system& sys) {
    return sys.spawn(
      [this](receipt_sink_actor::pointer) -> receipt_sink_actor::behavior_type {
        return {[this](put_atom, const write_receipt& x) {
                  receipts.push_back(x);
                },
                [this](halt_atom, call_kind kind, const caf::error& why) {
                  halts.emplace_back(kind, why);
                }};
      });
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
          [](halt_atom, call_kind, const caf::error&) {},
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

} // namespace racefill::test
