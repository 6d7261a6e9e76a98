/// The one list of message types and atoms; append only, never reorder.
#pragma once

#include <cstdint>
#include <vector>

#include <caf/type_id.hpp>

#include "messages/calls.hpp"
#include "messages/guard.hpp"
#include "messages/limits.hpp"
#include "messages/reports.hpp"
#include "messages/work.hpp"

CAF_BEGIN_TYPE_ID_BLOCK(racefill, caf::first_custom_type_id)

  CAF_ADD_TYPE_ID(racefill, (racefill::fault))
  CAF_ADD_TYPE_ID(racefill, (racefill::date))
  CAF_ADD_TYPE_ID(racefill, (racefill::permit))
  CAF_ADD_TYPE_ID(racefill, (racefill::permit_request))
  CAF_ADD_TYPE_ID(racefill, (racefill::call_event))
  CAF_ADD_TYPE_ID(racefill, (racefill::api_request))
  CAF_ADD_TYPE_ID(racefill, (racefill::api_reply))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_state))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_task))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_pages))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_unit))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_receipt))
  CAF_ADD_TYPE_ID(racefill, (racefill::day_record))
  CAF_ADD_TYPE_ID(racefill, (racefill::horse_state))
  CAF_ADD_TYPE_ID(racefill, (racefill::horse_unit))
  CAF_ADD_TYPE_ID(racefill, (racefill::horse_receipt))
  CAF_ADD_TYPE_ID(racefill, (racefill::horse_record))
  CAF_ADD_TYPE_ID(racefill, (racefill::reference_unit))
  CAF_ADD_TYPE_ID(racefill, (racefill::write_batch))
  CAF_ADD_TYPE_ID(racefill, (racefill::write_receipt))
  CAF_ADD_TYPE_ID(racefill, (racefill::ledger_totals))
  CAF_ADD_TYPE_ID(racefill, (racefill::error_entry))
  CAF_ADD_TYPE_ID(racefill, (racefill::gate_limits))
  CAF_ADD_TYPE_ID(racefill, (racefill::writer_limits))
  CAF_ADD_TYPE_ID(racefill, (racefill::gate_status))
  CAF_ADD_TYPE_ID(racefill, (racefill::progress))
  CAF_ADD_TYPE_ID(racefill, (racefill::stage_status))
  CAF_ADD_TYPE_ID(racefill, (racefill::child_status))
  CAF_ADD_TYPE_ID(racefill, (racefill::checkpoint_image))
  CAF_ADD_TYPE_ID(racefill, (racefill::snapshot))
  CAF_ADD_TYPE_ID(racefill, (std::vector<std::string>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::date>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::day_task>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::day_record>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::horse_record>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::error_entry>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::stage_status>) )
  CAF_ADD_TYPE_ID(racefill, (std::vector<racefill::child_status>) )

  CAF_ADD_ATOM(racefill, racefill, meet_atom, "meet")
  CAF_ADD_ATOM(racefill, racefill, acquire_atom, "acquire")
  CAF_ADD_ATOM(racefill, racefill, report_atom, "report")
  CAF_ADD_ATOM(racefill, racefill, pause_atom, "pause")
  CAF_ADD_ATOM(racefill, racefill, resume_atom, "resume")
  CAF_ADD_ATOM(racefill, racefill, configure_atom, "configure")
  CAF_ADD_ATOM(racefill, racefill, status_atom, "status")
  CAF_ADD_ATOM(racefill, racefill, fetch_atom, "fetch")
  CAF_ADD_ATOM(racefill, racefill, next_atom, "next")
  CAF_ADD_ATOM(racefill, racefill, put_atom, "put")
  CAF_ADD_ATOM(racefill, racefill, lookup_atom, "lookup")
  CAF_ADD_ATOM(racefill, racefill, learn_atom, "learn")
  CAF_ADD_ATOM(racefill, racefill, settle_atom, "settle")
  CAF_ADD_ATOM(racefill, racefill, reopen_atom, "reopen")
  CAF_ADD_ATOM(racefill, racefill, drain_atom, "drain")
  CAF_ADD_ATOM(racefill, racefill, retire_atom, "retire")
  CAF_ADD_ATOM(racefill, racefill, flush_atom, "flush")
  CAF_ADD_ATOM(racefill, racefill, load_atom, "load")
  CAF_ADD_ATOM(racefill, racefill, count_atom, "count")
  CAF_ADD_ATOM(racefill, racefill, totals_atom, "totals")
  CAF_ADD_ATOM(racefill, racefill, renew_atom, "renew")
  CAF_ADD_ATOM(racefill, racefill, plan_atom, "plan")
  CAF_ADD_ATOM(racefill, racefill, save_atom, "save")
  CAF_ADD_ATOM(racefill, racefill, append_atom, "append")
  CAF_ADD_ATOM(racefill, racefill, halt_atom, "halt")
  CAF_ADD_ATOM(racefill, racefill, finish_atom, "finish")
  CAF_ADD_ATOM(racefill, racefill, scale_atom, "scale")
  CAF_ADD_ATOM(racefill, racefill, release_atom, "release")
  CAF_ADD_ATOM(racefill, racefill, wake_atom, "wake")
  CAF_ADD_ATOM(racefill, racefill, calendar_atom, "calendar")
  CAF_ADD_ATOM(racefill, racefill, reload_atom, "reload")
  CAF_ADD_ATOM(racefill, racefill, set_atom, "set")

  CAF_ADD_TYPE_ID(racefill, (racefill::day_sample))
  CAF_ADD_TYPE_ID(racefill, (racefill::profile_sample))
  CAF_ADD_TYPE_ID(racefill, (racefill::call_kind))

  CAF_ADD_TYPE_ID(racefill, (racefill::horse_task))

CAF_END_TYPE_ID_BLOCK(racefill)
