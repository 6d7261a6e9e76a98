#include "infra/link/link_dial.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "infra/link/link_socket.hpp"

namespace racefill {
namespace {

using std::chrono::milliseconds;

// A service sends its handshake, views and answers.
constexpr std::uint32_t service_kinds = 0b1110101;
constexpr std::uint32_t view_max = 8 * 1024 * 1024;

} // namespace

caf::expected<std::unique_ptr<link_dial>>
link_dial::open(const link_dial_settings& settings) {
  auto context = make_link_context(settings.papers, link_end::viewer);
  if (!context)
    return std::move(context.error());
  auto socket = connect_to(settings.host, settings.port, settings.limit);
  if (!socket)
    return std::move(socket.error());
  auto [ours, theirs] = make_socket_pair();
  file_handle waker{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  auto session = make_link_session(context->get(), link_end::viewer,
                                   socket->get());
  if (!ours || !waker || !session)
    return caf::make_error(fault::unreachable,
                           std::string("no descriptors are left"));
  std::unique_ptr<link_dial> dial{
    new link_dial(std::move(*context), std::move(waker), std::move(theirs))};
  link_limits limits;
  limits.handshake = settings.limit;
  limits.frames = frame_rules{view_max, service_kinds};
  const auto name = settings.host + ":" + std::to_string(settings.port);
  const auto inner = ours.release();
  dial->pipe_ = std::make_unique<link_pipe>(std::move(session),
                                            std::move(*socket), name, limits,
                                            link_clock::now(),
                                            [inner] { return inner; });
  while (!dial->pipe_->is_known()) {
    if (dial->pipe_->step(link_clock::now())) {
      if (!dial->pipe_->is_known())
        dial->wait();
      continue;
    }
    ::close(inner);
    return caf::make_error(fault::tls_refused, name + " does not speak to us: "
                                                 + dial->pipe_->why());
  }
  dial->thread_ = std::thread{[x = dial.get()] { x->run(); }};
  return dial;
}

link_dial::~link_dial() {
  stopping_ = true;
  const std::uint64_t one = 1;
  (void) !::write(waker_.get(), &one, sizeof(one));
  if (thread_.joinable())
    thread_.join();
}

std::string link_dial::ended() const {
  return over_ ? pipe_->why() : std::string{};
}

bool link_dial::wait() {
  std::array<pollfd, 3> polled{{
    {waker_.get(), POLLIN, 0},
    {pipe_->outside(), pipe_->wanted_outside(), 0},
    {pipe_->wanted_inside() != 0 ? pipe_->inside() : -1, pipe_->wanted_inside(),
     0},
  }};
  const auto left
    = std::chrono::ceil<milliseconds>(pipe_->deadline() - link_clock::now())
        .count();
  ::poll(polled.data(), polled.size(),
         static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000)));
  return !stopping_;
}

void link_dial::run() {
  while (wait() && pipe_->step(link_clock::now())) {
    // nop
  }
  // The actor system sees the end of its socket.
  ::shutdown(pipe_->inside(), SHUT_RDWR);
  over_ = true;
}

} // namespace racefill
