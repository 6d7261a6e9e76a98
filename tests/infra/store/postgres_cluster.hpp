/// POSTGRES_CLUSTER: a private PostgreSQL and pgbouncer for tests, on a Unix
/// socket and a port of their own, gone with the process.
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace racefill {

/// Starts in about a second, as root too (the server then runs as `postgres`).
class postgres_cluster {
public:
  /// The cluster of this process; made at the first call. Aborts the test
  /// program with a word when the server cannot be started.
  static postgres_cluster& shared();

  postgres_cluster();
  postgres_cluster(const postgres_cluster&) = delete;
  postgres_cluster& operator=(const postgres_cluster&) = delete;
  ~postgres_cluster();

  /// CREATE DATABASE; also known to the pooler.
  void create_database(const std::string& name) const;

  /// Runs SQL by psql as the superuser; returns its output, unaligned.
  std::string psql(const std::string& database, const std::string& sql) const;

  /// `postgresql://postgres@/NAME?host=FOLDER&port=PORT`: the Unix socket,
  /// trusted.
  std::string url(const std::string& database) const;

  /// Over TCP on loopback, where a password is asked for.
  std::string tcp_url(const std::string& user,
                      const std::string& database) const;

  /// Through pgbouncer in transaction mode with two server connections.
  std::string pooler_url(const std::string& database);

  /// Stops and starts the server (mode fast).
  void restart() const;
  void stop() const;
  void start() const;

private:
  void start_pooler();

  std::filesystem::path folder_;
  int port_ = 0;
  int pooler_port_ = 0;
  pid_t pooler_ = -1;
};

} // namespace racefill
