#include "infra/log/log.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <unistd.h>

#include <spdlog/async.h>
#include <spdlog/async_logger.h>

#include "infra/log/log_sink.hpp"
#include "infra/log/log_text.hpp"
#include "messages/faults.hpp"

namespace racefill {
namespace {

constexpr std::size_t queue_lines_max = 8192;

/// The open log: spdlog's queue and writer thread, and our sink behind them.
struct backend {
  log_format format = log_format::text;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  std::shared_ptr<log_sink> sink;

  ~backend() {
    logger.reset();
    pool.reset(); // Writes what is queued, then joins the thread.
  }
};

/// The log's only global state. Never destroyed: threads may log to the end.
struct log_state {
  std::atomic<log_level> level{log_level::info};
  std::mutex mutex; ///< Guards `open`, never held during I/O.
  std::shared_ptr<backend> open;
};

log_state& state() {
  static auto* the_state = new log_state;
  return *the_state;
}

std::shared_ptr<backend> current() {
  auto& st = state();
  const std::lock_guard guard{st.mutex};
  return st.open;
}

std::shared_ptr<backend> exchange(std::shared_ptr<backend> next) {
  auto& st = state();
  const std::lock_guard guard{st.mutex};
  std::swap(st.open, next);
  return next;
}

/// Signals are for main's sigwait; and a reader of stderr that went away must
/// not end the process by SIGPIPE.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

std::shared_ptr<backend> make_backend(const log_settings& settings) {
  auto out = std::make_shared<backend>();
  out->format = settings.format;
  out->sink = std::make_shared<log_sink>(settings, STDERR_FILENO,
                                         log_on_terminal());
  out->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines_max, 1,
                                                             block_signals);
  out->sink->watch(out->pool.get());
  // Losing the oldest lines is better than an actor that waits for a terminal.
  out->logger = std::make_shared<spdlog::async_logger>(
    "racefill", out->sink, out->pool,
    spdlog::async_overflow_policy::overrun_oldest);
  out->logger->set_level(spdlog::level::trace);
  return out;
}

std::chrono::milliseconds now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
    std::chrono::system_clock::now().time_since_epoch());
}

void post(const backend& to, const std::string& line) {
  to.logger->log(spdlog::level::info, spdlog::string_view_t{line});
}

/// Waits for something the writer thread does, but at most two seconds.
template <class Condition>
void wait_until(Condition done) {
  const auto deadline = std::chrono::steady_clock::now()
                        + std::chrono::seconds{2};
  while (!done() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

void install_exit_hooks() {
  static const bool once = [] {
    std::atexit([] { log_shutdown(); });
    static std::terminate_handler before = std::get_terminate();
    std::set_terminate([] {
      log_flush();
      if (before != nullptr)
        before();
      std::abort();
    });
    return true;
  }();
  static_cast<void>(once);
}

} // namespace

caf::error log_setup(const log_settings& settings) {
  try {
    auto next = make_backend(settings);
    install_exit_hooks();
    state().level = settings.level;
    exchange(std::move(next));
    return {};
  } catch (const std::exception& ex) {
    return caf::make_error(fault::files_refused,
                           settings.file
                             + ": the log cannot be opened; check the folder "
                               "and its rights, or change log.file: "
                             + ex.what());
  }
}

void log_set_level(log_level level) noexcept {
  state().level = level;
}

bool log_enabled(log_level level) noexcept {
  return level != log_level::off && level >= state().level.load();
}

void log_write(log_level level, std::string_view component,
               std::string_view text, log_fields fields) noexcept {
  if (!log_enabled(level))
    return;
  try {
    const auto to = current();
    const auto format = to ? to->format : log_format::text;
    auto line = format_line(format, now(), level, component, text, fields);
    if (to) {
      post(*to, line);
      return;
    }
    line += '\n';
    static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  } catch (...) {
    // Out of memory or of luck: a log line is not worth the process.
  }
}

void log_live_line(std::string_view line) noexcept {
  try {
    if (const auto to = current(); to && log_on_terminal())
      post(*to, live_line_mark + std::string{line});
  } catch (...) {
    // As in log_write().
  }
}

bool log_on_terminal() noexcept {
  static const bool is_terminal = [] {
    // Nobody sets variables while the log is in use.
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char* term = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) == 1 && term != nullptr
           && std::string_view{term} != "dumb";
  }();
  return is_terminal;
}

void log_flush() noexcept {
  try {
    const auto to = current();
    if (!to)
      return;
    // spdlog's own flush only queues a wish; a fence shows when it came true.
    const auto before = to->sink->fences();
    post(*to, std::string{fence_mark});
    wait_until([&] { return to->sink->fences() > before; });
  } catch (...) {
    // As in log_write().
  }
}

void log_shutdown() noexcept {
  try {
    if (const auto to = current(); to && log_on_terminal())
      post(*to, std::string{live_line_mark});
    const auto last = exchange(nullptr);
    // A caller in the middle of log_write() holds it too; being the last owner
    // means that the queue is drained here, before the process ends.
    wait_until([&] { return last.use_count() <= 1; });
  } catch (...) {
    // As in log_write().
  }
}

} // namespace racefill
