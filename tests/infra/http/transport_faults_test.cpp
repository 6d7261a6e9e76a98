#include <gtest/gtest.h>

#include "tests/infra/http/script_server.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

// One exchange on a fresh transport, with its events.
struct trial {
  caf::expected<api_reply> reply = caf::make_error(fault::absent);
  event_log events;
  std::chrono::steady_clock::duration took{};

  explicit trial(http_settings settings, std::int64_t deadline_ms = 5000) {
    auto transport = make_http_transport(std::move(settings));
    const auto begin = std::chrono::steady_clock::now();
    reply = transport->exchange(
      {call_kind::courses, "/v1/courses", deadline_ms}, events);
    took = std::chrono::steady_clock::now() - begin;
  }

  fault code() const {
    return reply ? fault::none : fault_of(reply.error());
  }

  std::string text() const {
    return reply ? "" : describe(reply.error());
  }
};

// What comes of a server that reads a request and then acts.
trial after_request(const std::function<void(server_peer&)>& act,
                    std::int64_t deadline_ms = 5000) {
  script_server server{[&](server_peer& peer, int) {
    server.next_request(peer);
    act(peer);
  }};
  trial result{server.settings(), deadline_ms};
  EXPECT_EQ(server.requests().size(), 1u) << "repeated or never sent";
  EXPECT_EQ(result.text().find("sesame"), std::string::npos);
  EXPECT_EQ(result.text().find("cmlkZXI6c2VzYW1l"), std::string::npos);
  return result;
}

trial after_sending(const std::string& bytes) {
  return after_request([&](server_peer& peer) { peer.send(bytes); });
}

TEST(transport_faults_test, says_who_refused_the_connection) {
  http_settings settings;
  settings.url = {false, "127.0.0.1", closed_port(), ""};
  trial result{settings};
  EXPECT_EQ(result.code(), fault::unreachable);
  EXPECT_NE(
    result.text().find("127.0.0.1:" + std::to_string(settings.url.port)),
    std::string::npos);
  EXPECT_NE(result.text().find("refused"), std::string::npos);
  EXPECT_TRUE(result.events.names.empty());
}

TEST(transport_faults_test, says_which_host_is_not_there) {
  http_settings settings;
  settings.url = {false, "no-such-host.invalid", 80, ""};
  trial result{settings};
  EXPECT_EQ(result.code(), fault::unreachable);
  EXPECT_NE(result.text().find("no-such-host.invalid"), std::string::npos);
  EXPECT_TRUE(result.events.names.empty());
}

TEST(transport_faults_test, refuses_a_target_that_breaks_the_request) {
  script_server server{[](server_peer&, int) {}};
  auto transport = make_http_transport(server.settings());
  for (const char* target :
       {"", "v1", "/v1 HTTP/1.1", "/v1\r\nX: y", "/\x7f"}) {
    event_log events;
    auto reply = transport->exchange({call_kind::courses, target, 5000},
                                     events);
    ASSERT_FALSE(reply);
    EXPECT_EQ(fault_of(reply.error()), fault::invalid_request);
    EXPECT_TRUE(events.names.empty());
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(transport_faults_test, takes_a_reset_before_the_reply_as_unreachable) {
  auto result = after_request([](server_peer& peer) { peer.reset(); });
  EXPECT_EQ(result.code(), fault::unreachable) << result.text();
  EXPECT_EQ(result.events.order(), "sent closed");
}

TEST(transport_faults_test, takes_silence_and_an_end_as_unreachable) {
  auto result = after_request([](server_peer& peer) { peer.close(); });
  EXPECT_EQ(result.code(), fault::unreachable) << result.text();
  EXPECT_EQ(result.events.order(), "sent closed");
}

TEST(transport_faults_test, takes_a_reset_within_the_head_as_unreachable) {
  auto result = after_request([](server_peer& peer) {
    peer.drip("HTTP/1.1 200 OK\r\nConte", 1ms);
    peer.reset();
  });
  EXPECT_EQ(result.code(), fault::unreachable) << result.text();
  EXPECT_EQ(result.events.order(), "sent closed");
}

TEST(transport_faults_test, takes_a_reset_within_the_body_as_broken) {
  auto result = after_request([](server_peer& peer) {
    peer.drip("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 1ms);
    peer.reset();
  });
  EXPECT_EQ(result.code(), fault::broken_body) << result.text();
  EXPECT_EQ(result.events.order(), "sent replied closed");
}

TEST(transport_faults_test, takes_a_reset_of_an_uncounted_body_as_broken) {
  auto result = after_request([](server_peer& peer) {
    peer.drip("HTTP/1.1 200 OK\r\n\r\n{}", 1ms);
    peer.reset();
  });
  EXPECT_EQ(result.code(), fault::broken_body) << result.text();
}

TEST(transport_faults_test, takes_every_damaged_body_as_broken) {
  const auto packed = gzip(std::string(5000, 'x'));
  const std::string is_packed = "Content-Encoding: gzip\r\n";
  const std::string chunked
    = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const auto& answer : {
         std::string{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"},
         chunked + "4\r\nabcd\r\n",
         chunked + "4\r\nab",
         response(200, packed.substr(0, packed.size() / 2), is_packed),
         response(200, packed.substr(0, packed.size() - 1), is_packed),
         response(200, "{\"no\":\"gzip\"}", is_packed),
         response(200, "{}", "Content-Encoding: br\r\n"),
         std::string{"HTTP/1.1 200 OK\r\nContent-Length: 68000000\r\n\r\n{}"},
       }) {
    auto result = after_sending(answer);
    EXPECT_EQ(result.code(), fault::broken_body) << answer << result.text();
    EXPECT_EQ(result.events.order(), "sent replied closed");
  }
}

TEST(transport_faults_test, takes_what_is_no_http_as_broken) {
  for (const std::string answer : {"garbage\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
                                   "\x16\x03\x01\x02\x00\x01"}) {
    auto result = after_sending(answer);
    EXPECT_EQ(result.code(), fault::broken_body) << result.text();
    EXPECT_EQ(result.events.order(), "sent closed");
  }
}

TEST(transport_faults_test, takes_a_head_without_end_as_broken) {
  auto result
    = after_sending("HTTP/1.1 200 OK\r\nx: " + std::string(100'000, 'x'));
  EXPECT_EQ(result.code(), fault::broken_body) << result.text();
}

TEST(transport_faults_test, bounds_an_unpacked_body) {
  script_server server{[&](server_peer& peer, int) {
    server.next_request(peer);
    peer.send(response(200, gzip(std::string(200'000, 'x')),
                       "Content-Encoding: gzip\r\n"));
  }};
  auto settings = server.settings();
  settings.body_bytes_max = 100'000;
  EXPECT_EQ(trial{settings}.code(), fault::broken_body);
}

TEST(transport_faults_test, ends_every_wait_at_the_total_deadline) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
  const auto silent = [](server_peer& peer) { peer.hang(); };
  const auto slow_head = [&](server_peer& peer) {
    peer.drip(head + head, 20ms);
  };
  const auto slow_body = [&](server_peer& peer) {
    peer.send(head);
    peer.drip(std::string(1000, 'x'), 20ms);
  };
  const std::vector<std::function<void(server_peer&)>> servers{
    silent, slow_head, slow_body};
  for (std::size_t i = 0; i < servers.size(); ++i) {
    auto result = after_request(servers[i], 250);
    EXPECT_EQ(result.code(), fault::timed_out) << result.text();
    EXPECT_EQ(result.events.order(),
              i == 2 ? "sent replied closed" : "sent closed");
    EXPECT_TRUE(result.events.has("acknowledged"));
    EXPECT_GE(result.took, 250ms);
    EXPECT_LT(result.took, 1000ms);
  }
}

TEST(transport_faults_test, leaves_nothing_under_way_after_giving_up) {
  // -1 while unknown; a reset is what the kernel sends when it throws unsent
  // bytes away.
  std::atomic<int> was_reset{-1};
  script_server server{[&](server_peer& peer, int) {
    server.next_request(peer);
    was_reset = peer.hang() ? 1 : 0;
  }};
  trial result{server.settings(), 100};
  EXPECT_EQ(result.code(), fault::timed_out);
  while (was_reset < 0)
    std::this_thread::yield();
  EXPECT_EQ(was_reset, 1);
}

TEST(transport_faults_test, sends_nothing_after_the_deadline) {
  script_server server{[](server_peer& peer, int) { peer.hang(); }};
  trial result{server.settings(), 0};
  EXPECT_EQ(result.code(), fault::timed_out) << result.text();
  EXPECT_TRUE(result.events.names.empty());
}

TEST(transport_faults_test, exchanges_again_after_every_fault) {
  script_server server{[&](server_peer& peer, int number) {
    if (server.next_request(peer).empty())
      return;
    if (number == 0)
      peer.reset();
    else if (number == 1)
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}");
    else if (number == 2)
      peer.hang();
    else
      peer.send(response(200, "{}"));
  }};
  auto transport = make_http_transport(server.settings());
  for (auto code : {fault::unreachable, fault::broken_body, fault::timed_out}) {
    event_log events;
    auto reply = transport->exchange({call_kind::courses, "/v1", 200}, events);
    ASSERT_FALSE(reply);
    EXPECT_EQ(fault_of(reply.error()), code) << describe(reply.error());
  }
  event_log events;
  EXPECT_TRUE(transport->exchange({call_kind::courses, "/v1", 5000}, events));
  EXPECT_EQ(server.requests().size(), 4u);
}

} // namespace
} // namespace racefill::test
