#include "app/simulator/server.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <Poco/InflatingStream.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include "app/simulator/body.hpp"
#include "tests/app/simulator/server_fixture.hpp"

namespace racefill::sim {
namespace {

Poco::JSON::Object::Ptr object(const std::string& body) {
  return Poco::JSON::Parser{}.parse(body).extract<Poco::JSON::Object::Ptr>();
}

TEST_F(server_test, serves_a_day_with_its_envelope) {
  start();
  const auto reply = get(a_day);
  EXPECT_EQ(reply.status(), 200);
  const auto page = object(reply.body());
  const auto total = page->getValue<int>("total");
  EXPECT_GT(total, 0);
  EXPECT_EQ(page->getArray("racecards")->size(),
            static_cast<std::size_t>(total));
  EXPECT_EQ(page->getValue<int>("limit"), 500);
  EXPECT_EQ(page->getValue<int>("skip"), 0);
  EXPECT_EQ(page->getArray("query")->size(), 3U);
  for (std::size_t i = 0; i < static_cast<std::size_t>(total); ++i) {
    const auto race
      = page->getArray("racecards")->getObject(static_cast<unsigned>(i));
    EXPECT_EQ(race->getValue<std::string>("date"), "2019-04-02");
    EXPECT_GE(race->getArray("runners")->size(), 2U);
  }
}

TEST_F(server_test, pages_a_day_by_limit_and_skip) {
  options_.races_per_day = 20;
  start();
  const auto whole = object(get(a_day).body());
  const auto total = whole->getValue<unsigned>("total");
  std::string ids;
  for (unsigned skip = 0; skip < total + 7; skip += 7) {
    const auto page = object(
      get(std::string{a_day} + "&limit=7&skip=" + std::to_string(skip)).body());
    EXPECT_EQ(page->getValue<unsigned>("total"), total);
    const auto races = page->getArray("racecards");
    EXPECT_EQ(races->size(), skip >= total ? 0U : std::min(7U, total - skip));
    for (unsigned i = 0; i < races->size(); ++i)
      ids += races->getObject(i)->getValue<std::string>("race_id");
  }
  std::string all;
  for (unsigned i = 0; i < total; ++i)
    all += whole->getArray("racecards")
             ->getObject(i)
             ->getValue<std::string>("race_id");
  EXPECT_EQ(ids, all);
}

TEST_F(server_test, serves_foreign_races_only_without_the_filter) {
  options_.races_per_day = 20;
  start();
  const auto all = object(get("/v1/racecards/pro?date=2019-04-02").body());
  const auto home = object(get(a_day).body());
  EXPECT_GT(all->getValue<int>("total"), home->getValue<int>("total"));
}

TEST_F(server_test, serves_profiles_and_courses) {
  start();
  std::string id;
  const auto races = world_->day(*parse_date("2019-04-02"));
  for (const auto& x : races[0].runners)
    if (world_->profile_of(x.horse_id))
      id = x.horse_id;
  const auto pro = object(get("/v1/horses/" + id + "/pro").body());
  EXPECT_EQ(pro->size(), 14U);
  EXPECT_EQ(pro->getValue<std::string>("id"), id);
  EXPECT_EQ(object(get("/v1/horses/" + id + "/standard").body())->size(), 8U);
  const auto both = get("/v1/courses?region_codes=gb&region_codes=ire");
  EXPECT_EQ(object(both.body())->getValue<int>("total"), 101);
  EXPECT_GT(object(get("/v1/courses").body())->getValue<int>("total"), 101);
  EXPECT_TRUE(get("/v1/courses/regions").has(R"({"region":"Ireland")"));
}

TEST_F(server_test, answers_mistakes_as_the_provider_does) {
  start();
  for (const auto* unknown : {"/v1/bookmakers", "/", "/v1/horses/hrs_1/pro",
                              "/v1/horses/", "/v1/horses/x/y/z"}) {
    const auto reply = get(unknown);
    EXPECT_EQ(reply.status(), 404) << unknown;
    EXPECT_EQ(reply.body(), R"({"detail":"Not Found"})");
  }
  for (const auto* wrong : {"date=2024-02-30", "date=soon", "limit=0",
                            "limit=501", "limit=x", "skip=-1"}) {
    const auto reply = get(std::string{"/v1/racecards/pro?"} + wrong);
    EXPECT_EQ(reply.status(), 422) << wrong;
    EXPECT_TRUE(reply.has(R"({"detail":[{"loc":["query",)")) << wrong;
  }
}

TEST_F(server_test, lets_nobody_in_without_the_password) {
  settings_.answers.username = "ann";
  settings_.answers.password = "secret";
  start();
  EXPECT_EQ(get("/v1/courses").status(), 401); // demo:demo
  raw_client client{server_->port()};
  client.send("/v1/courses", "", "Basic YW5uOnNlY3JldA==");
  EXPECT_EQ(client.read().status(), 200);
}

TEST_F(server_test, packs_what_the_client_can_unpack) {
  start();
  const auto plain = get(a_day);
  const auto packed = get(a_day, "Accept-Encoding: gzip, deflate\r\n");
  EXPECT_TRUE(packed.has("Content-Encoding: gzip"));
  EXPECT_LT(packed.body().size() * 3, plain.body().size());
  std::istringstream bytes(packed.body());
  Poco::InflatingInputStream stream(bytes,
                                    Poco::InflatingStreamBuf::STREAM_GZIP);
  std::ostringstream text;
  text << stream.rdbuf();
  EXPECT_EQ(text.str(), plain.body());
}

TEST_F(server_test, keeps_the_connection_unless_told_otherwise) {
  start();
  raw_client client{server_->port()};
  for (int i = 0; i < 5; ++i) {
    const auto reply = client.get("/v1/courses/regions");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_TRUE(reply.has("Connection: keep-alive"));
  }
  client.send("/v1/courses/regions", "Connection: close\r\n");
  EXPECT_TRUE(client.read().has("Connection: close"));
  EXPECT_TRUE(client.read().closed);
}

TEST_F(server_test, refuses_the_third_arrival_in_a_window) {
  settings_.limit = {2, std::chrono::hours{1}};
  settings_.answers.retry_after = "7";
  start();
  EXPECT_EQ(get("/v1/courses").status(), 200);
  EXPECT_EQ(get("/nowhere").status(), 404);
  const auto refused = get("/v1/courses");
  EXPECT_EQ(refused.status(), 429);
  EXPECT_TRUE(refused.has("Retry-After: 7\r\n"));
  EXPECT_EQ(get("/v1/courses").status(), 429);
  const auto stats = server_->stats();
  EXPECT_EQ(stats.requests, 4U);
  EXPECT_EQ(stats.refused, 2U);
  EXPECT_EQ(stats.largest_window, 4U);
}

TEST_F(server_test, serves_many_connections_at_once) {
  settings_.latency = std::chrono::milliseconds{300};
  start();
  const auto begin = monotonic_now();
  std::vector<std::thread> clients;
  std::atomic<int> good = 0;
  for (int i = 0; i < 64; ++i)
    clients.emplace_back(
      [&] { good += get("/v1/courses/regions").status() == 200; });
  for (auto& x : clients)
    x.join();
  EXPECT_EQ(good, 64);
  EXPECT_GE(monotonic_now() - begin, std::chrono::milliseconds{300});
  // One after the other they would take 19 s.
  EXPECT_LT(monotonic_now() - begin, std::chrono::seconds{5});
}

TEST_F(server_test, answers_early_days_as_told) {
  const auto status = [&](before_history how, const char* day) {
    settings_.answers.history_start = *parse_date("2019-04-01");
    settings_.answers.earlier = how;
    start();
    const auto reply = get(std::string{"/v1/racecards/pro?date="} + day);
    if (reply.status() != 200)
      return std::to_string(reply.status());
    return std::string{reply.has("\"total\":0,") ? "empty" : "races"};
  };
  EXPECT_EQ(status(before_history::empty, "2019-03-30"), "empty");
  EXPECT_EQ(status(before_history::not_found, "2019-03-30"), "404");
  EXPECT_EQ(status(before_history::unprocessable, "2019-03-30"), "422");
  EXPECT_EQ(status(before_history::not_found, "2019-04-01"), "races");
}

TEST_F(server_test, logs_each_arrival) {
  const auto file = std::filesystem::temp_directory_path()
                    / ("arrivals." + std::to_string(::getpid()) + ".jsonl");
  settings_.arrivals_file = file.string();
  settings_.limit = {1, std::chrono::hours{1}};
  settings_.latency = std::chrono::milliseconds{5};
  start();
  get("/v1/courses?x=\"");
  get(a_day);
  std::ifstream in(file);
  std::string line;
  std::vector<Poco::JSON::Object::Ptr> lines;
  while (std::getline(in, line))
    lines.push_back(object(line));
  std::filesystem::remove(file);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]->getValue<int>("n"), 1);
  EXPECT_EQ(lines[0]->getValue<int>("status"), 200);
  EXPECT_FALSE(lines[0]->getValue<bool>("refused"));
  EXPECT_EQ(lines[1]->getValue<int>("status"), 429);
  EXPECT_TRUE(lines[1]->getValue<bool>("refused"));
  EXPECT_EQ(lines[1]->getValue<std::string>("path"), a_day);
  EXPECT_LT(lines[0]->getValue<Poco::Int64>("t_ns"),
            lines[1]->getValue<Poco::Int64>("t_ns"));
  EXPECT_GT(lines[0]->getValue<int>("port"), 0);
  EXPECT_NEAR(lines[0]->getValue<double>("latency_ms"), 5, 0.01);
}

TEST_F(server_test, survives_rubbish_on_the_wire) {
  start();
  for (const std::string& rubbish :
       {std::string{"\0\1\2\3\r\n\r\n", 8}, std::string{"GET\r\n\r\n"},
        std::string{"GET /v1/courses HTTP/1.1\r\nbroken\r\n\r\n"},
        std::string(100'000, 'x'),
        std::string{"POST /v1/courses HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET "
                    "/"}}) {
    raw_client client{server_->port()};
    try {
      client.socket().sendBytes(rubbish.data(),
                                static_cast<int>(rubbish.size()));
      client.socket().shutdownSend();
      client.read();
    } catch (const Poco::Net::NetException&) {
      // The server may well have hung up on it already.
    }
  }
  EXPECT_EQ(get("/v1/courses%zz?date=%").status(), 404);
  EXPECT_EQ(get("/v1/courses").status(), 200);
}

TEST_F(server_test, refuses_a_port_that_is_taken) {
  start();
  settings_.port = server_->port();
  EXPECT_THROW(simulator_server(settings_, world_, nullptr),
               std::runtime_error);
}

} // namespace
} // namespace racefill::sim
