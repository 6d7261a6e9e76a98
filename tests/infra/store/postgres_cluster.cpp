#include "tests/infra/store/postgres_cluster.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace racefill {
namespace {

std::string binaries() {
  for (const auto* version : {"15", "16", "17", "14", "13"}) {
    const auto folder = "/usr/lib/postgresql/" + std::string{version} + "/bin/";
    if (::access((folder + "initdb").c_str(), X_OK) == 0)
      return folder;
  }
  return {};
}

/// A port that was free a moment ago.
int free_port() {
  const auto fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (fd < 0 || ::bind(fd, generic, size) != 0
      || ::getsockname(fd, generic, &size) != 0)
    throw std::runtime_error("no free port");
  ::close(fd);
  return ntohs(address.sin_port);
}

/// That there is such a file says only that the socket is bound.
bool somebody_listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n(path.begin(), std::min(path.size(), sizeof(address.sun_path) - 1),
              std::begin(address.sun_path));
  const auto fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto reached = ::connect(fd,
                                 reinterpret_cast<const sockaddr*>(&address),
                                 sizeof(address))
                       == 0;
  ::close(fd);
  return reached;
}

std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? "'\\''" : std::string{c};
  return out + "'";
}

/// Runs a shell command as the server's user; throws on failure.
std::string run(const std::string& command) {
  const auto own = ::geteuid() == 0
                     ? "setpriv --reuid=postgres --regid=postgres "
                       "--clear-groups sh -c "
                         + single_quoted(command)
                     : "sh -c " + single_quoted(command);
  std::string out;
  FILE* pipe = ::popen((own + " 2>&1").c_str(), "r");
  if (pipe == nullptr)
    throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
    out += buffer.data();
  if (::pclose(pipe) != 0)
    throw std::runtime_error(command + ": " + out);
  return out;
}

} // namespace

postgres_cluster& postgres_cluster::shared() {
  static postgres_cluster cluster;
  return cluster;
}

postgres_cluster::postgres_cluster() {
  const auto bin = binaries();
  if (bin.empty())
    throw std::runtime_error("no PostgreSQL server is installed");
  auto pattern
    = (std::filesystem::temp_directory_path() / "racefill-pg-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error("cannot make " + pattern);
  folder_ = pattern;
  if (::geteuid() == 0) {
    const auto* user = ::getpwnam("postgres");
    if (user == nullptr
        || ::chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error("no user postgres");
  }
  port_ = free_port();
  run(bin + "initdb -D " + pattern
      + "/data -U postgres -E UTF8 "
        "--locale=C.UTF-8 -A trust --no-sync >/dev/null");
  // Passwords over TCP, trust on the socket, which only root and the server's
  // user can reach.
  run("printf 'local all all trust\\nhost all all 127.0.0.1/32 "
      "scram-sha-256\\n' > "
      + pattern + "/data/pg_hba.conf");
  start();
}

postgres_cluster::~postgres_cluster() {
  if (pooler_ > 0) {
    ::kill(pooler_, SIGINT);
    ::waitpid(pooler_, nullptr, 0);
  }
  try {
    run(binaries() + "pg_ctl -D " + folder_.string()
        + "/data -m immediate -w stop >/dev/null");
  } catch (const std::exception&) {
    // It is gone already.
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void postgres_cluster::start() const {
  run(binaries() + "pg_ctl -D " + folder_.string() + "/data -l "
      + folder_.string() + "/log -w -o \"-k " + folder_.string() + " -p "
      + std::to_string(port_)
      + " -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=50 "
        "-c shared_buffers=64MB\" start >/dev/null");
}

void postgres_cluster::stop() const {
  run(binaries() + "pg_ctl -D " + folder_.string()
      + "/data -m fast -w stop >/dev/null");
}

void postgres_cluster::restart() const {
  stop();
  start();
}

std::string postgres_cluster::psql(const std::string& database,
                                   const std::string& sql) const {
  const auto file = folder_ / "input.sql";
  std::ofstream{file} << sql;
  return run(binaries() + "psql -X -q -A -t -v ON_ERROR_STOP=1 -h "
             + folder_.string() + " -p " + std::to_string(port_)
             + " -U postgres -d " + database + " -f " + file.string());
}

void postgres_cluster::create_database(const std::string& name) const {
  psql("postgres", "CREATE DATABASE " + name + ";");
}

std::string postgres_cluster::url(const std::string& database) const {
  return "postgresql://postgres@/" + database + "?host=" + folder_.string()
         + "&port=" + std::to_string(port_);
}

std::string postgres_cluster::tcp_url(const std::string& user,
                                      const std::string& database) const {
  return "postgresql://" + user + "@127.0.0.1:" + std::to_string(port_) + "/"
         + database;
}

std::string postgres_cluster::pooler_url(const std::string& database) {
  if (pooler_ < 0)
    start_pooler();
  return "postgresql://postgres@/" + database + "?host=" + folder_.string()
         + "&port=" + std::to_string(pooler_port_);
}

void postgres_cluster::start_pooler() {
  pooler_port_ = free_port();
  const auto conf = folder_ / "pgbouncer.ini";
  const auto place = folder_.string();
  std::ofstream{conf} << "[databases]\n* = host=" << place << " port=" << port_
                      << " user=postgres\n[pgbouncer]\nunix_socket_dir="
                      << place << "\nlisten_port=" << pooler_port_
                      << "\nauth_type=any\npool_mode=transaction\n"
                         "default_pool_size=2\nmax_client_conn=50\n"
                         "server_idle_timeout=2\n"
                         "logfile="
                      << place << "/pgbouncer.log\n";
  const auto root = ::geteuid() == 0;
  pooler_ = ::fork();
  if (pooler_ == 0) {
    if (root) {
      const auto* user = ::getpwnam("postgres");
      if (user == nullptr || ::setgid(user->pw_gid) != 0
          || ::setuid(user->pw_uid) != 0)
        ::_exit(126);
    }
    const auto* null = std::freopen("/dev/null", "w", stderr);
    static_cast<void>(null);
    ::execl("/usr/sbin/pgbouncer", "pgbouncer", "-q", conf.c_str(), nullptr);
    ::_exit(127);
  }
  const auto socket = place + "/.s.PGSQL." + std::to_string(pooler_port_);
  for (int i = 0; !somebody_listens(socket); ++i) {
    if (i == 3'000)
      throw std::runtime_error("pgbouncer does not start");
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

} // namespace racefill
