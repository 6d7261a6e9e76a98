/// Time limits and the name shown to the server, direct and through a pooler.
#include "tests/infra/store/store_fixture.hpp"

namespace racefill {
namespace {

class postgres_limits : public testing::TestWithParam<place> {};

TEST_P(postgres_limits, hold_inside_a_transaction_and_end_with_it) {
  const test_database database{GetParam()};
  auto settings = database.settings();
  settings.statement_timeout_ms = 12'345;
  settings.lock_timeout_ms = 2'345;
  settings.application_name = "racefill of a test";
  const auto session = open_session(settings);
  ASSERT_TRUE(session) << describe(session.error());
  const auto shown = [](sql_session& from, const char* name) {
    return from.query(std::string{"SHOW "} + name)[0][0].value_or("");
  };
  for (const auto mode : {access_mode::read, access_mode::write}) {
    transaction guard{**session, mode};
    EXPECT_EQ(shown(**session, "statement_timeout"), "12345ms");
    EXPECT_EQ(shown(**session, "lock_timeout"), "2345ms");
    EXPECT_EQ(shown(**session, "application_name"), "racefill of a test");
    EXPECT_EQ(shown(**session, "transaction_read_only"),
              mode == access_mode::read ? "on" : "off");
    guard.commit();
  }
  {
    transaction guard{**session, access_mode::migrate};
    EXPECT_EQ(shown(**session, "statement_timeout"), "0");
    EXPECT_EQ(shown(**session, "lock_timeout"), "2345ms");
  }
  // Whoever gets the pooler's connection next finds it as it was.
  EXPECT_EQ(shown(**session, "statement_timeout"), "0");
  EXPECT_EQ(shown(**session, "lock_timeout"), "0");
}

INSTANTIATE_TEST_SUITE_P(on, postgres_limits,
                         testing::Values(place::postgres, place::pooler),
                         name_of);

} // namespace
} // namespace racefill
