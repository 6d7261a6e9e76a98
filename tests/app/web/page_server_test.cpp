#include "app/web/page_server.hpp"

#include <stdexcept>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include "tests/app/web/web_world.hpp"

using namespace racefill;
using namespace racefill::test;
using namespace std::string_literals;
using Poco::Net::StreamSocket;

namespace {

class page_server_test : public testing::Test {
protected:
  page_server_test() {
    board->put(busy_snapshot(), page_clock::now(), 1'000);
  }

  void serve() {
    server = std::make_unique<page_server>(settings, plain_site(), board);
  }

  StreamSocket connect() const {
    StreamSocket x{Poco::Net::SocketAddress("127.0.0.1", server->port())};
    x.setReceiveTimeout(Poco::Timespan(30, 0));
    return x;
  }

  StreamSocket send(const std::string& text) const {
    auto x = connect();
    x.sendBytes(text.data(), static_cast<int>(text.size()));
    return x;
  }

  StreamSocket ask(const std::string& line) const {
    return send(line + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  // Until the server ends the connection, or `stop` has come.
  static std::string read(StreamSocket x, const std::string& stop = "") {
    std::string text;
    char buffer[4096];
    try {
      while (stop.empty() || text.find(stop) == std::string::npos) {
        const int n = x.receiveBytes(buffer, sizeof buffer);
        if (n <= 0)
          break;
        text.append(buffer, static_cast<std::size_t>(n));
      }
    } catch (const Poco::TimeoutException&) {
      ADD_FAILURE() << "the server neither sends nor ends";
    } catch (const Poco::Exception&) {
      text += "(reset)";
    }
    return text;
  }

  std::shared_ptr<page_board> board
    = std::make_shared<page_board>(page_clock::now());
  page_server_settings settings;
  std::unique_ptr<page_server> server;
};

} // namespace

TEST_F(page_server_test, answers_one_request_a_connection) {
  serve();
  const auto text = read(
    send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive"
         "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK\r\n")) << text;
  EXPECT_EQ(text.find("HTTP/1.1", 10), std::string::npos) << text;
  EXPECT_NE(text.find("\"ready\":true"), std::string::npos) << text;
}

TEST_F(page_server_test, sends_the_head_alone_for_head) {
  serve();
  for (const auto* path : {"/", "/events", "/metrics", "/nothing"}) {
    const auto text = read(ask(std::string{"HEAD "} + path));
    EXPECT_TRUE(text.ends_with("\r\n\r\n")) << text;
    EXPECT_NE(text.find("nosniff"), std::string::npos);
  }
}

TEST_F(page_server_test, lets_so_many_watch_and_no_more) {
  settings.viewers_max = 1;
  serve();
  auto first = ask("GET /events");
  EXPECT_NE(read(first, "event: health").find("event: status"),
            std::string::npos);
  const auto second = read(ask("GET /events"));
  EXPECT_TRUE(second.starts_with("HTTP/1.1 503 ")) << second;
  EXPECT_NE(second.find("Retry-After: 30"), std::string::npos);
  EXPECT_NE(read(ask("GET /healthz")).find(" 200 OK"), std::string::npos)
    << "a short request finds a thread";
}

TEST_F(page_server_test, cuts_those_who_do_not_bring_a_whole_request) {
  settings.head_within = std::chrono::milliseconds(300);
  serve();
  EXPECT_EQ(read(connect()).find("200"), std::string::npos);
  EXPECT_EQ(read(send("GET / HTTP/1.1\r\nHos")).find("200"), std::string::npos);
  EXPECT_NE(read(ask("GET /healthz")).find(" 200 OK"), std::string::npos);
}

TEST_F(page_server_test, cuts_a_dripper_whatever_it_sends) {
  settings.head_within = std::chrono::milliseconds(500);
  serve();
  auto x = send("GET / HTTP/1.1\r\n");
  x.setReceiveTimeout(Poco::Timespan(0, 100'000)); // Between two drips.
  bool is_cut = false;
  for (int drips = 0; drips < 300 && !is_cut; ++drips) {
    try {
      x.sendBytes("x", 1);
      char buffer[64];
      is_cut = x.receiveBytes(buffer, sizeof buffer) == 0;
    } catch (const Poco::TimeoutException&) {
      // Not yet.
    } catch (const Poco::Exception&) {
      is_cut = true;
    }
  }
  EXPECT_TRUE(is_cut);
}

TEST_F(page_server_test, cuts_a_viewer_that_takes_nothing) {
  settings.viewers_max = 1;
  settings.answer_within = std::chrono::milliseconds(300);
  serve();
  auto stopped = ask("GET /events");
  read(stopped, "event: health");
  auto big = busy_snapshot();
  big.run.last_errors.assign(20, {"t", "k", std::string(500'000, 'x')});
  bool has_seat = false;
  for (int i = 0; i < 100 && !has_seat; ++i) {
    board->put(big, page_clock::now(), i * 1'000);
    auto next = ask("GET /events");
    has_seat = read(next, "\r\n\r\n").starts_with("HTTP/1.1 200");
    if (!has_seat)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_TRUE(has_seat);
}

TEST_F(page_server_test, outlives_garbage) {
  serve();
  for (const auto& text :
       {std::string(3, '\0'), std::string("\r\n\r\n"),
        std::string(100'000, 'x'), std::string("GET "),
        "GET /" + std::string(100'000, 'a') + " HTTP/1.1",
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    "99999999999\r\n\r\n"),
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s}) {
    try {
      auto x = send(text);
      x.shutdownSend();
      read(x);
    } catch (const Poco::Exception&) {
      // It may have been thrown out before it was through.
    }
  }
  EXPECT_NE(read(ask("GET /healthz")).find(" 200 OK"), std::string::npos);
}

TEST_F(page_server_test, turns_away_connections_beyond_its_bound) {
  settings.connections_max = 4;
  serve();
  std::vector<StreamSocket> idle;
  for (int i = 0; i < 12; ++i)
    idle.push_back(connect());
  // The last ones are closed at once, not after head_within.
  idle.back().setReceiveTimeout(Poco::Timespan(5, 0));
  EXPECT_EQ(read(idle.back()).find("200"), std::string::npos);
}

TEST_F(page_server_test, ends_at_once_with_viewers_and_idlers) {
  serve();
  auto viewer = ask("GET /events");
  read(viewer, "event: health");
  auto idler = connect();
  server.reset();
  read(viewer); // To its end.
  read(idler);
}

TEST_F(page_server_test, ends_soon_whatever_its_threads_do) {
  for (int i = 0; i < 12; ++i) {
    serve();
    for (int j = 0; j < 8; ++j)
      read(ask("HEAD /"));
    const auto began = page_clock::now();
    server.reset();
    EXPECT_LT(page_clock::now() - began, std::chrono::seconds(8));
    board = std::make_shared<page_board>(page_clock::now());
  }
}

TEST_F(page_server_test, says_which_address_cannot_be_had) {
  serve();
  settings.port = server->port();
  try {
    page_server second{settings, plain_site(), board};
    ADD_FAILURE() << "two servers on one port";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(
      std::string{e.what()}.find("127.0.0.1:" + std::to_string(settings.port)),
      std::string::npos)
      << e.what();
  }
}

TEST(page_server_address_test, knows_its_own_host) {
  EXPECT_TRUE(page_server::is_loopback("127.0.0.1"));
  EXPECT_TRUE(page_server::is_loopback("127.9.9.9"));
  EXPECT_TRUE(page_server::is_loopback("::1"));
  EXPECT_TRUE(page_server::is_loopback("localhost"));
  EXPECT_FALSE(page_server::is_loopback("0.0.0.0"));
  EXPECT_FALSE(page_server::is_loopback("192.0.2.1"));
}
