#include "app/web/page_json.hpp"

#include "app/print/json_report.hpp"
#include "infra/pure/json_text.hpp"

namespace racefill {
namespace {

std::string day_json(const day_record& x) {
  std::string out = "{\"day\":" + json_quote(to_string(x.day));
  out += ",\"state\":" + json_quote(to_string(x.state));
  out += ",\"attempts\":" + std::to_string(x.attempts);
  out += ",\"races\":" + std::to_string(x.races);
  out += ",\"runners\":" + std::to_string(x.runners);
  if (!x.error.empty())
    out += ",\"error\":" + json_quote(x.error);
  return out + '}';
}

} // namespace

std::string days_json(const page_calendar& x, const progress& range,
                      const std::string& epoch, std::uint64_t since) {
  std::string out = R"({"schema":"racefill.days/1","epoch":)";
  out += json_quote(epoch) + ",\"version\":" + std::to_string(x.version);
  out += ",\"start\":" + json_quote(to_string(range.start));
  out += ",\"end\":" + json_quote(to_string(range.end)) + ",\"days\":[";
  bool is_first = true;
  for (const auto& day : x.days) {
    if (day.version <= since)
      continue;
    if (!is_first)
      out += ',';
    is_first = false;
    out += '\n' + day_json(day.record);
  }
  return out + "]}\n";
}

std::string sample_json(const page_sample& x) {
  const auto number = json_report::number_text;
  return "{\"at_ms\":" + std::to_string(x.at_ms)
         + ",\"rate_per_second\":" + number(x.rate_per_second)
         + ",\"limit_per_second\":" + number(x.limit_per_second)
         + ",\"latency_ms_p50\":" + std::to_string(x.latency_ms_p50)
         + ",\"latency_ms_p90\":" + std::to_string(x.latency_ms_p90)
         + ",\"latency_ms_p99\":" + std::to_string(x.latency_ms_p99)
         + ",\"rows_per_minute\":" + std::to_string(x.rows_per_minute) + '}';
}

std::string history_json(const std::deque<page_sample>& x) {
  std::string out = R"({"schema":"racefill.history/1","samples":[)";
  for (std::size_t i = 0; i < x.size(); ++i)
    out += (i > 0 ? ",\n" : "\n") + sample_json(x[i]);
  return out + "]}\n";
}

} // namespace racefill
