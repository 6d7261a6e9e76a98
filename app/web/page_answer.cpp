#include "app/web/page_answer.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <sstream>
#include <string_view>

#include <Poco/Base64Encoder.h>
#include <Poco/SHA2Engine.h>

#include "app/web/metrics_text.hpp"
#include "app/web/page_health.hpp"
#include "app/web/page_json.hpp"

namespace racefill {
namespace {

constexpr auto json_type = "application/json; charset=utf-8";

struct answering {
  const page_request& request;
  const page_site& site;
  const page_view& view;
  page_clock::time_point now;
  std::string_view query;
};

page_answer of_text(int status, std::string body) {
  page_answer x;
  x.status = status;
  x.body = std::move(body) + "\n";
  return x;
}

page_answer of_json(std::string body) {
  page_answer x;
  x.type = json_type;
  x.body = std::move(body);
  return x;
}

page_answer answer_html(const answering& a) {
  page_answer x;
  x.type = "text/html; charset=utf-8";
  x.body = a.site.html;
  return x;
}

page_answer answer_metrics(const answering& a) {
  page_answer x;
  x.type = "text/plain; version=0.0.4; charset=utf-8";
  x.body = metrics_text(a.view, a.now, read_process_facts());
  return x;
}

page_answer answer_health(const answering& a) {
  const auto health = judge_health(a.view, a.now);
  auto x = of_json(health_json(health) + "\n");
  x.status = health.alive ? 200 : 503;
  return x;
}

page_answer answer_ready(const answering& a) {
  const auto health = judge_health(a.view, a.now);
  auto x = of_json(health_json(health) + "\n");
  x.status = health.ready ? 200 : 503;
  return x;
}

page_answer answer_status(const answering& a) {
  if (!a.view.has_snapshot) {
    auto x = of_text(503, "no snapshot yet");
    x.headers.emplace_back("Retry-After", "1");
    return x;
  }
  return of_json(a.view.status_json);
}

// The number after `since=`; 0 when there is none, or no number.
std::uint64_t since_of(std::string_view query) {
  constexpr std::string_view name = "since=";
  std::uint64_t x = 0;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    if (part.starts_with(name)) {
      const auto text = part.substr(name.size());
      const auto end = text.data() + text.size();
      const auto read = std::from_chars(text.data(), end, x);
      return read.ec == std::errc{} && read.ptr == end ? x : 0;
    }
    query.remove_prefix(std::min(part.size() + 1, query.size()));
  }
  return x;
}

page_answer answer_days(const answering& a) {
  return of_json(days_json(*a.view.calendar, a.view.now.run, a.site.epoch,
                           since_of(a.query)));
}

page_answer answer_history(const answering& a) {
  return of_json(history_json(*a.view.history));
}

page_answer answer_events(const answering&) {
  page_answer x;
  x.type = "text/event-stream; charset=utf-8";
  x.is_stream = true;
  return x;
}

struct route {
  std::string_view path;
  page_answer (*answer)(const answering&);
};

constexpr std::array<route, 8> routes{{
  {"/", answer_html},
  {"/metrics", answer_metrics},
  {"/healthz", answer_health},
  {"/readyz", answer_ready},
  {"/status.json", answer_status},
  {"/days.json", answer_days},
  {"/history.json", answer_history},
  {"/events", answer_events},
}};

page_answer choose(const page_request& request, const page_site& site,
                   const page_view& view, page_clock::time_point now) {
  if (site.only_local_names && !is_local_name(request.host))
    return of_text(421, "this address serves its own host only; ask for "
                        "localhost or 127.0.0.1");
  if (request.method != "GET" && request.method != "HEAD") {
    auto x = of_text(405, "read-only: GET and HEAD");
    x.headers.emplace_back("Allow", "GET, HEAD");
    return x;
  }
  const std::string_view target = request.target;
  const auto path = target.substr(0, target.find('?'));
  const auto query = path.size() < target.size()
                       ? target.substr(path.size() + 1)
                       : std::string_view{};
  for (const auto& each : routes)
    if (each.path == path)
      return each.answer({request, site, view, now, query});
  return of_text(404, "nothing here; there are / /status.json /days.json "
                      "/history.json /events /metrics /healthz /readyz");
}

std::string hash_of(const std::string& text) {
  Poco::SHA2Engine sha{Poco::SHA2Engine::SHA_256};
  sha.update(text);
  const auto& digest = sha.digest();
  std::ostringstream out;
  Poco::Base64Encoder encoder{out};
  encoder.rdbuf()->setLineLength(0);
  encoder.write(reinterpret_cast<const char*>(digest.data()),
                static_cast<std::streamsize>(digest.size()));
  encoder.close();
  return "'sha256-" + out.str() + "'";
}

// Puts `text` in the place of `mark`.
void put_in(std::string& html, std::string_view mark, const std::string& text) {
  if (const auto at = html.find(mark); at != std::string::npos)
    html.replace(at, mark.size(), text);
}

} // namespace

page_answer answer_page(const page_request& request, const page_site& site,
                        const page_view& view, page_clock::time_point now) {
  auto x = choose(request, site, view, now);
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{
         {"Cache-Control", "no-store"},
         {"Content-Security-Policy", site.csp.c_str()},
         {"Cross-Origin-Opener-Policy", "same-origin"},
         {"Cross-Origin-Resource-Policy", "same-origin"},
         {"Referrer-Policy", "no-referrer"},
         {"X-Content-Type-Options", "nosniff"},
         {"X-Frame-Options", "DENY"}})
    x.headers.emplace_back(name, value);
  return x;
}

bool is_local_name(const std::string& host) {
  std::string_view name = host;
  if (name.starts_with('['))
    name = name.substr(0, name.find(']') + 1);
  else
    name = name.substr(0, name.rfind(':'));
  const auto port = std::string_view{host}.substr(name.size());
  if (!port.empty()
      && (port.size() < 2 || port[0] != ':'
          || !std::all_of(port.begin() + 1, port.end(), [](unsigned char c) {
               return std::isdigit(c) != 0;
             })))
    return false;
  std::string lower{name};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) {
                   return static_cast<char>(std::tolower(c));
                 });
  if (lower == "localhost" || lower == "[::1]")
    return true;
  // Digits and dots alone cannot be a name that somebody else points here.
  return lower.starts_with("127.")
         && lower.find_first_not_of("0123456789.") == std::string::npos;
}

std::string policy_of(const std::string& style, const std::string& script) {
  return "default-src 'none'; style-src " + hash_of(style) + "; script-src "
         + hash_of(script)
         + "; connect-src 'self'; img-src data:; base-uri 'none'; "
           "form-action 'none'; frame-ancestors 'none'";
}

page_site make_page_site(const std::string& html, const std::string& style,
                         const std::string& script, const std::string& epoch,
                         bool only_local_names) {
  page_site site;
  site.html = html;
  put_in(site.html, "page.css", style);
  put_in(site.html, "page.js", script);
  site.csp = policy_of(style, script);
  site.epoch = epoch;
  site.only_local_names = only_local_names;
  return site;
}

} // namespace racefill
