/// SIGHUP and the service: no change of the conf file is missed.
#include <csignal>

#include "app/process/signals.hpp"
#include "app/rounds/host.hpp"
#include "tests/app/config/scratch_folder.hpp"

namespace racefill::test {
namespace {

using std::chrono::milliseconds;

class reload_test : public scratch_folder {
protected:
  void SetUp() override {
    scratch_folder::SetUp();
    block_signals(); // Before the service has threads.
    context_.call.config_file = set_fetchers(2);
    context_.conf = *load_settings(sources_of(context_.call, context_.env));
    host = std::make_unique<service>(context_, service_parts{}, service_ears{});
  }

  void TearDown() override {
    host.reset();
    scratch_folder::TearDown();
  }

  std::string set_fetchers(int count) {
    return write("racefill.conf", "concurrency.racecard_fetchers = "
                                    + std::to_string(count) + "\n");
  }

  int fetchers() const {
    return host->context().conf.concurrency.racecard_fetchers;
  }

  bool gets(int count) {
    for (int i = 0; i < 500 && fetchers() != count; ++i)
      host->pulse(milliseconds(20));
    return fetchers() == count;
  }

  command_context context_;
  std::unique_ptr<service> host;
};

TEST_F(reload_test, a_signal_has_the_conf_read_anew) {
  set_fetchers(8);
  std::raise(SIGHUP);
  EXPECT_TRUE(gets(8));
}

TEST_F(reload_test, a_signal_while_a_reload_is_under_way_is_not_lost) {
  for (int round = 0; round < 20; ++round) {
    set_fetchers(8);
    std::raise(SIGHUP);
    while (fetchers() != 8) // Read, but its end is not yet heard of.
      host->pulse(milliseconds(0));
    set_fetchers(1);
    std::raise(SIGHUP);
    ASSERT_TRUE(gets(1)) << "in round " << round;
  }
}

} // namespace
} // namespace racefill::test
