#include "infra/files/gate_log_file.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "infra/files/durable_file.hpp"
#include "infra/log/log.hpp"
#include "infra/pure/instant.hpp"

namespace racefill {
namespace {

std::string member(const char* name, std::int64_t value) {
  return ",\"" + std::string{name} + "\":" + std::to_string(value);
}

std::string member(const char* name, const std::string& value) {
  return ",\"" + std::string{name} + "\":\"" + value + '"';
}

std::string begin_of(std::int64_t at_ns, const std::string& step) {
  return "{\"t_ns\":" + std::to_string(at_ns) + member("step", step);
}

std::string text_of(const gate_log_line& x) {
  auto out = begin_of(x.at_ns, to_string(x.step));
  if (x.step == gate_step::born) {
    out += member("utc", utc_text(std::chrono::system_clock::now()))
           + member("pid", ::getpid());
  } else {
    out += member("serial", static_cast<std::int64_t>(x.serial))
           + member("kind", to_string(x.kind));
  }
  if (x.step == gate_step::closed)
    out += member("status", x.status);
  if (x.span_ns != 0)
    out += member("span_ns", x.span_ns);
  return out + "}\n";
}

class gate_log_file final : public gate_log {
public:
  explicit gate_log_file(gate_log_file_settings settings)
    : settings_(std::move(settings)) {
  }

  ~gate_log_file() override {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    something_.notify_one();
    if (writer_.joinable())
      writer_.join();
  }

  caf::error open() {
    if (auto err = make_folder_of(settings_.path))
      return err;
    if (!open_file())
      return file_error("write", settings_.path, errno);
    // A killed process leaves its last line as it was.
    needs_line_end_ = size_ > 0;
    writer_ = std::thread{[this] { write_all(); }};
    return caf::none;
  }

  void record(const gate_log_line& line) override {
    {
      const std::lock_guard lock{mutex_};
      if (waiting_.size() >= settings_.waiting_max)
        ++lost_;
      else
        waiting_.push_back(line);
    }
    something_.notify_one();
  }

private:
  bool open_file() {
    file_ = file_handle{::open(
      settings_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
    struct stat info {};
    if (!file_ || ::fstat(file_.get(), &info) != 0)
      return false;
    size_ = info.st_size;
    return true;
  }

  // The writer's thread, until nothing is left to write.
  void write_all() {
    std::vector<gate_log_line> lines;
    for (;;) {
      std::int64_t lost = 0;
      {
        std::unique_lock lock{mutex_};
        something_.wait(lock, [this] {
          return stopping_ || lost_ > 0 || !waiting_.empty();
        });
        if (lost_ == 0 && waiting_.empty())
          return;
        lines.swap(waiting_);
        std::swap(lost, lost_);
      }
      write(lines, lost);
      lines.clear();
    }
  }

  void write(const std::vector<gate_log_line>& lines, std::int64_t lost) {
    std::string text;
    missing_ += lost;
    if (lost > 0)
      warn("its writer is behind");
    if (missing_ > 0)
      text += begin_of(now_ns(), "lost") + member("lines", missing_) + "}\n";
    for (const auto& line : lines)
      text += text_of(line);
    if (put(text))
      missing_ = 0;
    else
      missing_ += static_cast<std::int64_t>(lines.size());
  }

  bool put(const std::string& text) {
    if (size_ > 0
        && size_ + static_cast<std::int64_t>(text.size()) > settings_.bytes_max)
      rotate();
    if (!file_ && !open_file()) {
      warn("it cannot be opened");
      return false;
    }
    const auto whole = needs_line_end_ ? "\n" + text : text;
    std::string_view left{whole};
    while (!left.empty()) {
      const auto count = ::write(file_.get(), left.data(), left.size());
      if (count < 0 && errno == EINTR)
        continue;
      if (count <= 0) {
        // Maybe a part of a line is there.
        needs_line_end_ = true;
        warn(file_error("write", settings_.path, errno));
        return false;
      }
      size_ += count;
      left.remove_prefix(static_cast<std::size_t>(count));
    }
    needs_line_end_ = false;
    return true;
  }

  void rotate() {
    file_.close();
    file_ = {};
    std::rename(settings_.path.c_str(), (settings_.path + ".1").c_str());
    needs_line_end_ = false;
    if (!open_file())
      warn("it cannot be opened");
  }

  template <class Reason>
  void warn(const Reason& why) {
    if (std::exchange(warned_, true))
      return;
    if constexpr (std::is_same_v<Reason, caf::error>)
      log_warn("gate_log", "gate's log loses lines",
               {{"error", describe(why)}});
    else
      log_warn("gate_log", "gate's log loses lines", {{"error", why}});
  }

  static std::int64_t now_ns() {
    return std::chrono::nanoseconds{
      std::chrono::steady_clock::now().time_since_epoch()}
      .count();
  }

  const gate_log_file_settings settings_;
  std::mutex mutex_; // Of the next three.
  std::vector<gate_log_line> waiting_;
  std::int64_t lost_ = 0;
  bool stopping_ = false;
  std::condition_variable something_;
  // The writer's own.
  file_handle file_;
  std::int64_t size_ = 0;
  std::int64_t missing_ = 0; // Not yet said in the file.
  bool needs_line_end_ = false;
  bool warned_ = false;
  std::thread writer_;
};

} // namespace

caf::expected<std::shared_ptr<gate_log>>
open_gate_log(gate_log_file_settings settings) {
  auto log = std::make_shared<gate_log_file>(std::move(settings));
  if (auto err = log->open())
    return err;
  return std::shared_ptr<gate_log>{std::move(log)};
}

} // namespace racefill
