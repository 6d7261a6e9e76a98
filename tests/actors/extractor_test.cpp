#include "actors/extractor.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

using namespace std::chrono_literals;

class extractor_test : public neighbours_fixture {
protected:
  void start() {
    settings.api = std::make_shared<fake_provider>();
    extractor = track(spawn_extractor(sys, settings));
    cache_handle = track(cache.spawn(sys));
    writer_handle = track(writer.spawn(sys));
    tell(extractor, meet_atom_v, cache_handle);
    tell(extractor, meet_atom_v, writer_handle);
  }

  auto put(const std::string& body) {
    day_pages pages;
    pages.task.day = day(2024, 1, 1);
    pages.bodies = {body};
    return ask<day_receipt>(extractor, put_atom_v, pages);
  }

  extractor_settings settings;
  cache_double cache;
  writer_double writer;
  horse_cache_actor cache_handle;
  db_writer_actor writer_handle;
  extractor_actor extractor;
};

TEST_F(extractor_test, writes_a_day_with_the_horses_the_cache_does_not_know) {
  cache.known = {"h1"};
  start();
  const auto receipt = put("card 1 r1:h1,h2");
  EXPECT_TRUE(receipt->ok());
  ASSERT_EQ(writer.day_units.size(), 1u);
  EXPECT_EQ(writer.day_units[0].new_horses, std::vector<std::string>{"h2"});
  EXPECT_EQ(writer.day_units[0].runners.size(), 2u);
}

TEST_F(extractor_test, asks_nobody_about_a_day_without_horses) {
  start();
  EXPECT_TRUE(put("card 0")->ok());
  EXPECT_TRUE(cache.looked_up.empty());
  EXPECT_EQ(writer.day_units.at(0).state, day_state::empty);
}

TEST_F(extractor_test, passes_a_parked_day_on) {
  start();
  day_unit unit;
  unit.day = day(2024, 1, 1);
  unit.state = day_state::failed;
  const auto receipt = ask<day_receipt>(extractor, put_atom_v, unit);
  EXPECT_TRUE(receipt->ok());
  EXPECT_EQ(receipt->value.state, day_state::failed);
}

TEST_F(extractor_test, refuses_bodies_it_cannot_read) {
  start();
  EXPECT_EQ(put("garbage")->refusal, fault::broken_body);
  EXPECT_EQ(put("shape")->refusal, fault::bad_shape);
  EXPECT_EQ(stage(extractor).backlog, 0);
}

TEST_F(extractor_test, refuses_days_beyond_the_bound) {
  settings.days_max = 2;
  writer.days.hold = true;
  start();
  put("card 0");
  put("card 0");
  EXPECT_EQ(put("card 0")->refusal, fault::queue_full);
  EXPECT_EQ(ask<day_receipt>(extractor, put_atom_v, day_unit{})->refusal,
            fault::queue_full);
  EXPECT_EQ(stage(extractor).credit, 0);
}

TEST_F(extractor_test, passes_a_final_fault_of_the_writer_on) {
  writer.days.faults.fail(fault::stopping);
  start();
  EXPECT_EQ(put("card 0")->refusal, fault::stopping);
  EXPECT_EQ(stage(extractor).backlog, 0);
}

TEST_F(extractor_test, holds_a_day_while_its_neighbours_restart) {
  start();
  kill(cache_handle);
  kill(writer_handle);
  const auto receipt = put("card 1 r1:h1");
  advance(1s);
  EXPECT_EQ(receipt->answers, 0);
  tell(extractor, meet_atom_v, track(cache.spawn(sys)));
  advance(1s);
  EXPECT_EQ(receipt->answers, 0);
  tell(extractor, meet_atom_v, track(writer.spawn(sys)));
  advance(1s);
  EXPECT_TRUE(receipt->ok());
}

TEST_F(extractor_test, asks_again_when_the_cache_is_slow) {
  cache.unknown.hold = true;
  start();
  const auto receipt = put("card 1 r1:h1");
  advance(settings.lookup_timeout);
  advance(settings.retry);
  EXPECT_EQ(cache.looked_up.size(), 2u);
  cache.unknown.release(); // Too late.
  cache.unknown.release();
  drain();
  EXPECT_TRUE(receipt->ok());
  EXPECT_EQ(writer.day_units.size(), 1u);
}

TEST_F(extractor_test, answers_everyone_when_it_dies) {
  writer.days.hold = true;
  cache.unknown.hold = true;
  start();
  const auto first = put("card 0");
  const auto second = put("card 1 r1:h1");
  kill(extractor);
  EXPECT_EQ(first->answers, 1);
  EXPECT_EQ(second->answers, 1);
  EXPECT_EQ(first->refusal, fault::absent);
  EXPECT_EQ(second->refusal, fault::absent);
}

} // namespace
} // namespace racefill::test
