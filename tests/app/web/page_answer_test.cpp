#include "app/web/page_answer.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "tests/app/web/web_world.hpp"

using namespace racefill;
using namespace racefill::test;

namespace {

class page_answer_test : public testing::Test {
protected:
  void put(const snapshot& x, int second = 0) {
    board.put(x, at_second(second), 1'000);
  }

  page_answer ask(const std::string& target, const std::string& method = "GET",
                  const std::string& host = "127.0.0.1:8080",
                  int second = 1) const {
    return answer_page({method, target, host}, site, *board.look(),
                       at_second(second));
  }

  static std::string header(const page_answer& x, const std::string& name) {
    for (const auto& each : x.headers)
      if (each.first == name)
        return each.second;
    return "";
  }

  page_board board{at_second(0)};
  page_site site = plain_site();
};

simdjson::dom::element parsed(simdjson::dom::parser& parser,
                              const std::string& text) {
  return parser.parse(text);
}

} // namespace

TEST_F(page_answer_test, puts_style_and_script_into_one_page) {
  const auto x = ask("/");
  EXPECT_EQ(x.status, 200);
  EXPECT_EQ(x.type, "text/html; charset=utf-8");
  EXPECT_EQ(x.body, "<style>a{}</style><script>run()</script>");
}

TEST_F(page_answer_test, allows_nothing_but_its_own_style_and_script) {
  const auto policy = header(ask("/"), "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("http"), std::string::npos);
  // printf 'run()' | openssl dgst -sha256 -binary | base64
  EXPECT_NE(policy.find(
              "script-src "
              "'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='"),
            std::string::npos)
    << policy;
}

TEST_F(page_answer_test, puts_the_security_headers_on_every_answer) {
  put(busy_snapshot());
  for (const auto& [target, method, host] :
       std::vector<std::array<std::string, 3>>{{"/", "GET", "localhost"},
                                               {"/metrics", "HEAD",
                                                "localhost"},
                                               {"/events", "GET", "localhost"},
                                               {"/nothing", "GET", "localhost"},
                                               {"/", "POST", "localhost"},
                                               {"/", "GET", "evil.example"}}) {
    const auto x = ask(target, method, host);
    EXPECT_EQ(header(x, "X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(header(x, "Referrer-Policy"), "no-referrer") << target;
    EXPECT_EQ(header(x, "X-Frame-Options"), "DENY") << target;
    EXPECT_EQ(header(x, "Cache-Control"), "no-store") << target;
    EXPECT_NE(header(x, "Content-Security-Policy"), "") << target;
  }
}

TEST_F(page_answer_test, reads_only) {
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get",
                             "PATCH", "CONNECT", ""}) {
    const auto x = ask("/", method);
    EXPECT_EQ(x.status, 405) << method;
    EXPECT_EQ(header(x, "Allow"), "GET, HEAD");
  }
  EXPECT_EQ(ask("/", "HEAD").status, 200);
}

TEST_F(page_answer_test, serves_its_own_host_only) {
  for (const auto* host :
       {"localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8080",
        "127.1.2.3:1", "[::1]", "[::1]:8080"})
    EXPECT_EQ(ask("/", "GET", host).status, 200) << host;
  for (const auto* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
        "evil.example:8080", "127.0.0.1:80:80", "127.0.0.1:", "127.0.0.1:x",
        "[::1", "[::2]", "[::1]evil", "localhost evil"})
    EXPECT_EQ(ask("/", "GET", host).status, 421) << host;
  site.only_local_names = false;
  EXPECT_EQ(ask("/", "GET", "proxy.example").status, 200);
}

TEST_F(page_answer_test, knows_its_paths_and_no_other) {
  put(busy_snapshot());
  for (const auto* path :
       {"/", "/metrics", "/healthz", "/readyz", "/status.json", "/days.json",
        "/history.json", "/events", "/?x=1", "/status.json?pretty"})
    EXPECT_EQ(ask(path).status, 200) << path;
  for (const auto* path :
       {"", "/index.html", "/Metrics", "//", "/../etc/passwd", "/%2e%2e",
        "/metrics/", "http://127.0.0.1/", "*"})
    EXPECT_EQ(ask(path).status, 404) << path;
  EXPECT_TRUE(ask("/events").is_stream);
  EXPECT_EQ(ask("/events").type, "text/event-stream; charset=utf-8");
}

TEST_F(page_answer_test, has_no_status_before_the_first_snapshot) {
  const auto x = ask("/status.json");
  EXPECT_EQ(x.status, 503);
  EXPECT_EQ(header(x, "Retry-After"), "1");
  put(busy_snapshot());
  EXPECT_EQ(ask("/status.json").status, 200);
}

TEST_F(page_answer_test, tells_only_the_days_that_changed_since) {
  put(busy_snapshot());
  auto days = three_days();
  board.put_days(days);
  days[2].state = day_state::done;
  board.put_days(days);
  board.put_days(days); // No change, no version.
  simdjson::dom::parser parser;
  const auto count = [&](const std::string& target) {
    return parsed(parser, ask(target).body)["days"].get_array().size();
  };
  EXPECT_EQ(count("/days.json"), 3u);
  EXPECT_EQ(count("/days.json?since=1"), 1u);
  EXPECT_EQ(count("/days.json?x=1&since=2"), 0u);
  EXPECT_EQ(count("/days.json?since=nonsense"), 3u);
  EXPECT_EQ(count("/days.json?since=99999999999999999999999"), 3u);
  EXPECT_EQ(count("/days.json?since=-1"), 3u);
  const auto all = parsed(parser, ask("/days.json").body);
  EXPECT_EQ(all["version"].get_uint64().value(), 2u);
  EXPECT_EQ(all["epoch"].get_string().value(), "epoch");
  EXPECT_EQ(all["start"].get_string().value(), "2024-03-01");
}

TEST_F(page_answer_test, keeps_hostile_text_inside_its_strings) {
  auto x = busy_snapshot();
  const std::string hostile
    = "</script><script>alert(1)</script>\n\ndata: x\r\"\\ \xff\x01";
  x.run.last_errors = {{"t", hostile, hostile}};
  x.children = {{hostile, true, 1, hostile}};
  x.stages = {{hostile, 1, 1}};
  x.gate.statuses = {{hostile, 1}};
  put(x);
  auto days = three_days();
  days[1].error = hostile;
  board.put_days(days);
  const std::string kept
    = "</script><script>alert(1)</script>\n\ndata: x\r\"\\ \xef\xbf\xbd\x01";
  simdjson::dom::parser parser;
  const auto status = parsed(parser, ask("/status.json").body);
  EXPECT_EQ(status["run"]["last_errors"].at(0)["error"].get_string().value(),
            kept);
  const auto all = parsed(parser, ask("/days.json").body);
  EXPECT_EQ(all["days"].at(1)["error"].get_string().value(), kept);
  // A label's value ends at a quotation mark, a line of metrics at its end.
  const auto metrics = ask("/metrics").body;
  EXPECT_NE(metrics.find("actor=\"</script><script>alert(1)</script>\\n\\n"),
            std::string::npos)
    << metrics;
  EXPECT_EQ(metrics.find("\ndata: x"), std::string::npos);
}

TEST_F(page_answer_test, says_whether_it_lives_and_can_work) {
  EXPECT_EQ(ask("/healthz").status, 200) << "a start takes its time";
  EXPECT_EQ(ask("/readyz").status, 503);
  put(busy_snapshot(), 10);
  EXPECT_EQ(ask("/healthz", "GET", "localhost", 20).status, 200);
  EXPECT_EQ(ask("/readyz", "GET", "localhost", 20).status, 200);
  EXPECT_EQ(ask("/healthz", "GET", "localhost", 26).status, 503);
  EXPECT_EQ(ask("/readyz", "GET", "localhost", 26).status, 503);
  board.put_answer(at_second(30)); // The desk lives, the reporter does not.
  EXPECT_EQ(ask("/healthz", "GET", "localhost", 31).status, 200);
  EXPECT_EQ(ask("/readyz", "GET", "localhost", 31).status, 503);
}

TEST_F(page_answer_test, is_not_ready_while_no_request_can_go) {
  const auto ready_with = [&](auto change) {
    auto x = busy_snapshot();
    change(x);
    put(x);
    return ask("/readyz").status;
  };
  EXPECT_EQ(ready_with([](snapshot&) {}), 200);
  EXPECT_EQ(ready_with([](snapshot& x) { x.gate.paused = true; }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.gate.breaker = "open"; }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.gate.breaker = "probing"; }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.run.run_id.clear(); }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.phase = "draining"; }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.children[0].alive = false; }), 503);
  EXPECT_EQ(ready_with([](snapshot& x) { x.children[1].alive = false; }), 200)
    << "one enricher of many";
}
