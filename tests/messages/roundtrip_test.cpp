#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/deep_to_string.hpp>
#include <gtest/gtest.h>

#include "messages/monitor.hpp"

namespace racefill::test {
namespace {

struct roundtrip_test : ::testing::Test {
  struct config : caf::actor_system_config {
    config() {
      add_message_types<caf::id_block::racefill>();
      add_message_types<caf::id_block::racefill_handles>();
      add_message_types<caf::id_block::racefill_monitor>();
    }
  };

  // Writes, reads back, and compares by the full text of all fields.
  template <class T>
  void check(const T& original) {
    std::vector<char> wire;
    caf::binary_serializer sink{sys, wire};
    ASSERT_FALSE(sink(const_cast<T&>(original)));
    T copy;
    caf::binary_deserializer source{sys, wire};
    ASSERT_FALSE(source(copy));
    EXPECT_EQ(caf::deep_to_string(original), caf::deep_to_string(copy));
    EXPECT_NE(caf::deep_to_string(original), caf::deep_to_string(T{}));
  }

  config cfg;
  caf::actor_system sys{cfg};
};

race_row some_race() {
  race_row x;
  x.race_id = "rac_1";
  x.race_date = *parse_date("2024-02-29");
  x.distance_f = 16.5;
  x.distance_y = 3629;
  x.prize = "\xC2\xA3"
            "4,193";
  x.is_abandoned = true;
  x.betting_forecast = "last field";
  return x;
}

runner_row some_runner() {
  runner_row x;
  x.race_id = "rac_1";
  x.horse_id = "hrs_1";
  x.number = 7;
  x.past_results_flags = {"BF", "C"};
  x.odds = "[]";
  return x;
}

TEST_F(roundtrip_test, rows_survive_the_wire) {
  check(some_race());
  check(some_runner());
  horse_row horse;
  horse.horse_id = "hrs_1";
  horse.source = row_source::profile;
  horse.as_of = date{7};
  check(horse);
  pedigree_row pedigree;
  pedigree.breeder = "Someone";
  pedigree.as_of = date{8};
  check(pedigree);
  check(entity_row{"jky_1", "A Name", "", date{9}});
  check(course_row{"crs_1", "Place", "gb", "Great Britain", row_source::profile,
                   date{1}});
  check(bookmaker_row{"slug", "Name", "online", false});
  check(quarantine_row{"racecards", "2024-01-01", "ra_horses", "hrs_1", "dob",
                       "no such day", "2024-02-30"});
}

TEST_F(roundtrip_test, units_and_receipts_survive_the_wire) {
  day_unit day;
  day.day = date{19'000};
  day.state = day_state::done;
  day.races = {some_race()};
  day.runners = {some_runner(), some_runner()};
  day.new_horses = {"hrs_1"};
  check(day);
  horse_unit horse;
  horse.horse_id = "hrs_1";
  horse.state = horse_state::not_found;
  horse.horses.emplace_back();
  check(horse);
  write_batch batch;
  batch.days = {day};
  batch.horses = {horse};
  batch.not_offered = {date{1}, date{2}};
  check(batch);
  write_receipt receipt;
  receipt.days.emplace_back();
  receipt.tables = {{"ra_horses", 3, 2}};
  check(receipt);
  check(day_pages{{date{5}, true, false, {}}, 2, {"{}", "[]"}, "503, 200"});
  const horse_fact fact{"hrs_1", date{7}, "sir_1", "dam_1"};
  check(day_sample{date{5},
                   day_state::done,
                   true,
                   "status 422",
                   "why",
                   1,
                   2,
                   9,
                   1,
                   1,
                   {{"dob", 9, 8}},
                   {fact}});
  check(profile_sample{fact, {{"dob", 1, 1}}, "status 422", "why", true});
}

TEST_F(roundtrip_test, calls_and_reports_survive_the_wire) {
  check(permit{5, true});
  check(permit_request{call_kind::horse, 3, 1000});
  check(call_event{5, call_step::closed, 77, 429, 1000, fault::none});
  check(api_request{call_kind::horse, "/v1/horses/hrs_1/pro", 30'000});
  check(api_reply{200, "application/json", -1, 12, 34, "to", "{}"});
  snapshot shot;
  shot.host = "here";
  shot.run.tables = {{"ra_horses", 3, 2}};
  shot.taken_at = "2026-01-01T00:00:00Z";
  shot.gate.statuses = {{"200", 5}};
  shot.run.last_errors = {{"t", "2015-01-01", "why"}};
  shot.stages = {{"db_writer", 1, 2}};
  shot.children = {{"gatekeeper", true, 1, "boom"}};
  check(shot);
  monitor_view view;
  view.now = shot;
  view.calendar_start = date{7};
  view.calendar = "dfp";
  check(view);
  check(steer_order{steer_verb::set, "key", "value", {date{3}}});
  checkpoint_image image;
  image.processed_dates = {date{3}};
  image.order = "newest-first";
  check(image);
  gate_limits limits;
  limits.mode = gate_mode::ack;
  check(limits);
  check(writer_limits{100, 50});
}

TEST(faults_test, says_what_may_be_tried_again) {
  EXPECT_TRUE(is_transient(fault::server_error));
  EXPECT_TRUE(is_transient(fault::absent));
  EXPECT_FALSE(is_transient(fault::unauthorized));
  EXPECT_FALSE(is_transient(fault::stopping));
  EXPECT_TRUE(is_transient(caf::make_error(fault::store_busy)));
  // A dead neighbour's code comes from CAF: hold the work, try again.
  EXPECT_EQ(fault_of(caf::make_error(caf::sec::request_receiver_down)),
            fault::absent);
  EXPECT_EQ(fault_of(caf::error{}), fault::none);
}

TEST(faults_test, describes_an_error_with_its_context) {
  EXPECT_EQ(describe(caf::make_error(fault::server_error,
                                     std::string{"racecards 2015-01-03"})),
            "server_error: racecards 2015-01-03");
}

TEST(faults_test, tells_a_reply_by_status_and_content_type) {
  auto code = [](int status, const char* type) {
    api_reply reply;
    reply.status = status;
    reply.content_type = type;
    return fault_of(reply);
  };
  const auto* json = "application/json; charset=utf-8";
  EXPECT_EQ(code(200, json), fault::none);
  EXPECT_EQ(code(401, json), fault::unauthorized);
  EXPECT_EQ(code(404, json), fault::not_found);
  EXPECT_EQ(code(404, "text/html"), fault::blocked);
  EXPECT_EQ(code(403, "text/html"), fault::blocked);
  EXPECT_EQ(code(403, json), fault::blocked); // The edge speaks JSON too.
  EXPECT_EQ(code(409, json), fault::http_status);
  EXPECT_EQ(code(422, json), fault::invalid_request);
  EXPECT_EQ(code(429, "text/html"), fault::rate_limited);
  EXPECT_EQ(code(503, "text/html"), fault::server_error);
  EXPECT_EQ(code(301, "text/html"), fault::redirected);
}

} // namespace
} // namespace racefill::test
