#include "infra/files/gate_log_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "messages/faults.hpp"

namespace racefill {
namespace {

using simdjson::dom::element;

constexpr std::int64_t time_max = 1'000'000'000LL * one_second;

std::optional<std::int64_t> number(const element& x, const char* name,
                                   std::int64_t most) {
  std::int64_t value = 0;
  if (x[name].get(value) != simdjson::SUCCESS || value < 0 || value > most)
    return std::nullopt;
  return value;
}

std::optional<std::string_view> word(const element& x, const char* name) {
  std::string_view value;
  if (x[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  return value;
}

bool has(const element& x, const char* name) {
  return x[name].error() == simdjson::SUCCESS;
}

std::optional<gate_step> step_of(std::string_view text) {
  for (auto x : {gate_step::born, gate_step::granted, gate_step::sent,
                 gate_step::acknowledged, gate_step::replied, gate_step::closed,
                 gate_step::released})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

std::optional<call_kind> kind_of(std::string_view text) {
  for (auto x : {call_kind::courses, call_kind::racecards, call_kind::horse})
    if (text == to_string(x))
      return x;
  return std::nullopt;
}

class record_reader {
public:
  caf::error read(const std::string& path) {
    std::ifstream file{path};
    std::string text;
    if (!file)
      return caf::make_error(fault::files_refused,
                             path + ": " + std::strerror(errno));
    for (std::int64_t at = 1; std::getline(file, text); ++at)
      if (!text.empty() && !take(text))
        return wrong(path, at);
    if (!file.eof())
      return caf::make_error(fault::files_refused, path + ": cannot be read");
    torn_here_ = false; // The end of a file is as good as a new life.
    return caf::none;
  }

  gate_record record;
  bool is_empty = true;

private:
  static caf::error wrong(const std::string& path, std::int64_t line) {
    return caf::make_error(fault::bad_shape,
                           path + ":" + std::to_string(line)
                             + ": neither a line of a gate's log nor of a log "
                               "of arrivals");
  }

  bool take(const std::string& text) {
    element line;
    if (parser_.parse(text).get(line) != simdjson::SUCCESS) {
      // A killed process may leave a part of its last line. What follows is
      // another life, or the count of what was lost.
      if (torn_here_ || text.rfind("{\"t_ns\":", 0) != 0)
        return false;
      torn_here_ = true;
      ++record.torn;
      return true;
    }
    const auto at = number(line, "t_ns", time_max);
    if (!at)
      return false;
    const auto is_arrival = !has(line, "step");
    if (std::exchange(is_empty, false))
      record.is_arrivals = is_arrival;
    if (is_arrival != record.is_arrivals)
      return false;
    return is_arrival ? take_arrival(line, *at) : take_step(line, *at);
  }

  bool take_arrival(const element& line, nanos at) {
    bool refused = false;
    if (!has(line, "n") || line["refused"].get(refused) != simdjson::SUCCESS)
      return false;
    torn_here_ = false;
    record.arrivals.push_back(at);
    record.refused += refused ? 1 : 0;
    return true;
  }

  bool take_step(const element& line, nanos at) {
    const auto name = word(line, "step");
    if (!name)
      return false;
    if (*name == "lost") {
      const auto lines = number(line, "lines", time_max);
      torn_here_ = false;
      record.lost += lines.value_or(0);
      return lines.has_value();
    }
    const auto step = step_of(*name);
    if (!step || (torn_here_ && *step != gate_step::born))
      return false;
    torn_here_ = false;
    gate_log_line x;
    x.step = *step;
    if (x.step == gate_step::born) {
      ++record.lives;
      // A machine takes longer than any window to start again.
      if (at < latest_ - shift_)
        shift_ = latest_ - at + one_minute;
    } else {
      const auto serial = number(line, "serial",
                                 std::numeric_limits<std::int64_t>::max());
      const auto kind = word(line, "kind");
      const auto read_kind = kind ? kind_of(*kind) : std::nullopt;
      if (!serial || !read_kind)
        return false;
      x.serial = static_cast<std::uint64_t>(*serial);
      x.kind = *read_kind;
    }
    x.at_ns = at + shift_;
    latest_ = std::max(latest_, x.at_ns);
    x.status
      = static_cast<std::int32_t>(number(line, "status", 999).value_or(0));
    x.span_ns = number(line, "span_ns", time_max).value_or(0);
    record.lines.push_back(x);
    return true;
  }

  simdjson::dom::parser parser_;
  bool torn_here_ = false;
  nanos latest_ = 0;
  nanos shift_ = 0;
};

} // namespace

caf::expected<gate_record>
read_gate_record(const std::vector<std::string>& paths) {
  record_reader reader;
  for (const auto& path : paths)
    if (auto err = reader.read(path))
      return err;
  if (reader.is_empty)
    return caf::make_error(fault::bad_shape,
                           paths.back() + ": holds no line of a log");
  return std::move(reader.record);
}

} // namespace racefill
