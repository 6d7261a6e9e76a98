#include <thread>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/NetException.h>

#include "tests/app/simulator/server_fixture.hpp"

namespace racefill::sim {
namespace {

using faults = server_test;

TEST_F(faults, give_any_status_with_any_retry_after) {
  start();
  for (const auto status : {401, 404, 422, 500, 502, 503})
    EXPECT_EQ(get_with(std::to_string(status)).status(), status);
  EXPECT_TRUE(get_with("429:retry=30").has("Retry-After: 30\r\n"));
  EXPECT_TRUE(get_with("429:retry=99999999999999999999")
                .has("Retry-After: 99999999999999999999\r\n"));
  EXPECT_TRUE(get_with("429:retry=soon").has("Retry-After: soon\r\n"));
  EXPECT_TRUE(get_with("503:retry=date:30").has(" GMT\r\n"));
  EXPECT_FALSE(get_with("429").has("Retry-After"));
}

TEST_F(faults, redirect_and_block_with_pages_of_html) {
  start();
  EXPECT_EQ(get_with("redirect").status(), 302);
  EXPECT_TRUE(get_with("redirect").has("Location: http://elsewhere.invalid/"));
  EXPECT_EQ(get_with("html").status(), 200);
  const auto block = get_with("html:status=403");
  EXPECT_EQ(block.status(), 403);
  EXPECT_TRUE(block.has("Content-Type: text/html"));
}

TEST_F(faults, reset_before_and_inside_the_body) {
  start();
  const auto before = get_with("reset");
  EXPECT_TRUE(before.reset);
  EXPECT_TRUE(before.bytes.empty());
  const auto inside = get_with("reset-inside");
  EXPECT_TRUE(inside.reset);
  EXPECT_EQ(inside.status(), 200);
  EXPECT_GT(inside.body().size(), 0U);
  EXPECT_LT(static_cast<long>(inside.body().size()), inside.length());
}

TEST_F(faults, end_bodies_before_their_end) {
  start();
  const auto cut = get_with("short");
  EXPECT_TRUE(cut.closed);
  EXPECT_FALSE(cut.reset);
  EXPECT_EQ(static_cast<long>(cut.body().size()) + 1000, cut.length());
  const auto chunks = get_with("short-chunks");
  EXPECT_TRUE(chunks.closed);
  EXPECT_TRUE(chunks.has("Transfer-Encoding: chunked"));
  EXPECT_FALSE(chunks.has("\r\n0\r\n"));
}

TEST_F(faults, hang_until_the_client_leaves) {
  start();
  server_->add_fault(parse_fault("hang"));
  raw_client client{server_->port()};
  client.send("/v1/courses");
  client.socket().setReceiveTimeout(Poco::Timespan(0, 200'000));
  EXPECT_THROW(client.read(), Poco::TimeoutException);
}

TEST_F(faults, drip_a_few_bytes_a_second) {
  start();
  server_->add_fault(parse_fault("drip:bytes=100"));
  raw_client client{server_->port()};
  client.send("/v1/courses");
  char part[4096];
  int bytes = 0;
  const auto begin = monotonic_now();
  while (bytes < 20)
    bytes += client.socket().receiveBytes(part, sizeof part);
  EXPECT_LT(bytes, 200);
  EXPECT_GE(monotonic_now() - begin, std::chrono::milliseconds{100});
}

TEST_F(faults, spoil_bodies) {
  start();
  EXPECT_THROW(Poco::JSON::Parser{}.parse(get_with("garbage").body()),
               Poco::Exception);
  const auto parsed = [](const raw_reply& reply) {
    return Poco::JSON::Parser{}
      .parse(reply.body())
      .extract<Poco::JSON::Object::Ptr>();
  };
  EXPECT_FALSE(parsed(get_with("shape"))->isArray("racecards"));
  const auto whole = parsed(get(a_day));
  const auto page = parsed(get_with("empty-page", a_day));
  EXPECT_EQ(page->getArray("racecards")->size(), 0U);
  EXPECT_EQ(page->getValue<int>("total"), whole->getValue<int>("total"));
  const auto nothing = parsed(get_with("empty-day", a_day));
  EXPECT_EQ(nothing->getValue<int>("total"), 0);
  const auto runners = [&](const Poco::JSON::Object::Ptr& from) {
    return from->getArray("racecards")->getObject(0)->getArray("runners");
  };
  EXPECT_EQ(runners(parsed(get_with("halved", a_day)))->size(),
            (runners(whole)->size() + 1) / 2);
  EXPECT_TRUE(runners(parsed(get_with("extra-fields", a_day)))
                ->getObject(0)
                ->has("sectionals"));
  const auto gone = runners(parsed(get_with("null-field:name=lbs", a_day)));
  for (unsigned i = 0; i < gone->size(); ++i)
    EXPECT_TRUE(gone->getObject(i)->isNull("lbs"));
}

TEST_F(faults, close_the_listener_and_come_back_on_the_same_port) {
  start();
  const auto port = server_->port();
  server_->add_fault(parse_fault("refuse:seconds=0.3,count=1"));
  EXPECT_TRUE(get("/v1/courses").closed);
  bool refused = false;
  bool back = false;
  // Generous: the machine may be busy.
  for (int i = 0; i < 500 && !back; ++i) {
    try {
      back = raw_client{port}.get("/v1/courses/regions").status() == 200
             && refused;
    } catch (const Poco::Net::ConnectionRefusedException&) {
      refused = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_TRUE(refused);
  EXPECT_TRUE(back);
}

TEST_F(faults, lose_every_connection_of_an_outage) {
  start();
  server_->add_fault(parse_fault("outage:seconds=3600,count=1"));
  for (int i = 0; i < 3; ++i) {
    const auto reply = get("/v1/courses");
    EXPECT_TRUE(reply.closed);
    EXPECT_TRUE(reply.bytes.empty());
  }
  server_->clear_faults();
  EXPECT_EQ(get("/v1/courses").status(), 200);
}

TEST_F(faults, spare_the_requests_that_the_limit_refuses) {
  settings_.limit = {1, std::chrono::hours{1}};
  settings_.faults.push_back(parse_fault("500"));
  start();
  EXPECT_EQ(get("/v1/courses").status(), 500);
  EXPECT_EQ(get("/v1/courses").status(), 429);
}

TEST_F(faults, are_ruled_over_the_control_port) {
  start();
  const auto control = [&](const std::string& text) {
    raw_client client{server_->control_port()};
    client.socket().sendBytes(text.data(), static_cast<int>(text.size()));
    return client.read();
  };
  const auto post = [&](const std::string& rules) {
    return control("POST /sim/faults HTTP/1.1\r\nHost: sim\r\nContent-Length: "
                   + std::to_string(rules.size()) + "\r\n\r\n" + rules);
  };
  EXPECT_EQ(post("503:every=1\n").status(), 200);
  EXPECT_EQ(get("/v1/courses").status(), 503);
  EXPECT_EQ(post("500\nnonsense\n").status(), 400);
  EXPECT_TRUE(post("").has(R"(["503:every=1"])"));
  const auto cleared
    = control("DELETE /sim/faults HTTP/1.1\r\nHost: sim\r\n\r\n");
  EXPECT_EQ(cleared.status(), 200);
  EXPECT_EQ(get("/v1/courses").status(), 200);
  const auto stats = control("GET /sim/stats HTTP/1.1\r\nHost: sim\r\n\r\n");
  EXPECT_TRUE(stats.has("\"requests\":2,")) << stats.bytes;
  EXPECT_TRUE(stats.has("\"503:every=1\":1")) << stats.bytes;
}

TEST_F(faults, do_not_keep_the_server_from_stopping) {
  settings_.latency = std::chrono::minutes{5};
  start();
  raw_client slow{server_->port()};
  slow.send("/v1/courses");
  while (server_->stats().requests == 0)
    std::this_thread::yield();
  const auto begin = monotonic_now();
  server_->stop();
  EXPECT_LT(monotonic_now() - begin, std::chrono::seconds{5});
}

} // namespace
} // namespace racefill::sim
