#include "infra/http/transport.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/infra/http/script_server.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

api_request get(const std::string& target = "/v1/courses") {
  return {call_kind::courses, target, 5000};
}

// Answers each request of each connection with `answer`.
class simple_server {
public:
  explicit simple_server(std::string answer)
    : server_([this, answer = std::move(answer)](server_peer& peer, int) {
        while (!server_.next_request(peer).empty())
          peer.send(answer);
      }) {
  }

  script_server* operator->() {
    return &server_;
  }

private:
  script_server server_;
};

std::ptrdiff_t entries(const char* folder) {
  return std::distance(std::filesystem::directory_iterator{folder}, {});
}

TEST(transport_test, sends_the_request_with_its_credentials) {
  simple_server server{
    response(200, "{}", "Content-Type: application/json\r\n")};
  auto settings = server->settings();
  settings.url.prefix = "/below";
  auto transport = make_http_transport(settings);
  event_log events;
  auto reply = transport->exchange(get("/v1/x?a=1&b=2"), events);
  ASSERT_TRUE(reply) << describe(reply.error());
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->content_type, "application/json");
  EXPECT_EQ(reply->body, "{}");
  EXPECT_EQ(reply->wire_bytes, 2);
  EXPECT_EQ(reply->retry_after_ms, -1);
  const auto head = server->requests().at(0);
  EXPECT_EQ(head.rfind("GET /below/v1/x?a=1&b=2 HTTP/1.1\r\n", 0), 0u);
  EXPECT_NE(head.find("Authorization: Basic cmlkZXI6c2VzYW1l\r\n"),
            std::string::npos);
  EXPECT_NE(head.find("Host: 127.0.0.1:" + std::to_string(server->port())),
            std::string::npos);
  EXPECT_NE(head.find("User-Agent: racefill/"), std::string::npos);
  EXPECT_NE(head.find("Accept-Encoding: gzip\r\n"), std::string::npos);
}

TEST(transport_test, tells_the_events_in_order) {
  script_server server{[&](server_peer& peer, int) {
    // Long enough for the poll to see the acknowledgement before the reply.
    while (!server.next_request(peer).empty()) {
      peer.drip("HTTP/1.1 20", 5ms);
      peer.send("0 OK\r\nContent-Length: 2\r\n\r\n{}");
    }
  }};
  auto transport = make_http_transport(server.settings());
  for (int i = 0; i < 3; ++i) {
    event_log events;
    ASSERT_TRUE(transport->exchange(get(), events));
    EXPECT_EQ(events.names, (std::vector<std::string>{"sent", "acknowledged",
                                                      "replied", "closed"}));
    EXPECT_TRUE(std::is_sorted(events.times.begin(), events.times.end()));
  }
}

TEST(transport_test, uses_one_connection_for_many_exchanges) {
  simple_server server{response(200, "{}")};
  auto transport = make_http_transport(server->settings());
  for (int i = 0; i < 20; ++i) {
    event_log events;
    ASSERT_TRUE(transport->exchange(get(), events));
    EXPECT_EQ(events.order(), "sent replied closed");
  }
  EXPECT_EQ(server->connections(), 1);
  EXPECT_EQ(server->requests().size(), 20u);
}

TEST(transport_test, connects_anew_after_being_told_to_close) {
  simple_server server{response(200, "{}", "connection: Close\r\n")};
  auto transport = make_http_transport(server->settings());
  for (int i = 0; i < 3; ++i) {
    event_log events;
    ASSERT_TRUE(transport->exchange(get(), events));
  }
  EXPECT_EQ(server->connections(), 3);
}

TEST(transport_test, connects_anew_when_the_server_closed_an_idle_connection) {
  std::atomic<int> closed{0};
  script_server server{[&](server_peer& peer, int) {
    server.next_request(peer);
    peer.send(response(200, "{}"));
    peer.close();
    ++closed;
  }};
  auto transport = make_http_transport(server.settings());
  for (int i = 0; i < 5; ++i) {
    event_log events;
    auto reply = transport->exchange(get("/v1/" + std::to_string(i)), events);
    ASSERT_TRUE(reply) << describe(reply.error());
    while (closed <= i)
      std::this_thread::yield();
  }
  ASSERT_EQ(server.requests().size(), 5u);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(server.requests()[i].rfind("GET /v1/" + std::to_string(i), 0),
              0u);
}

TEST(transport_test, leaves_a_connection_that_has_idled_too_long) {
  simple_server server{response(200, "{}")};
  auto settings = server->settings();
  settings.idle_max = 0ms;
  auto transport = make_http_transport(settings);
  for (int i = 0; i < 2; ++i) {
    event_log events;
    ASSERT_TRUE(transport->exchange(get(), events));
  }
  EXPECT_EQ(server->connections(), 2);
}

TEST(transport_test, takes_any_status_as_a_reply_and_follows_no_redirect) {
  for (int status : {301, 302, 401, 404, 422, 429, 500, 503}) {
    simple_server server{
      response(status, "{}", "location: /elsewhere\r\nretry-after: 7\r\n")};
    auto transport = make_http_transport(server->settings());
    event_log events;
    auto reply = transport->exchange(get(), events);
    ASSERT_TRUE(reply) << status;
    EXPECT_EQ(reply->status, status);
    EXPECT_EQ(reply->retry_after_ms, 7000);
    EXPECT_EQ(server->requests().size(), 1u);
  }
}

TEST(transport_test, expects_no_body_after_204_and_304) {
  for (int status : {204, 304}) {
    simple_server server{"HTTP/1.1 " + std::to_string(status)
                         + " No\r\nETag: x\r\n\r\n"};
    auto transport = make_http_transport(server->settings());
    for (int i = 0; i < 2; ++i) {
      event_log events;
      auto reply = transport->exchange(get(), events);
      ASSERT_TRUE(reply) << describe(reply.error());
      EXPECT_EQ(reply->status, status);
      EXPECT_EQ(reply->body, "");
    }
    EXPECT_EQ(server->connections(), 1);
  }
}

TEST(transport_test, skips_interim_answers) {
  simple_server server{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n"
                       "Link: x\r\n\r\n"
                       + response(200, "{}")};
  auto transport = make_http_transport(server->settings());
  event_log events;
  auto reply = transport->exchange(get(), events);
  ASSERT_TRUE(reply) << describe(reply.error());
  EXPECT_EQ(reply->status, 200);
}

TEST(transport_test, reads_a_whole_packed_day) {
  std::string day;
  for (int i = 0; day.size() < 2'000'000; ++i)
    day += "{\"horse_id\":\"hrs_" + std::to_string(i * 7919) + "\"},";
  const auto packed = gzip(day);
  std::string chunked = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < packed.size(); at += 4000) {
    const auto piece = packed.substr(at, 4000);
    std::array<char, 16> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    chunked += size.data() + piece + "\r\n";
  }
  chunked += "0\r\n\r\n";
  simple_server server{chunked};
  auto transport = make_http_transport(server->settings());
  for (int i = 0; i < 2; ++i) {
    event_log events;
    auto reply = transport->exchange(get(), events);
    ASSERT_TRUE(reply) << describe(reply.error());
    EXPECT_EQ(reply->body, day);
    EXPECT_GT(reply->wire_bytes, static_cast<std::int64_t>(packed.size()));
    EXPECT_LT(reply->wire_bytes, 2'000'000);
  }
  EXPECT_EQ(server->connections(), 1);
}

TEST(transport_test, reads_a_plain_body_to_the_connections_end) {
  script_server server{[&](server_peer& peer, int) {
    server.next_request(peer);
    peer.send("HTTP/1.1 200 OK\r\n\r\n{\"a\":1}");
  }};
  auto transport = make_http_transport(server.settings());
  event_log events;
  auto reply = transport->exchange(get(), events);
  ASSERT_TRUE(reply) << describe(reply.error());
  EXPECT_EQ(reply->body, "{\"a\":1}");
}

TEST(transport_test, finds_the_loopback_by_name) {
  simple_server server{response(200, "{}")};
  auto settings = server->settings();
  settings.url.host = "localhost";
  auto transport = make_http_transport(settings);
  event_log events;
  auto reply = transport->exchange(get(), events);
  ASSERT_TRUE(reply) << describe(reply.error());
}

TEST(transport_test, leaks_nothing_in_ten_thousand_exchanges) {
  std::atomic<int> count{0};
  script_server server{[&](server_peer& peer, int number) {
    // Every other connection dies in one of three ways.
    while (!peer.read_request().empty()) {
      if (++count % 10 != 0) {
        peer.send(response(200, "{}"));
        continue;
      }
      if (number % 3 == 0)
        peer.reset();
      else if (number % 3 == 1)
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}");
      return;
    }
  }};
  auto settings = server.settings();
  settings.url.host = "localhost";
  auto transport = make_http_transport(settings);
  std::ptrdiff_t descriptors = 0;
  std::ptrdiff_t threads = 0;
  int replies = 0;
  for (int i = 0; i < 10'000; ++i) {
    event_log events;
    if (transport->exchange(get(), events))
      ++replies;
    EXPECT_TRUE(!events.has("sent") || events.has("closed"));
    if (i == 100) {
      descriptors = entries("/proc/self/fd");
      threads = entries("/proc/self/task");
    }
  }
  EXPECT_EQ(replies, 9000);
  EXPECT_LE(entries("/proc/self/fd"), descriptors + 2);
  EXPECT_LE(entries("/proc/self/task"), threads + 1);
}

} // namespace
} // namespace racefill::test
