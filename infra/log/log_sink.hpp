/// LOG_SINK: where lines go; runs on the log's own writer thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include "infra/log/log.hpp"

namespace racefill {

/// The first byte of a payload that is a live line, not an event. Events never
/// hold it: their control characters are escaped.
inline constexpr char live_line_mark = '\x01';

/// The first byte of a payload that only says: all before me is out.
inline constexpr char fence_mark = '\x02';

/// Writes events to stderr, above the live line, and to a rotating file.
class log_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  /// Throws spdlog::spdlog_ex when the file cannot be opened. `stderr_fd` is
  /// where events and the live line are written.
  log_sink(const log_settings& settings, int stderr_fd, bool is_terminal);

  /// Where the sink learns how many lines made room for newer ones. Call before
  /// the first line. Not owned, and on purpose no shared pointer: were the
  /// writer thread the last owner, the queue's destructor would join itself.
  void watch(spdlog::details::thread_pool* queue);

  /// How many fences have been passed.
  std::uint64_t fences() const noexcept {
    return fences_.load();
  }

protected:
  void sink_it_(const spdlog::details::log_msg& msg) override;
  void flush_() override;

private:
  void write_file(const spdlog::details::log_msg& msg);
  void say(const std::string& text);
  void tell_losses();

  int fd_;
  bool is_terminal_;
  std::string path_;
  std::string live_; ///< On the screen now; "" for none.
  std::shared_ptr<spdlog::sinks::rotating_file_sink_st> file_;
  bool file_failing_ = false; ///< Said once, until it works again.
  spdlog::details::thread_pool* queue_ = nullptr;
  std::size_t lost_ = 0; ///< Lines already told of.
  log_format format_;
  std::atomic<std::uint64_t> fences_{0};
};

} // namespace racefill
