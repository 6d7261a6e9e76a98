/// What a refused connection is called, whatever the server's language.
#include "infra/sql/sql_error.hpp"

#include <gtest/gtest.h>

namespace racefill {
namespace {

constexpr auto refused = "connection to server at \"localhost\" (::1), port 1 "
                         "failed: Connection refused\n\tIs the server running "
                         "on that host?\n";

std::string second(const std::string& answer) {
  return refused
         + ("connection to server at \"localhost\" (127.0.0.1), port 1 failed: "
            + answer + "\n");
}

bool ends_with(const sql_error& err, const char* hint) {
  return err.text().ends_with(hint)
         && err.text().find('\n') == std::string::npos;
}

TEST(connect_error, tells_the_line_that_matters) {
  const auto err = postgres_connect_error(
    second("FATAL:  password authentication failed for user \"u\""));
  EXPECT_EQ(err.code(), fault::store_refused);
  EXPECT_NE(err.text().find("failed for user"), std::string::npos);
  EXPECT_EQ(err.text().find("::1"), std::string::npos) << err.text();
  EXPECT_TRUE(ends_with(err, "named in the conf")) << err.text();
}

TEST(connect_error, goes_by_the_state_where_the_words_are_unknown) {
  struct sample {
    const char* state;
    fault code;
    const char* hint;
  };
  for (const auto& x :
       {sample{"28P01", fault::store_refused, "named in the conf"},
        sample{"28000", fault::store_refused, "the user and the password"},
        sample{"3D000", fault::store_refused, "or create it"},
        sample{"42501", fault::store_refused, "for this role"},
        sample{"53300", fault::store_busy, "[53300]"},
        sample{"57P03", fault::store_down, "[57P03]"}}) {
    const auto message = second("FATAL:  Das geht nicht");
    ASSERT_TRUE(is_answer_of_server(message));
    EXPECT_EQ(postgres_connect_error(message).code(), fault::store_down);
    const auto err = postgres_connect_error(message, x.state);
    EXPECT_EQ(err.code(), x.code) << x.state;
    EXPECT_EQ(err.state(), x.state);
    EXPECT_TRUE(ends_with(err, x.hint)) << err.text();
    EXPECT_NE(err.text().find("geht nicht"), std::string::npos) << err.text();
  }
}

TEST(connect_error, counts_the_unknown_as_out_of_reach) {
  EXPECT_FALSE(is_answer_of_server(refused));
  const auto err = postgres_connect_error(refused);
  EXPECT_EQ(err.code(), fault::store_down);
  EXPECT_TRUE(ends_with(err, "that the server is up")) << err.text();
}

} // namespace
} // namespace racefill
