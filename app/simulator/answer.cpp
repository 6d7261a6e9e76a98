#include "app/simulator/answer.hpp"

#include <charconv>
#include <chrono>
#include <sstream>

#include <Poco/Base64Encoder.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/Timespan.h>
#include <Poco/Timestamp.h>
#include <Poco/URI.h>

#include "app/simulator/json_text.hpp"

namespace racefill::sim {
namespace {

answer detail(int status, std::string_view text) {
  answer x;
  x.status = status;
  json_writer json{x.body};
  json.open('{');
  json.member("detail", text);
  json.close('}');
  return x;
}

// The provider's 422 body (FACTS a.4).
answer unprocessable(const char* name, const char* message, const char* type) {
  answer x;
  x.status = 422;
  json_writer json{x.body};
  json.open('{');
  json.key("detail");
  json.open('[');
  json.open('{');
  json.key("loc");
  json.open('[');
  json.text("query");
  json.text(name);
  json.close(']');
  json.member("msg", message);
  json.member("type", type);
  json.close('}');
  json.close(']');
  json.close('}');
  return x;
}

std::optional<int> whole(std::string_view text) {
  int x = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, x);
  return error == std::errc{} && stop == end ? std::optional<int>{x}
                                             : std::nullopt;
}

date today_in_utc() {
  return to_date(
    std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
}

// Reads the query of racecards/pro; an answer when it is wrong.
std::optional<answer> read_query(const target_parts& parts, page_query& to) {
  to.day = today_in_utc();
  to.echo = parts.query;
  for (const auto& [name, value] : parts.query) {
    if (name == "date") {
      const auto day = parse_date(value);
      if (!day)
        return unprocessable("date", "invalid date format", "value_error.date");
      to.day = *day;
    } else if (name == "region_codes") {
      to.regions.push_back(value);
    } else if (name == "course_ids") {
      to.course_ids.push_back(value);
    } else if (name == "limit" || name == "skip") {
      const bool limit = name == "limit";
      const auto number = whole(value);
      if (!number)
        return unprocessable(limit ? "limit" : "skip",
                             "value is not a valid integer",
                             "type_error.integer");
      if (*number < (limit ? 1 : 0))
        return unprocessable(
          limit ? "limit" : "skip",
          limit ? "ensure this value is greater than or equal to 1"
                : "ensure this value is greater than or equal to 0",
          "value_error.number.not_ge");
      if (*number > 500)
        return unprocessable(limit ? "limit" : "skip",
                             "ensure this value is less than or equal to 500",
                             "value_error.number.not_le");
      (limit ? to.limit : to.skip) = *number;
    }
  }
  return std::nullopt;
}

body_changes changes_for(const fault_rule* fault, bool odds) {
  body_changes x;
  x.odds = odds;
  if (fault == nullptr)
    return x;
  x.unknown_fields = fault->kind == fault_kind::extra_fields;
  x.halved_runners = fault->kind == fault_kind::halved;
  x.empty_page = fault->kind == fault_kind::empty_page;
  if (fault->kind == fault_kind::null_field)
    x.null_field = fault->name;
  return x;
}

} // namespace

target_parts split_target(std::string_view target) {
  target_parts parts;
  try {
    const Poco::URI uri{std::string{target}};
    parts.path = uri.getPath();
    for (auto& [name, value] : uri.getQueryParameters())
      parts.query.emplace_back(name, value);
  } catch (const Poco::Exception&) {
    parts.path = target.substr(0, target.find('?'));
  }
  return parts;
}

endpoint endpoint_of(std::string_view target) noexcept {
  if (target.starts_with("/v1/racecards"))
    return endpoint::racecards;
  if (target.starts_with("/v1/horses"))
    return endpoint::horses;
  if (target.starts_with("/v1/courses"))
    return endpoint::courses;
  return endpoint::other;
}

std::string retry_after_text(const std::string& spec) {
  if (!spec.starts_with("date:"))
    return spec;
  const auto seconds = whole(std::string_view{spec}.substr(5)).value_or(0);
  Poco::Timestamp when;
  when += Poco::Timespan(seconds, 0);
  return Poco::DateTimeFormatter::format(when,
                                         Poco::DateTimeFormat::HTTP_FORMAT);
}

answerer::answerer(answer_settings settings, std::shared_ptr<const world> from,
                   std::shared_ptr<const fixtures> recorded)
  : settings_(std::move(settings)),
    world_(std::move(from)),
    recorded_(std::move(recorded)) {
}

bool answerer::known_user(const std::string& authorization) const {
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.rdbuf()->setLineLength(0);
  encoder << settings_.username << ':' << settings_.password;
  encoder.close();
  return authorization == "Basic " + text.str();
}

answer answerer::refusal() const {
  auto x = detail(429, "Too Many Requests");
  if (!settings_.retry_after.empty())
    x.headers.emplace_back("Retry-After",
                           retry_after_text(settings_.retry_after));
  return x;
}

answer answerer::racecards(const target_parts& parts,
                           const fault_rule* fault) const {
  page_query query;
  if (auto wrong = read_query(parts, query))
    return *wrong;
  const bool earlier = settings_.history_start.known()
                       && query.day < settings_.history_start;
  if (earlier && settings_.earlier == before_history::not_found)
    return detail(404, "Not Found");
  if (earlier && settings_.earlier == before_history::unprocessable)
    return unprocessable("date", "date is out of range", "value_error.date");
  // A day that no world has: an empty page with the right envelope.
  if (earlier || (fault != nullptr && fault->kind == fault_kind::empty_day))
    query.day = date{0};
  answer x;
  x.body = recorded_ ? recorded_->racecards(query.day, query.limit, query.skip)
                     : racecards_body(*world_, query,
                                      changes_for(fault, settings_.odds));
  return x;
}

answer answerer::horse(const std::string& path, const fault_rule* fault) const {
  const std::string_view rest = std::string_view{path}.substr(11);
  const auto slash = rest.find('/');
  const auto id = rest.substr(0, slash);
  const auto plan = slash == std::string_view::npos ? std::string_view{}
                                                    : rest.substr(slash);
  answer x;
  if (plan == "/pro" && recorded_)
    x.body = recorded_->horse(std::string{id}).value_or("");
  else if (plan == "/pro")
    x.body = profile_body(
      *world_, id, fault != nullptr && fault->kind == fault_kind::extra_fields);
  else if (plan == "/standard" && !recorded_)
    x.body = standard_body(*world_, id);
  return x.body.empty() ? detail(404, "Not Found") : x;
}

answer answerer::courses(const target_parts& parts) const {
  answer x;
  if (parts.path == "/v1/courses/regions") {
    x.body = regions_body(*world_);
    return x;
  }
  if (parts.path != "/v1/courses")
    return detail(404, "Not Found");
  std::vector<std::string> regions;
  for (const auto& [name, value] : parts.query)
    if (name == "region_codes")
      regions.push_back(value);
  x.body = recorded_ ? recorded_->courses() : courses_body(*world_, regions);
  return x;
}

answer answerer::plain_reply(const question& asked,
                             const fault_rule* fault) const {
  const auto parts = split_target(asked.target);
  const bool known = parts.path == "/v1/racecards/pro"
                     || parts.path.starts_with("/v1/horses/")
                     || parts.path.starts_with("/v1/courses");
  if (!known)
    return detail(404, "Not Found");
  if (asked.method != "GET") {
    auto x = detail(405, "Method Not Allowed");
    x.headers.emplace_back("Allow", "GET");
    return x;
  }
  if (!known_user(asked.authorization)) {
    auto x = detail(401, "Incorrect username or password");
    x.headers.emplace_back("WWW-Authenticate", "Basic");
    return x;
  }
  if (parts.path == "/v1/racecards/pro")
    return racecards(parts, fault);
  if (parts.path.starts_with("/v1/horses/"))
    return horse(parts.path, fault);
  return courses(parts);
}

answer answerer::reply(const question& asked, const fault_rule* fault) const {
  if (fault == nullptr)
    return plain_reply(asked, nullptr);
  answer x;
  switch (fault->kind) {
    case fault_kind::status:
      x = fault->status == 422
            ? unprocessable("date", "invalid date format", "value_error.date")
          : fault->status == 401 ? detail(401, "Incorrect username or password")
          : fault->status == 404 ? detail(404, "Not Found")
          : fault->status == 429
            ? detail(429, "Too Many Requests")
            : detail(fault->status, "Internal Server Error");
      if (!fault->retry_after.empty())
        x.headers.emplace_back("Retry-After",
                               retry_after_text(fault->retry_after));
      return x;
    case fault_kind::redirect:
      x.status = 302;
      x.headers.emplace_back("Location",
                             "http://elsewhere.invalid" + asked.target);
      return x;
    case fault_kind::html:
      x.status = fault->status;
      x.content_type = "text/html; charset=UTF-8";
      x.body = "<!DOCTYPE html><html><head><title>Attention Required!</title>"
               "</head><body><h1>Sorry, you have been blocked</h1></body>"
               "</html>\n";
      return x;
    case fault_kind::garbage:
      x.body = "{\"racecards\": [{\"race_id\": \"rac_1\", \"runners\": [}]]";
      return x;
    case fault_kind::shape:
      x.body = R"({"racecards":{"count":3},"total":"many","id":7,"courses":1})";
      return x;
    default:
      return plain_reply(asked, fault);
  }
}

} // namespace racefill::sim
