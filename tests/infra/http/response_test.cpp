#include "infra/http/response.hpp"

#include <random>

#include <gtest/gtest.h>

#include "tests/infra/http/script_server.hpp"

namespace racefill::test {
namespace {

constexpr std::size_t limit = 1'000'000;

// Feeds `text` in pieces of `step` bytes; the first error, if any.
caf::error feed(response_reader& reader, std::string_view text,
                std::size_t step) {
  while (!text.empty()) {
    const auto count = std::min(step, text.size());
    if (auto err = reader.feed(text.substr(0, count)))
      return err;
    text.remove_prefix(count);
  }
  return caf::none;
}

// The fault of reading `text` whole and ending the stream after it.
fault outcome(std::string_view text, std::size_t step = 1000) {
  response_reader reader{limit};
  if (auto err = feed(reader, text, step))
    return fault_of(err);
  if (reader.is_whole())
    return fault::none;
  return fault_of(reader.end());
}

response_head with_retry(const std::string& value,
                         const std::string& date = "") {
  response_head head;
  head.fields = {{"retry-after", value}, {"date", date}};
  return head;
}

const std::string chunked_head
  = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(response_test, reads_the_same_in_pieces_of_any_size) {
  const std::string text
    = "HTTP/1.1 200 OK\r\nServer: x\r\nTRANSFER-encoding: Chunked\r\n"
      "x-long: a\r\n  b\r\n\r\n"
      "4;ext=1\r\nabcd\r\nA\r\n0123456789\r\n0\r\nTrailer: y\r\n\r\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    response_reader reader{limit};
    ASSERT_FALSE(feed(reader, text, step)) << step;
    ASSERT_TRUE(reader.is_whole()) << step;
    EXPECT_TRUE(reader.keeps_alive());
    EXPECT_EQ(reader.body(), "abcd0123456789");
    EXPECT_EQ(reader.head().field("x-long"), "a b");
    EXPECT_EQ(reader.wire_bytes(),
              static_cast<std::int64_t>(text.size() - text.find("4;ext")));
  }
}

TEST(response_test, takes_many_small_chunks_in_its_stride) {
  auto text = chunked_head;
  for (int i = 0; i < 300'000; ++i)
    text += "1\r\nx\r\n";
  text += "0\r\n\r\n";
  response_reader reader{limit};
  ASSERT_FALSE(feed(reader, text, text.size()));
  EXPECT_TRUE(reader.is_whole());
  EXPECT_EQ(reader.body().size(), 300'000u);
}

TEST(response_test, notices_every_cut_of_a_chunked_body) {
  const auto text = chunked_head + "4\r\nabcd\r\n3\r\nxyz\r\n0\r\n\r\n";
  for (auto size = chunked_head.size(); size < text.size(); ++size)
    EXPECT_EQ(outcome(text.substr(0, size)), fault::broken_body) << size;
  EXPECT_EQ(outcome(text), fault::none);
}

TEST(response_test, notices_every_cut_of_a_counted_body) {
  const auto text = response(200, "0123456789");
  for (std::size_t size = 0; size < text.size() - 10; ++size)
    EXPECT_EQ(outcome(text.substr(0, size)), fault::unreachable) << size;
  for (auto size = text.size() - 10; size < text.size(); ++size)
    EXPECT_EQ(outcome(text.substr(0, size)), fault::broken_body) << size;
  EXPECT_EQ(outcome(text), fault::none);
}

TEST(response_test, refuses_damaged_framing) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  for (const auto& text : {
         std::string{"SSH-2.0-OpenSSH\r\n"},
         std::string{"<html>\r\n\r\n"},
         std::string{"HTTP/2 200 OK\r\n\r\n"},
         std::string{"HTTP/1.1 20 OK\r\n\r\n"},
         std::string{"HTTP/1.1 999 OK\r\n\r\n"},
         std::string{"HTTP/1.1 2000 OK\r\n\r\n"},
         std::string{"HTTP/1.1 101 Upgrade\r\n\r\n"},
         head + "no colon\r\n\r\n",
         head + ": no name\r\n\r\n",
         head + "Content-Length: -1\r\n\r\n",
         head + "Content-Length: 1x\r\n\r\nab",
         head + "Content-Length: \r\n\r\nab",
         head + "Content-Length: 99999999999999999999999\r\n\r\nab",
         head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
         head + "Content-Length: 2000000\r\n\r\n",
         head + "Transfer-Encoding: gzip, chunked\r\n\r\n",
         chunked_head + "xyz\r\n",
         chunked_head + "-1\r\n",
         chunked_head + "\r\n",
         chunked_head + "4\r\nabcdefgh\r\n",
         chunked_head + "fffffffffffffffff\r\n",
         chunked_head + "ffffffffffffffff\r\n" + std::string(2'000'000, 'x'),
         chunked_head + std::string(5000, '1'),
         head + "x: " + std::string(70'000, 'x'),
         head + "\r\n" + std::string(2'000'000, 'x'),
       })
    EXPECT_EQ(outcome(text), fault::broken_body) << text.substr(0, 80);
}

TEST(response_test, takes_long_heads_below_the_limit) {
  EXPECT_EQ(
    outcome(response(200, "{}", "x: " + std::string(60'000, 'x') + "\r\n")),
    fault::none);
}

TEST(response_test, keeps_a_connection_only_when_it_may) {
  auto keeps = [](const std::string& text) {
    response_reader reader{limit};
    EXPECT_FALSE(feed(reader, text, 7));
    EXPECT_TRUE(reader.is_whole());
    return reader.keeps_alive();
  };
  EXPECT_TRUE(keeps(response(200, "{}")));
  EXPECT_FALSE(keeps(response(200, "{}", "Connection: x, CLOSE\r\n")));
  EXPECT_FALSE(keeps(response(200, "{}") + "HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n"
                    "Content-Length: 0\r\n\r\n"));
}

TEST(response_test, never_trips_over_noise) {
  std::mt19937 random{42};
  const auto good = chunked_head + "4\r\nabcd\r\n3\r\nxyz\r\n0\r\n\r\n";
  for (int i = 0; i < 20'000; ++i) {
    auto text = good;
    for (auto flips = random() % 4 + 1; flips > 0; --flips)
      text[random() % text.size()] = static_cast<char>(random() % 256);
    outcome(text, random() % 20 + 1);
  }
}

TEST(response_test, reads_retry_after_in_both_forms) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(retry_after_ms({}, now), -1);
  EXPECT_EQ(retry_after_ms(with_retry("0"), now), 0);
  EXPECT_EQ(retry_after_ms(with_retry("120"), now), 120'000);
  EXPECT_EQ(retry_after_ms(with_retry("864000"), now), 864'000'000);
  EXPECT_EQ(retry_after_ms(with_retry("99999999999999999999999"), now),
            1'000'000'000'000'000);
  const std::string date = "Wed, 21 Oct 2026 07:28:00 GMT";
  EXPECT_EQ(retry_after_ms(with_retry("Wed, 21 Oct 2026 07:29:30 GMT", date),
                           now),
            90'000);
  EXPECT_EQ(
    retry_after_ms(with_retry("Wed, 21 Oct 2026 07:27:30 GMT", date), now), 0);
  EXPECT_EQ(
    retry_after_ms(with_retry("Wednesday, 21-Oct-26 07:28:10 GMT", date), now),
    10'000);
  EXPECT_EQ(retry_after_ms(with_retry("Wed Oct 21 07:28:20 2026", date), now),
            20'000);
  // Without the server's Date, our clock decides.
  EXPECT_EQ(
    retry_after_ms(with_retry("Wed, 21 Oct 2026 07:28:05 GMT"),
                   std::chrono::sys_days{std::chrono::year{2026} / 10 / 21}
                     + std::chrono::hours{7} + std::chrono::minutes{28}),
    5000);
  for (const char* text : {"soon", "-5", "1.5", "Wed, 99 Xxx 2026 07:28:00 GMT",
                           "Wed, 21 Oct", "10 s", ",", "\xff\xfe"})
    EXPECT_EQ(retry_after_ms(with_retry(text, date), now), -1) << text;
}

TEST(response_test, unpacks_whole_gzip_only) {
  const std::string plain(100'000, 'x');
  const auto packed = gzip(plain);
  ASSERT_TRUE(gunzip(packed, limit));
  EXPECT_EQ(*gunzip(packed, limit), plain);
  EXPECT_EQ(*gunzip(packed + gzip("y"), limit), plain + "y");
  EXPECT_EQ(*gunzip(gzip(""), limit), "");
  for (std::size_t size = 0; size < packed.size(); ++size)
    EXPECT_FALSE(gunzip(packed.substr(0, size), limit)) << size;
  auto damaged = packed;
  damaged[damaged.size() - 6]
    = static_cast<char>(damaged[damaged.size() - 6] ^ 1); // Of the checksum.
  EXPECT_FALSE(gunzip(damaged, limit));
  EXPECT_FALSE(gunzip("{\"plain\":1}", limit));
  EXPECT_FALSE(gunzip(packed + "rubbish", limit));
  EXPECT_FALSE(gunzip(packed, plain.size() - 1));
  EXPECT_TRUE(gunzip(packed, plain.size()));
}

} // namespace
} // namespace racefill::test
