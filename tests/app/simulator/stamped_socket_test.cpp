/// An arrival is when the kernel received it, however late a thread looks.
#include "app/simulator/stamped_socket.hpp"

#include <gtest/gtest.h>

namespace racefill::sim {
namespace {

TEST(stamped_socket, knows_when_bytes_arrived_that_are_read_later) {
  stamped_server_socket server;
  server.bind(Poco::Net::SocketAddress("127.0.0.1", 0));
  server.listen();
  server.stamp_arrivals();
  Poco::Net::StreamSocket client;
  client.connect(server.address());
  auto connection = server.acceptConnection();
  char text[8];
  std::optional<moment> arrived;
  // The kernel begins to stamp a moment after it was asked to.
  for (int i = 0; i < 1'000 && !arrived; ++i) {
    client.sendBytes("x", 1);
    connection.receiveBytes(text, sizeof(text));
    arrived = received_at(connection);
  }
  ASSERT_TRUE(arrived);
  const auto before = monotonic_now();
  client.sendBytes("late", 4);
  connection.poll(Poco::Timespan(10, 0), Poco::Net::Socket::SELECT_READ);
  const auto readable = monotonic_now();
  // Any pause: the stamp lies before it, not after.
  connection.poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_ERROR);
  ASSERT_EQ(connection.receiveBytes(text, sizeof(text)), 4);
  arrived = received_at(connection);
  ASSERT_TRUE(arrived);
  constexpr std::chrono::milliseconds of_two_clocks{1};
  EXPECT_GE(*arrived, before - of_two_clocks);
  EXPECT_LE(*arrived, readable + of_two_clocks);
  EXPECT_LE(*arrived, monotonic_now() - std::chrono::milliseconds{45});
}

TEST(stamped_socket, knows_nothing_of_another_connection) {
  Poco::Net::ServerSocket server{Poco::Net::SocketAddress("127.0.0.1", 0)};
  Poco::Net::StreamSocket client;
  client.connect(server.address());
  EXPECT_FALSE(received_at(client));
}

} // namespace
} // namespace racefill::sim
