#include "infra/link/link_gate.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "infra/link/link_dial.hpp"
#include "infra/link/link_socket.hpp"
#include "infra/link/papers_maker.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

link_papers server_of(const new_papers& x) {
  return {x.authority, x.server, x.server_key};
}

link_papers client_of(const new_papers& x) {
  return {x.authority, x.client, x.client_key};
}

// A gate whose inner ends are held here.
class link_gate_test : public ::testing::Test {
protected:
  link_gate_test() {
    log_set_level(log_level::off);
    ours = *make_papers();
    settings.papers = server_of(ours);
    settings.admit = [this](int inner) {
      const std::lock_guard guard{mutex};
      if (refuses)
        return false;
      inners.emplace_back(inner);
      news.notify_all();
      return true;
    };
  }

  void open() {
    auto made = link_gate::open(settings);
    ASSERT_TRUE(made) << describe(made.error());
    gate = std::move(*made);
  }

  caf::expected<std::unique_ptr<link_dial>> dial(link_papers papers) {
    return link_dial::open(
      {"127.0.0.1", gate->port(), std::move(papers), milliseconds(10'000)});
  }

  // The inner end of the latest link; waits for it.
  int inner(std::size_t count) {
    std::unique_lock guard{mutex};
    news.wait_for(guard, std::chrono::seconds(20),
                  [&] { return inners.size() >= count; });
    return inners.size() >= count ? inners[count - 1].get() : -1;
  }

  // Waits for bytes, "" at the end of the stream or after a long while.
  static std::string receive(int socket) {
    pollfd waiting{socket, POLLIN, 0};
    if (::poll(&waiting, 1, 20'000) != 1)
      return {};
    std::string out(4'096, '\0');
    const auto count = ::read(socket, out.data(), out.size());
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }

  // Whether the other end closes within a long while.
  static bool is_closed(int socket) {
    for (int i = 0; i < 100; ++i)
      if (receive(socket).empty())
        return true;
    return false;
  }

  // A link that was refused at once, or is cut as soon as the gate knows.
  static bool is_cut(caf::expected<std::unique_ptr<link_dial>>& link) {
    return !link || is_closed(file_handle{(*link)->take_inner()}.get());
  }

  file_handle plain() {
    auto socket = connect_to("127.0.0.1", gate->port(), milliseconds(5'000));
    return socket ? std::move(*socket) : file_handle{};
  }

  new_papers ours;
  link_gate_settings settings;
  std::mutex mutex;
  std::condition_variable news;
  std::vector<file_handle> inners;
  bool refuses = false;
  std::unique_ptr<link_gate> gate; // Last: it uses the others.
};

std::string frame(unsigned char kind, const std::string& payload,
                  std::uint32_t told) {
  std::string x(frame_guard::head_size, '\0');
  x[0] = static_cast<char>(kind);
  for (std::size_t i = 0; i < 4; ++i)
    x[4 + i] = static_cast<char>(told >> (24 - 8 * i));
  return x + payload;
}

TEST_F(link_gate_test, carries_bytes_both_ways_between_those_with_papers) {
  open();
  auto link = dial(client_of(ours));
  ASSERT_TRUE(link) << describe(link.error());
  const file_handle mine{(*link)->take_inner()};
  const auto there = inner(1);
  ASSERT_GE(there, 0);
  const auto hello = frame(2, "hello", 5);
  ASSERT_EQ(::send(mine.get(), hello.data(), hello.size(), 0),
            static_cast<ssize_t>(hello.size()));
  EXPECT_EQ(receive(there), hello);
  ASSERT_EQ(::send(there, hello.data(), hello.size(), 0),
            static_cast<ssize_t>(hello.size()));
  EXPECT_EQ(receive(mine.get()), hello);
}

TEST_F(link_gate_test, lets_no_stranger_in) {
  open();
  const auto other = *make_papers();
  auto wrong = client_of(other);
  EXPECT_FALSE(dial(wrong)); // We do not know the service either.
  wrong.authority = ours.authority;
  auto half = dial(wrong); // Now only the service can tell.
  EXPECT_TRUE(is_cut(half));
  EXPECT_TRUE(inners.empty());
}

TEST_F(link_gate_test, the_services_own_papers_open_nothing) {
  open();
  auto link = dial(server_of(ours));
  EXPECT_TRUE(is_cut(link));
  EXPECT_TRUE(inners.empty());
}

TEST_F(link_gate_test, closes_whoever_shows_no_papers_in_time) {
  settings.limits.handshake = milliseconds(200);
  open();
  const auto silent = plain();
  EXPECT_TRUE(is_closed(silent.get()));
  const auto rude = plain();
  ASSERT_GT(::send(rude.get(), "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 0);
  EXPECT_TRUE(is_closed(rude.get()));
}

TEST_F(link_gate_test, the_oldest_stranger_makes_room_for_a_viewer) {
  settings.strangers_max = 4;
  open();
  std::vector<file_handle> silent;
  for (int i = 0; i < 8; ++i)
    silent.push_back(plain());
  EXPECT_TRUE(is_closed(silent[0].get()));
  auto link = dial(client_of(ours));
  EXPECT_TRUE(link);
  EXPECT_GE(inner(1), 0);
}

TEST_F(link_gate_test, cuts_a_viewer_that_lies_about_a_length) {
  open();
  auto link = dial(client_of(ours));
  ASSERT_TRUE(link);
  const file_handle mine{(*link)->take_inner()};
  const auto there = inner(1);
  ASSERT_GE(there, 0);
  const auto bogus = frame(2, "", 0x7fff'ffff);
  ASSERT_GT(::send(mine.get(), bogus.data(), bogus.size(), MSG_NOSIGNAL), 0);
  EXPECT_EQ(receive(there), ""); // Not a byte of it.
  EXPECT_TRUE(is_closed(mine.get()));
}

TEST_F(link_gate_test, cuts_who_stops_reading_and_holds_no_more_than_it_must) {
  settings.limits.stall = milliseconds(300);
  open();
  // A peer with papers whose end is never pumped: only the handshake is done.
  auto link = dial(client_of(ours));
  ASSERT_TRUE(link);
  const file_handle mine{(*link)->take_inner()}; // Never read.
  const auto there = inner(1);
  ASSERT_GE(there, 0);
  const std::string piece(64 * 1'024, 'x');
  std::size_t taken = 0;
  bool cut = false;
  for (int i = 0; i < 20'000 && !cut; ++i) {
    pollfd waiting{there, POLLOUT, 0};
    ::poll(&waiting, 1, 50);
    const auto count = ::send(there, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (count > 0)
      taken += static_cast<std::size_t>(count);
    cut = count < 0 && errno != EAGAIN;
  }
  EXPECT_TRUE(cut);
  EXPECT_LT(taken, 32u * 1'024 * 1'024);
}

TEST_F(link_gate_test, cuts_a_viewer_that_says_nothing) {
  settings.limits.idle = milliseconds(200);
  open();
  auto link = dial(client_of(ours));
  ASSERT_TRUE(link);
  EXPECT_TRUE(is_closed(file_handle{(*link)->take_inner()}.get()));
}

TEST_F(link_gate_test, refuses_when_nobody_is_there_to_talk_to) {
  refuses = true;
  open();
  auto link = dial(client_of(ours));
  EXPECT_TRUE(is_cut(link));
}

TEST_F(link_gate_test, says_when_the_address_cannot_be_had) {
  open();
  settings.port = gate->port();
  auto second = link_gate::open(settings);
  ASSERT_FALSE(second);
  EXPECT_EQ(fault_of(second.error()), fault::bad_settings);
  EXPECT_NE(describe(second.error()).find("monitor.port"), std::string::npos);
}

} // namespace
} // namespace racefill
