/// ANSWER: what the API says to a request, before any fault of transport.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/simulator/body.hpp"
#include "app/simulator/fault_rules.hpp"
#include "app/simulator/fixtures.hpp"
#include "app/simulator/limit.hpp"
#include "app/simulator/world.hpp"

namespace racefill::sim {

/// What days before the provider's history answer.
enum class before_history : std::uint8_t { empty, not_found, unprocessable };

/// What the endpoints serve.
struct answer_settings {
  std::string username = "demo";
  std::string password = "demo";
  bool odds = true;   ///< Bookmakers' odds on the racecards.
  date history_start; ///< Not known: all days are offered.
  before_history earlier = before_history::empty;
  std::string retry_after; ///< Of a 429 by the limit; as fault_rule's.
};

/// The request's parts that matter.
struct question {
  std::string method;
  std::string target;        ///< Path and query.
  std::string authorization; ///< The header's value, or "".
};

/// A response without its transport.
struct answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// A path and its decoded query.
struct target_parts {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// Splits and decodes; malformed escapes stay as they are.
target_parts split_target(std::string_view target);

/// The endpoint that a target's limit is of.
endpoint endpoint_of(std::string_view target) noexcept;

/// The value of a Retry-After header for `spec`: `30`, an HTTP date for
/// `date:30`, anything else as it is.
std::string retry_after_text(const std::string& spec);

/// Answers questions. Immutable, so any thread may ask it.
class answerer {
public:
  /// `recorded` may be null: then the world answers.
  answerer(answer_settings settings, std::shared_ptr<const world> from,
           std::shared_ptr<const fixtures> recorded);

  /// The answer to a question that the limit let through. `fault`, which may
  /// be null, can change status and body.
  answer reply(const question& asked, const fault_rule* fault) const;

  /// The answer to a question that came too early.
  answer refusal() const;

private:
  answer racecards(const target_parts& parts, const fault_rule* fault) const;
  answer horse(const std::string& path, const fault_rule* fault) const;
  answer courses(const target_parts& parts) const;
  bool known_user(const std::string& authorization) const;
  answer plain_reply(const question& asked, const fault_rule* fault) const;

  answer_settings settings_;
  std::shared_ptr<const world> world_;
  std::shared_ptr<const fixtures> recorded_;
};

} // namespace racefill::sim
