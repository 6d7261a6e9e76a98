#include "app/process/systemd_notify.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace racefill::test {
namespace {

// What systemd is at the other end.
class fake_manager {
public:
  explicit fake_manager(const std::string& name) : name_(name) {
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::memcpy(at.sun_path, name.data(), name.size());
    const bool is_abstract = name[0] == '@';
    if (is_abstract)
      at.sun_path[0] = '\0';
    const auto size = offsetof(sockaddr_un, sun_path) + name.size()
                      + (is_abstract ? 0 : 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at),
                     static_cast<socklen_t>(size)),
              0);
  }

  ~fake_manager() {
    ::close(fd_);
    ::unlink(name_.c_str());
  }

  fake_manager(const fake_manager&) = delete;
  fake_manager& operator=(const fake_manager&) = delete;

  std::string hear() {
    std::array<char, 512> text{};
    const auto size = ::recv(fd_, text.data(), text.size(), 0);
    return size <= 0 ? std::string{}
                     : std::string{text.data(), static_cast<std::size_t>(size)};
  }

private:
  std::string name_;
  int fd_ = -1;
};

std::string pid() {
  return std::to_string(::getpid());
}

TEST(systemd_notify_test, speaks_over_a_path_and_an_abstract_name) {
  for (const auto& name :
       {"/tmp/racefill-notify-" + pid(), "@racefill-notify-" + pid()}) {
    fake_manager other{name};
    systemd_notify x{{{"NOTIFY_SOCKET", name}}};
    x.ready();
    EXPECT_EQ(other.hear(), "READY=1") << name;
    x.watchdog();
    EXPECT_EQ(other.hear(), "WATCHDOG=1");
    x.stopping();
    EXPECT_EQ(other.hear(), "STOPPING=1");
  }
}

TEST(systemd_notify_test, tells_a_status_once_and_on_one_line) {
  fake_manager other{"@racefill-status-" + pid()};
  systemd_notify x{{{"NOTIFY_SOCKET", "@racefill-status-" + pid()}}};
  x.status("idle\nMAINPID=1");
  EXPECT_EQ(other.hear(), "STATUS=idle MAINPID=1");
  x.status("idle\nMAINPID=1");
  EXPECT_EQ(other.hear(), "");
}

TEST(systemd_notify_test, does_nothing_without_a_socket_of_use) {
  for (const auto& name :
       {std::string{}, std::string{"relative"}, std::string(200, '/'),
        std::string{"/nobody/here"}}) {
    systemd_notify x{{{"NOTIFY_SOCKET", name}}};
    x.ready();
    x.status("text");
  }
  EXPECT_FALSE(systemd_notify(environment{{"WATCHDOG_USEC", "1000000"}})
                 .watchdog_interval())
    << "nobody listens";
}

TEST(systemd_notify_test, knows_whether_it_is_watched) {
  auto interval = [](const environment& more) {
    environment env{{"NOTIFY_SOCKET", "/tmp/racefill-none"}};
    env.insert(more.begin(), more.end());
    return systemd_notify{env}.watchdog_interval();
  };
  EXPECT_EQ(interval({{"WATCHDOG_USEC", "120000000"}}),
            std::chrono::milliseconds(120'000));
  EXPECT_TRUE(interval({{"WATCHDOG_USEC", "1"}, {"WATCHDOG_PID", pid()}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "5000"}, {"WATCHDOG_PID", "1"}}));
  EXPECT_FALSE(interval({{"WATCHDOG_USEC", "-5"}}));
  EXPECT_FALSE(interval({}));
}

} // namespace
} // namespace racefill::test
