#include "app/web/page_health.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "infra/pure/json_text.hpp"

namespace racefill {
namespace {

// Without one of these no request comes to an end.
constexpr std::array<std::string_view, 7> needed{
  "gatekeeper",       "checkpoint", "date_scheduler", "extractor",
  "enrichment_queue", "db_writer",  "horse_cache"};

std::string seconds_text(page_clock::duration x) {
  return std::to_string(
           std::chrono::duration_cast<std::chrono::seconds>(x).count())
         + " s";
}

void judge_snapshot(const snapshot& x, std::vector<std::string>& reasons) {
  if (x.run.run_id.empty())
    reasons.emplace_back("the ledger is not read yet");
  if (x.gate.mode.empty())
    reasons.emplace_back("the gate has not answered yet");
  if (x.phase == "draining")
    reasons.emplace_back("the service drains");
  if (x.gate.paused)
    reasons.emplace_back("the gate is paused by a person");
  if (x.gate.breaker == "open" || x.gate.breaker == "probing")
    reasons.emplace_back("the provider does not answer: the circuit breaker is "
                         + x.gate.breaker);
  for (const auto& child : x.children)
    if (!child.alive
        && std::find(needed.begin(), needed.end(), child.name) != needed.end())
      reasons.emplace_back("the actor " + child.name + " is being restarted");
}

} // namespace

page_health judge_health(const page_view& view, page_clock::time_point now) {
  page_health x;
  const auto last = view.has_answered ? view.answered : view.opened;
  x.alive = now - last <= page_silence_max;
  if (!x.alive)
    x.reasons.push_back("no actor has answered for "
                        + seconds_text(now - last));
  else if (!view.has_snapshot)
    x.reasons.emplace_back("the service starts");
  else if (now - view.heard > page_silence_max)
    x.reasons.push_back("no snapshot for " + seconds_text(now - view.heard));
  if (view.has_snapshot)
    judge_snapshot(view.now, x.reasons);
  x.ready = x.reasons.empty();
  return x;
}

std::string health_json(const page_health& x) {
  std::string out = R"({"schema":"racefill.health/1","alive":)";
  out += x.alive ? "true" : "false";
  out += R"(,"ready":)";
  out += x.ready ? "true" : "false";
  out += R"(,"reasons":[)";
  for (std::size_t i = 0; i < x.reasons.size(); ++i) {
    if (i > 0)
      out += ',';
    out += json_quote(x.reasons[i]);
  }
  return out + "]}";
}

} // namespace racefill
