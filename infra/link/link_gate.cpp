#include "infra/link/link_gate.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "infra/link/link_socket.hpp"
#include "infra/log/log.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;

} // namespace

caf::expected<std::unique_ptr<link_gate>>
link_gate::open(link_gate_settings settings) {
  auto context = make_link_context(settings.papers, link_end::service);
  if (!context)
    return std::move(context.error());
  auto listener = listen_on(settings.host, settings.port);
  if (!listener)
    return std::move(listener.error());
  file_handle waker{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!waker)
    return caf::make_error(fault::bad_settings,
                           std::string("no descriptors are left"));
  return std::unique_ptr<link_gate>{new link_gate(
    std::move(settings), std::move(*context), std::move(listener->first),
    std::move(waker), listener->second)};
}

link_gate::link_gate(link_gate_settings settings, tls_context_ptr context,
                     file_handle listener, file_handle waker,
                     std::uint16_t port)
  : settings_(std::move(settings)),
    context_(std::move(context)),
    listener_(std::move(listener)),
    waker_(std::move(waker)),
    port_(port) {
  thread_ = std::thread{[this] { run(); }};
}

link_gate::~link_gate() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void) !::write(waker_.get(), &one, sizeof(one));
  thread_.join();
}

void link_gate::run() {
  while (!stopping_) {
    wait(link_clock::now());
    const auto now = link_clock::now();
    if ((polled_[1].revents & POLLIN) != 0)
      accept_all(now);
    step_all(now);
  }
  pipes_.clear();
}

// Sleeps until something can be done or some deadline has come.
void link_gate::wait(link_clock::time_point now) {
  auto until = now + milliseconds(1'000);
  polled_.clear();
  polled_.push_back({waker_.get(), POLLIN, 0});
  const bool accepts = now >= accept_from_;
  polled_.push_back(
    {listener_.get(), static_cast<short>(accepts ? POLLIN : 0), 0});
  if (!accepts)
    until = std::min(until, accept_from_);
  for (const auto& pipe : pipes_) {
    until = std::min(until, pipe.deadline());
    polled_.push_back({pipe.outside(), pipe.wanted_outside(), 0});
    if (const auto events = pipe.wanted_inside(); events != 0)
      polled_.push_back({pipe.inside(), events, 0});
  }
  const auto left = std::chrono::ceil<milliseconds>(until - now).count();
  ::poll(polled_.data(), polled_.size(),
         static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000)));
}

void link_gate::accept_all(link_clock::time_point now) {
  constexpr int burst_max = 64; // Then those who are in have their turn.
  for (int i = 0; i < burst_max; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    file_handle socket{::accept4(listener_.get(),
                                 reinterpret_cast<sockaddr*>(&address), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (!socket) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM
          || errno == ENOBUFS)
        accept_from_ = now + milliseconds(200);
      return;
    }
    if (make_room())
      add(std::move(socket), peer_text(address), now);
  }
}

// Room for one stranger more: the oldest goes, for who means it well is done
// with the handshake long before the others have come.
bool link_gate::make_room() {
  if (pipes_.size() - known_ < settings_.strangers_max)
    return true;
  const auto oldest = std::find_if(pipes_.begin(), pipes_.end(),
                                   [](const auto& x) { return !x.is_known(); });
  if (oldest == pipes_.end())
    return false;
  ++refused_;
  pipes_.erase(oldest);
  return true;
}

void link_gate::add(file_handle socket, std::string peer,
                    link_clock::time_point now) {
  tune_socket(socket.get());
  auto session = make_link_session(context_.get(), link_end::service,
                                   socket.get());
  if (session)
    pipes_.emplace_back(std::move(session), std::move(socket), std::move(peer),
                        settings_.limits, now, [this] { return make_inner(); });
}

int link_gate::make_inner() {
  if (known_ >= settings_.known_max) {
    log_warn("monitor", "gate refuses a viewer: too many are connected",
             {{"most", std::to_string(settings_.known_max)}});
    return -1;
  }
  auto [ours, theirs] = make_socket_pair();
  if (!ours || !settings_.admit(theirs.get()))
    return -1;
  (void) theirs.release(); // The actor system closes it.
  ++known_;
  return ours.release();
}

void link_gate::step_all(link_clock::time_point now) {
  for (auto pipe = pipes_.begin(); pipe != pipes_.end();) {
    if (pipe->step(now)) {
      ++pipe;
      continue;
    }
    if (pipe->is_known()) {
      --known_;
      log_debug("monitor", "gate ends a link",
                {{"peer", pipe->peer()}, {"why", pipe->why()}});
    } else {
      count_refusal(*pipe, now);
    }
    pipe = pipes_.erase(pipe);
  }
}

// One line in ten seconds at most: a scan must not fill the log.
void link_gate::count_refusal(const link_pipe& x, link_clock::time_point now) {
  ++refused_;
  if (now < told_at_)
    return;
  log_warn("monitor", "gate refuses strangers",
           {{"count", std::to_string(refused_)},
            {"last", x.peer()},
            {"why", x.why()}});
  refused_ = 0;
  told_at_ = now + std::chrono::seconds(10);
}

} // namespace racefill
