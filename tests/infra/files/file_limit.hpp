/// A disk that is full, for this process only.
#pragma once

#include <csignal>

#include <sys/resource.h>

namespace racefill::test {

/// While it lives, no file of this process grows beyond `bytes`.
class file_limit {
public:
  explicit file_limit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    // Else the kernel kills instead of refusing.
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    auto limited = before_;
    limited.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }

  file_limit(const file_limit&) = delete;
  file_limit& operator=(const file_limit&) = delete;

  ~file_limit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

} // namespace racefill::test
