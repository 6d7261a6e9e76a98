#include "infra/http/base_url.hpp"

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

TEST(base_url_test, reads_what_people_write) {
  auto url = parse_base_url("https://api.theracingapi.com");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "api.theracingapi.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->prefix, "");
  EXPECT_EQ(host_header(*url), "api.theracingapi.com");
  EXPECT_EQ(authority(*url), "api.theracingapi.com:443");
  url = parse_base_url("http://127.0.0.1:8080/below/this/");
  ASSERT_TRUE(url);
  EXPECT_FALSE(url->tls);
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(url->prefix, "/below/this");
  EXPECT_EQ(host_header(*url), "127.0.0.1:8080");
  url = parse_base_url("http://[::1]:81/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(authority(*url), "[::1]:81");
}

TEST(base_url_test, leaves_out_a_version_that_targets_name_themselves) {
  for (const char* text : {"https://a.example/v1", "https://a.example/v1/"}) {
    auto url = parse_base_url(text);
    ASSERT_TRUE(url) << text;
    EXPECT_EQ(url->prefix, "");
  }
  EXPECT_EQ(parse_base_url("https://a.example/x/v1")->prefix, "/x");
  EXPECT_EQ(parse_base_url("https://a.example/xv1")->prefix, "/xv1");
}

TEST(base_url_test, refuses_what_is_no_base_url) {
  for (const char* text :
       {"", "api.theracingapi.com", "ftp://a.example", "https://",
        "https:///v1", "https://a.example?x=1", "https://a.example/#x",
        "https://a.example:0", "https://a.example:65536",
        "https://a.example:443443", "https://a.example:x", "https://a b",
        "https://a.example/\r\nX: y", "https://a%00b", "https://ä.example",
        "https://[::1", "http://:80", "::", "https:a.example"}) {
    auto url = parse_base_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(fault_of(url.error()), fault::bad_settings);
  }
}

TEST(base_url_test, never_repeats_a_password) {
  for (const char* text :
       {"https://rider:sesame@a.example", "https://sesame@a.example",
        "https://rider:sesame@", "https://rider:se same@a.example",
        "ftp://rider:sesame@a.example", "https://rider:sesame@a.example:x"}) {
    auto url = parse_base_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(describe(url.error()).find("sesame"), std::string::npos);
  }
}

} // namespace
} // namespace racefill::test
