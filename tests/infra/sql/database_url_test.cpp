#include <gtest/gtest.h>

#include "infra/sql/store_settings.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

std::string fault_text(const char* url) {
  const auto result = parse_database_url(url);
  return result ? "no fault" : describe(result.error());
}

TEST(database_url, names_an_sqlite_file) {
  EXPECT_EQ(parse_database_url("sqlite:racefill.db")->path, "racefill.db");
  EXPECT_EQ(parse_database_url("sqlite:/var/lib/x.db")->path, "/var/lib/x.db");
  EXPECT_EQ(parse_database_url("sqlite:///var/x.db")->path, "/var/x.db");
}

TEST(database_url, names_a_postgres_database) {
  const auto url = parse_database_url(
    "postgresql://me%40home@db.example.org:6543/the%20base?sslmode=verify-full"
    "&sslrootcert=/etc/a%20b.pem");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->user, "me@home");
  EXPECT_EQ(url->host, "db.example.org");
  EXPECT_EQ(url->port, "6543");
  EXPECT_EQ(url->database, "the base");
  ASSERT_EQ(url->options.size(), 2u);
  EXPECT_EQ(url->options[1].second, "/etc/a b.pem");
  EXPECT_EQ(url->display(),
            "postgresql://me@home@db.example.org:6543/the base");
  EXPECT_EQ(parse_database_url("postgres://u@[::1]/d")->host, "::1");
  EXPECT_EQ(parse_database_url("postgresql:///d?host=/run/x&port=7")->host,
            "/run/x");
}

TEST(database_url, refuses_a_password_without_repeating_it) {
  for (const auto* url :
       {"postgresql://u:s3cret@h/d", "postgresql://u:s3c@ret@h/d",
        "postgresql://u@h/d?password=s3cret"}) {
    const auto text = fault_text(url);
    EXPECT_NE(text.find("RACEFILL_DB"), std::string::npos) << text;
    EXPECT_EQ(text.find("s3c"), std::string::npos) << text;
  }
}

TEST(database_url, refuses_what_it_cannot_read) {
  for (const auto* url :
       {"", "racefill.db", "mysql://u@h/d", "sqlite:", "sqlite::memory:",
        "postgresql://u@h", "postgresql://u@h:port/d", "postgresql://u@h/%zz",
        "postgresql://u@h/d?sslmoed=require", "postgresql://u@h/d?sslmode=",
        "postgresql://u@h/d?sslmode=requier", "sqlite:file:x?mode=ro"})
    EXPECT_EQ(fault_text(url).substr(0, 12), "bad_settings") << url;
}

TEST(database_url, lets_go_of_the_password_of_a_safe_place) {
  using pair = std::pair<std::string, std::string>;
  EXPECT_EQ(split_password("postgresql://u:p%40ss%20w@h:1/d?sslmode=require"),
            (pair{"postgresql://u@h:1/d?sslmode=require", "p@ss w"}));
  EXPECT_EQ(split_password("postgresql://u@h/d"),
            (pair{"postgresql://u@h/d", ""}));
  EXPECT_EQ(split_password("sqlite:a:b@c"), (pair{"sqlite:a:b@c", ""}));
}

} // namespace
} // namespace racefill
