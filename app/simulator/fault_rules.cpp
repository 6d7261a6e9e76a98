#include "app/simulator/fault_rules.hpp"

#include <charconv>
#include <stdexcept>

#include "app/simulator/hash.hpp"

namespace racefill::sim {
namespace {

struct kind_name {
  const char* name;
  fault_kind kind;
  int status;
  const char* help;
};

constexpr kind_name kinds[] = {
  {"redirect", fault_kind::redirect, 302, "302 to another host"},
  {"html", fault_kind::html, 200, "an HTML page; status=403 for a block page"},
  {"hang", fault_kind::hang, 0, "no answer until the client leaves"},
  {"drip", fault_kind::drip, 0, "the answer at bytes=10 a second"},
  {"reset", fault_kind::reset, 0, "TCP reset before the answer"},
  {"reset-inside", fault_kind::reset_inside, 0, "TCP reset inside the body"},
  {"short", fault_kind::short_body, 0, "the end before Content-Length"},
  {"short-chunks", fault_kind::short_chunks, 0, "chunked, the end missing"},
  {"garbage", fault_kind::garbage, 0, "200 with a body that is no JSON"},
  {"shape", fault_kind::shape, 0, "200 with JSON of another shape"},
  {"empty-page", fault_kind::empty_page, 0, "no items although total says so"},
  {"refuse", fault_kind::refuse, 0, "listener closed for seconds=10"},
  {"outage", fault_kind::outage, 0, "every connection lost for seconds=10"},
  {"extra-fields", fault_kind::extra_fields, 0, "fields nobody knows"},
  {"null-field", fault_kind::null_field, 0, "name=lbs of every runner null"},
  {"halved", fault_kind::halved, 0, "every second runner missing"},
  {"empty-day", fault_kind::empty_day, 0, "the day without races, total 0"},
};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw std::invalid_argument("fault '" + std::string{text} + "': " + why
                              + " (see simulate --help)");
}

template <class T>
T number_of(std::string_view text, std::string_view value) {
  T x{};
  const auto* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, x);
  if (error != std::errc{} || stop != end || x < T{})
    refuse(text, "'" + std::string{value} + "' is no number");
  return x;
}

void read_kind(fault_rule& rule, std::string_view name, std::string_view text) {
  for (const auto& x : kinds) {
    if (name != x.name)
      continue;
    rule.kind = x.kind;
    rule.status = x.status;
    return;
  }
  if (name.size() != 3 || name[0] < '4' || name[0] > '5')
    refuse(text, "unknown kind '" + std::string{name} + "'");
  rule.kind = fault_kind::status;
  rule.status = number_of<int>(text, name);
}

void read_detail(fault_rule& rule, std::string_view key, std::string_view value,
                 std::string_view text) {
  if (key == "every")
    rule.every = number_of<std::uint64_t>(text, value);
  else if (key == "p")
    rule.probability = number_of<double>(text, value);
  else if (key == "after")
    rule.after = number_of<std::uint64_t>(text, value);
  else if (key == "count")
    rule.count = number_of<std::uint64_t>(text, value);
  else if (key == "path")
    rule.path = value;
  else if (key == "from")
    rule.from_seconds = number_of<double>(text, value);
  else if (key == "to")
    rule.to_seconds = number_of<double>(text, value);
  else if (key == "retry")
    rule.retry_after = value;
  else if (key == "seconds")
    rule.seconds = number_of<double>(text, value);
  else if (key == "bytes")
    rule.bytes = number_of<double>(text, value);
  else if (key == "name")
    rule.name = value;
  else if (key == "status")
    rule.status = number_of<int>(text, value);
  else
    refuse(text, "unknown detail '" + std::string{key} + "'");
}

} // namespace

fault_rule parse_fault(std::string_view text) {
  fault_rule rule;
  rule.text = text;
  const auto colon = text.find(':');
  read_kind(rule, text.substr(0, colon), text);
  auto rest = colon == std::string_view::npos ? std::string_view{}
                                              : text.substr(colon + 1);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto detail = rest.substr(0, comma);
    const auto equals = detail.find('=');
    if (equals == std::string_view::npos)
      refuse(text, "expected key=value, got '" + std::string{detail} + "'");
    read_detail(rule, detail.substr(0, equals), detail.substr(equals + 1),
                text);
    rest = comma == std::string_view::npos ? std::string_view{}
                                           : rest.substr(comma + 1);
  }
  if (rule.probability > 1)
    refuse(text, "p is a share from 0 to 1");
  if (rule.kind == fault_kind::drip && rule.bytes <= 0)
    refuse(text, "bytes must be above 0");
  if (rule.kind == fault_kind::null_field && rule.name.empty())
    refuse(text, "give the field, name=lbs");
  if (rule.kind == fault_kind::html && (rule.status < 200 || rule.status > 599))
    refuse(text, "status must be 200 to 599");
  return rule;
}

std::string fault_help() {
  std::string text = "  400..599        that status; 429 takes retry=30, "
                     "retry=date:30 or any text\n";
  for (const auto& x : kinds) {
    std::string line = "  " + std::string{x.name};
    line.resize(18, ' ');
    text += line + x.help + "\n";
  }
  return text;
}

void fault_book::add(fault_rule rule, moment now) {
  struck_.try_emplace(rule.text, 0);
  entries_.push_back({std::move(rule), now, 0, 0});
}

void fault_book::clear() {
  entries_.clear();
}

const fault_rule* fault_book::choose(std::uint64_t number,
                                     std::string_view target, moment now) {
  std::uint64_t index = 0;
  for (auto& x : entries_) {
    ++index;
    const auto& rule = x.rule;
    const auto age = std::chrono::duration<double>(now - x.since).count();
    if (number < rule.after || age < rule.from_seconds || age > rule.to_seconds
        || (rule.count > 0 && x.struck >= rule.count)
        || target.find(rule.path) == std::string_view::npos)
      continue;
    ++x.matched;
    if (rule.every > 0 && x.matched % rule.every != 0)
      continue;
    if (rule.probability < 1
        && dice{mix(seed_, draw::fault, index, number)}.unit()
             >= rule.probability)
      continue;
    ++x.struck;
    ++struck_[rule.text];
    return &rule;
  }
  return nullptr;
}

std::vector<std::string> fault_book::texts() const {
  std::vector<std::string> all;
  for (const auto& x : entries_)
    all.push_back(x.rule.text);
  return all;
}

} // namespace racefill::sim
