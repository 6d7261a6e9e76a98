#include "actors/service_control.hpp"

#include "tests/actors/neighbours.hpp"

namespace racefill::test {
namespace {

class service_control_test : public neighbours_fixture {
protected:
  void start() {
    service_control_settings x;
    x.reload = [this]() -> caf::expected<std::string> {
      if (refuses)
        return caf::make_error(fault::bad_settings, std::string("line 3"));
      return std::string("concurrency.enrichers is 8 now");
    };
    x.set = [this](const std::string& key,
                   const std::string& value) -> caf::expected<std::string> {
      if (refuses)
        return caf::make_error(fault::bad_settings, key);
      return key + " is " + value + " now";
    };
    x.drain = [this] {
      ++drains;
      return std::string("draining");
    };
    control = track(spawn_service_control(sys, x, lane::pool));
  }

  bool refuses = false;
  int drains = 0;
  service_control_actor control;
};

TEST_F(service_control_test, answers_with_what_changed) {
  start();
  EXPECT_EQ(ask<std::string>(control, reload_atom_v)->value,
            "concurrency.enrichers is 8 now");
  EXPECT_EQ(ask<std::string>(control, set_atom_v, std::string("log.level"),
                             std::string("debug"))
              ->value,
            "log.level is debug now");
  EXPECT_EQ(ask<std::string>(control, drain_atom_v)->value, "draining");
  EXPECT_EQ(drains, 1);
}

TEST_F(service_control_test, passes_a_refusal_on_and_lives) {
  start();
  refuses = true;
  EXPECT_EQ(ask<std::string>(control, reload_atom_v)->refusal,
            fault::bad_settings);
  refuses = false;
  EXPECT_EQ(ask<std::string>(control, reload_atom_v)->refusal, fault::none);
}

} // namespace
} // namespace racefill::test
