/// FAULT RULES: what goes wrong on purpose, and when.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/limit.hpp"

namespace racefill::sim {

/// What an answer suffers.
enum class fault_kind : std::uint8_t {
  none,
  status,       ///< 400 to 599, JSON body; 429 with a Retry-After.
  redirect,     ///< 302 to another host.
  html,         ///< An HTML page, 403 or 200.
  hang,         ///< No answer until the client leaves.
  drip,         ///< The answer, a few bytes a second.
  reset,        ///< TCP reset before the answer.
  reset_inside, ///< TCP reset in the middle of the body.
  short_body,   ///< The end comes before Content-Length is reached.
  short_chunks, ///< Chunked, without the last chunks.
  garbage,      ///< 200 with a body that is no JSON.
  shape,        ///< 200 with JSON of another shape.
  empty_page,   ///< No items although `total` says so.
  refuse,       ///< The listener is closed for a while.
  outage,       ///< Every request of a while loses its connection.
  extra_fields, ///< Fields nobody knows.
  null_field,   ///< One field of every runner is null.
  halved,       ///< Every second runner is missing.
  empty_day,    ///< The day has no races, `total` 0.
};

/// One rule: its kind, when it applies, and its details.
struct fault_rule {
  std::string text; ///< As given.
  fault_kind kind = fault_kind::none;
  int status = 0;           ///< Of status and html.
  std::uint64_t every = 0;  ///< Each n-th matching request; 0: all.
  double probability = 1;   ///< Of a matching request.
  std::uint64_t after = 0;  ///< From this request number on.
  std::uint64_t count = 0;  ///< At most so often; 0: no bound.
  std::string path;         ///< A part of the path and query; "" for any.
  double from_seconds = 0;  ///< Since the start of the rule.
  double to_seconds = 1e18; ///< Likewise.
  std::string retry_after;  ///< `30`, `date:30`, or any text; "" for none.
  double seconds = 10;      ///< How long refuse and outage last.
  double bytes = 10;        ///< A second, of drip.
  std::string name;         ///< The field of null_field.
};

/// Reads `KIND` or `KIND:key=value,key=value`. Throws std::invalid_argument
/// with a text for people.
fault_rule parse_fault(std::string_view text);

/// One line a kind, for --help.
std::string fault_help();

/// The rules in force. Not thread-safe.
class fault_book {
public:
  explicit fault_book(std::uint64_t seed) : seed_(seed) {
  }

  /// Puts a rule in force from `now` on.
  void add(fault_rule rule, moment now);
  void clear();

  /// The first rule that strikes request `number`; none when all spare it.
  const fault_rule* choose(std::uint64_t number, std::string_view target,
                           moment now);

  /// How often each rule struck, by its text.
  const std::map<std::string, std::uint64_t>& struck() const noexcept {
    return struck_;
  }
  /// The texts of the rules in force.
  std::vector<std::string> texts() const;

private:
  struct entry {
    fault_rule rule;
    moment since{};
    std::uint64_t matched = 0;
    std::uint64_t struck = 0;
  };
  std::uint64_t seed_;
  std::vector<entry> entries_;
  std::map<std::string, std::uint64_t> struck_;
};

} // namespace racefill::sim
