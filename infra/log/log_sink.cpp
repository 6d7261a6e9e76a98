#include "infra/log/log_sink.hpp"

#include <cerrno>
#include <chrono>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <spdlog/pattern_formatter.h>

#include "infra/log/log_text.hpp"

namespace racefill {
namespace {

constexpr const char* clear_line = "\r\x1b[K";
constexpr std::size_t columns_default = 80;

/// A reader that does not read (a stopped pager) loses lines after this long;
/// the file does not.
constexpr int stall_ms = 1000;

std::size_t columns_of(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return columns_default;
  return size.ws_col;
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    pollfd ready{fd, POLLOUT, 0};
    if (::poll(&ready, 1, stall_ms) <= 0)
      return;
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (count <= 0)
      return; // Nobody is left to be told.
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

} // namespace

log_sink::log_sink(const log_settings& settings, int stderr_fd,
                   bool is_terminal)
  : fd_(stderr_fd),
    is_terminal_(is_terminal),
    path_(settings.file),
    format_(settings.format) {
  set_pattern_("%v");
  if (path_.empty())
    return;
  constexpr std::size_t mebibyte = 1024UL * 1024UL;
  file_ = std::make_shared<spdlog::sinks::rotating_file_sink_st>(
    path_, static_cast<std::size_t>(settings.rotate_mb) * mebibyte,
    static_cast<std::size_t>(settings.rotate_files));
  file_->set_pattern("%v");
}

void log_sink::say(const std::string& text) {
  if (live_.empty())
    write_all(fd_, text + '\n');
  else
    write_all(fd_, clear_line + text + '\n' + live_);
}

void log_sink::watch(spdlog::details::thread_pool* queue) {
  queue_ = queue;
}

void log_sink::tell_losses() {
  // Only once the flood is over: telling must not be a part of it.
  if (queue_ == nullptr || queue_->queue_size() > 0)
    return;
  const auto lost = queue_->overrun_counter();
  if (lost <= lost_)
    return;
  say(format_line(format_,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                    std::chrono::system_clock::now().time_since_epoch()),
                  log_level::warn, "log",
                  "log lost " + std::to_string(lost - lost_)
                    + " lines: they came faster than they could be written",
                  {}));
  lost_ = lost;
}

void log_sink::write_file(const spdlog::details::log_msg& msg) {
  try {
    file_->log(msg);
    file_->flush();
    file_failing_ = false;
  } catch (const std::exception& ex) {
    // A full disk must not stop the run; stderr still has the lines.
    if (!file_failing_)
      say("log file " + path_ + " cannot be written: " + ex.what());
    file_failing_ = true;
  }
}

void log_sink::sink_it_(const spdlog::details::log_msg& msg) {
  std::string_view text{msg.payload.data(), msg.payload.size()};
  if (!text.empty() && text.front() == fence_mark) {
    tell_losses();
    ++fences_;
    return;
  }
  if (text.empty() || text.front() != live_line_mark) {
    say(std::string{text});
    if (file_)
      write_file(msg);
    tell_losses();
    return;
  }
  if (!is_terminal_)
    return;
  text.remove_prefix(1);
  // One column stays free: a full line would wrap on some terminals.
  auto next = cut_to_columns(escape_text(text), columns_of(fd_) - 1);
  if (next.empty() && live_.empty())
    return;
  live_ = std::move(next);
  write_all(fd_, clear_line + live_);
}

void log_sink::flush_() {
  // Nothing is held back: each event is written as it comes.
}

} // namespace racefill
