#include "app/config/database_url.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace racefill {
namespace {

TEST(database_url, takes_the_password_out) {
  const auto x = split_database_url("postgresql://me:geheim@db.example:5432/"
                                    "racing?sslmode=require");
  EXPECT_EQ(x.problem, "");
  EXPECT_EQ(x.url, "postgresql://me@db.example:5432/racing?sslmode=require");
  EXPECT_EQ(x.password.reveal(), "geheim");
}

TEST(database_url, takes_the_password_out_of_the_query) {
  const auto x = split_database_url(
    "postgres://me@h/racing?sslmode=require&password=ge%26heim&x=1");
  EXPECT_EQ(x.problem, "");
  EXPECT_EQ(x.url, "postgres://me@h/racing?sslmode=require&x=1");
  EXPECT_EQ(x.password.reveal(), "ge&heim");
}

TEST(database_url, decodes_odd_characters_of_a_password) {
  const auto x
    = split_database_url("postgresql://me:p%40ss%2Fw%3Ard%25%23@h/racing");
  EXPECT_EQ(x.password.reveal(), "p@ss/w:rd%#");
  const auto colon = split_database_url("postgresql://me:a:b#c@h/racing");
  EXPECT_EQ(colon.problem, "");
  EXPECT_EQ(colon.password.reveal(), "a:b#c");
}

TEST(database_url, leaves_urls_without_password_alone) {
  for (const char* url :
       {"sqlite:racefill.db", "sqlite:/var/lib/a:b@c.db",
        "postgresql:///racing", "postgresql://h/racing",
        "postgresql://me@[::1]:5432/racing",
        "postgresql://me@a:1,b:2/racing?target_session_attrs=any",
        "postgresql://%2Fvar%2Frun/racing"}) {
    const auto x = split_database_url(url);
    EXPECT_EQ(x.problem, "") << url;
    EXPECT_EQ(x.url, url);
    EXPECT_TRUE(x.password.empty()) << url;
  }
}

TEST(database_url, refuses_what_it_cannot_take_apart_without_repeating_it) {
  for (const char* url :
       {"postgresql://me:ge/heim@h/racing", "postgresql://me:ge@heim@h/racing",
        "postgresql://me:ge?heim@h/racing", "postgresql://me:12/heim@h/racing",
        "postgresql://me:ge%zzheim@h/racing", "mysql://me:geheim@h/racing",
        "postgresql://me@h:geheim/racing", "postgresql://me@h/racing?geheim",
        "postgresql://me@h/racing?sslpassword=geheim", "geheim", "sqlite:", "",
        "postgresql://me:ge%00heim@h/racing"}) {
    const auto x = split_database_url(url);
    EXPECT_NE(x.problem, "") << url;
    EXPECT_EQ(x.url, "") << url;
    EXPECT_EQ(x.problem.find("geheim"), std::string::npos) << x.problem;
    EXPECT_EQ(x.problem.find("heim@"), std::string::npos) << x.problem;
  }
}

TEST(database_url, knows_a_password_in_any_url) {
  EXPECT_TRUE(holds_password("https://me:pw@host/"));
  EXPECT_TRUE(holds_password("postgresql://me:pw@host/db"));
  EXPECT_TRUE(holds_password("postgresql://host/db?user=a&PASSWORD=pw"));
  EXPECT_TRUE(holds_password("postgresql://me:p/w@host/db"));
  EXPECT_FALSE(holds_password("postgresql://me@host:5432/db"));
  EXPECT_FALSE(holds_password("https://host:8443/a"));
  EXPECT_FALSE(holds_password("sqlite:racefill.db"));
  EXPECT_FALSE(holds_password("postgresql://me:@host/db"));
}

TEST(secret, never_prints_itself) {
  const secret x{"geheim"};
  std::ostringstream out;
  out << x;
  EXPECT_EQ(out.str(), "***");
  EXPECT_EQ(to_string(x), "***");
  EXPECT_EQ(to_string(secret{}), "");
}

} // namespace
} // namespace racefill
